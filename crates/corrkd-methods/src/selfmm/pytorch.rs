//! Self-MM's network in PyTorch: the module that is written beside exported weights, and what these are called there.

use crate::pytorch::recurrent;
use corrkd_config::LabelSpace;
use corrkd_train::PyTorch;

/// The module, and the names of its parameters.
pub(super) const PYTORCH: PyTorch =
    PyTorch { module: concat!(include_str!("../pytorch.py"), include_str!("pytorch.py")), name, answers };

/// What reads each modality alone was for training.
fn name(ours: &str) -> Option<String> {
    let within = ours.strip_prefix("selfmm.")?;
    match within.strip_prefix("read.") {
        None => recurrent(&format!("encoders.{within}")),
        Some(reader) => reader.strip_prefix("fused.").map(str::to_owned),
    }
}

fn answers(space: &LabelSpace) -> (&'static str, usize) {
    (if space.is_score() { "score" } else { "targets" }, space.targets().len())
}
