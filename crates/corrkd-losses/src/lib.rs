//! The losses of the paper (method, section 4) and those that stand in for them, one file each. N samples in the batch, K categories, D representation.
//!
//! Each takes plain tensors and returns one number; those that have parts tell them beside it ([`Loss`]). What comes from
//! the teacher carries no gradient.

mod distill;
mod dkd;
mod loss;
mod mutual_information;
mod prototype;
mod rcd;
mod scd;
mod unit;

pub use distill::{kl, kl_of_scores};
pub use dkd::{Decoupled, dkd};
pub use loss::Loss;
pub use mutual_information::jensen_shannon;
pub use prototype::cpd;
pub use rcd::{BLIND, Parts, rcd, rcd_of_scores, split};
pub use scd::{Contrast, Distance, Push, scd};
