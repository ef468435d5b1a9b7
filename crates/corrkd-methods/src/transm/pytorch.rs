//! TransM's network in PyTorch: the module that is written beside exported weights, and what these are called there.

use crate::pytorch::{answers, decoder, transformer};
use corrkd_train::PyTorch;

/// The module, and the names of its parameters.
pub(super) const PYTORCH: PyTorch = PyTorch {
    module: concat!(include_str!("../pytorch.py"), include_str!("../pytorch_sinusoid.py"), include_str!("pytorch.py")),
    name,
    answers,
};

/// What tells features, and translates back, was for training.
fn name(ours: &str) -> Option<String> {
    let within = ours.strip_prefix("transm.")?;
    let parts: Vec<&str> = within.split('.').collect();
    match parts[..] {
        ["classifier", _] => Some(within.to_owned()),
        [m, "projection", kind] => Some(format!("projections.{m}.{kind}")),
        [_, "there" | "back", "encoder", ..] => Some(format!("pairs.{}", transformer(within))),
        [_, "there", "decoder", ..] => Some(format!("pairs.{}", decoder(within))),
        _ => None,
    }
}
