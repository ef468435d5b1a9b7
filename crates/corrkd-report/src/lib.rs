//! Tables and curves over run records.
//!
//! Records become one long frame (a line for each run, condition and metric), that becomes a frame of means over
//! seeds, and every table and curve is read off the second, but for the differences between rows: these come, with their
//! intervals and tests, from the runs' predictions. Frames hold scores as the records do, as fractions; tables and
//! curves show them in percent.

mod answers;
mod comparison;
mod conditions;
mod constant;
mod curve;
mod differences;
mod error;
mod evidence;
mod frame_file;
mod means;
mod metrics;
mod notes;
mod paper;
#[allow(dead_code, reason = "about to be called by `write`")]
mod picture;
mod plot;
mod render;
mod scores;
mod summary;
mod table;
mod target;
mod warnings;
mod write;

pub use error::ReportError;
pub use write::{Report, write};
