//! GCNet's network in PyTorch: the module that is written beside exported weights, and what these are called there.

use crate::pytorch::{answers, recurrent};
use corrkd_train::PyTorch;

/// The module, and the names of its parameters.
pub(super) const PYTORCH: PyTorch =
    PyTorch { module: concat!(include_str!("../pytorch.py"), include_str!("pytorch.py")), name, answers };

/// What rebuilds features was for training.
fn name(ours: &str) -> Option<String> {
    let within = ours.strip_prefix("gcnet.").filter(|within| !within.starts_with("rebuild."))?;
    recurrent(within)
}
