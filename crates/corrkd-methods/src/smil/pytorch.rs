//! SMIL's networks in PyTorch, the pretrained one and the one around it: the module that is written beside exported weights, and
//! what these and the priors are called there.

use super::{NAME, PRETRAINED};
use crate::pytorch::{answers, encoder};
use corrkd_train::PyTorch;

/// The module, and the names of its parameters.
pub(super) const PYTORCH: PyTorch = PyTorch {
    module: concat!(
        include_str!("../pytorch.py"),
        include_str!("../pytorch_sinusoid.py"),
        include_str!("../pytorch_encoder.py"),
        include_str!("pytorch.py")
    ),
    name,
    answers,
};

fn name(ours: &str) -> Option<String> {
    let (place, within) = ours.split_once('.')?;
    match (place, within.split_once('.')) {
        ("priors", None) => Some(format!("reconstruction.{within}.priors")),
        (NAME, Some(("network", within))) => network(within),
        (NAME, Some(("reconstruction", _))) => Some(within.to_owned()),
        (NAME, Some(("regularisation", noise))) => Some(format!("noise.{}", noise.replace("mean.", ""))),
        (PRETRAINED, _) => network(within),
        _ => None,
    }
}

/// The name of the main network's parameter.
fn network(ours: &str) -> Option<String> {
    match ours.split_once('.')? {
        ("hidden" | "output", _) => Some(ours.to_owned()),
        _ => Some(format!("encoders.{}", encoder(ours))),
    }
}
