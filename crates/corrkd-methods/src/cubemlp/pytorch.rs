//! CubeMLP's network in PyTorch: the module that is written beside exported weights, and what these are called there.

use crate::pytorch::answers;
use corrkd_train::PyTorch;

/// The module, and the names of its parameters.
pub(super) const PYTORCH: PyTorch =
    PyTorch { module: concat!(include_str!("../pytorch.py"), include_str!("pytorch.py")), name, answers };

fn name(ours: &str) -> Option<String> {
    Some(ours.strip_prefix("cubemlp.")?.replace("block", "blocks."))
}
