//! The teacher's and student's network (method, section 2) and RCD's statistics network.

mod inputs;
mod network;
mod statistics;

pub use inputs::Inputs;
pub use network::{Network, Output};
pub use statistics::StatisticsNetwork;
