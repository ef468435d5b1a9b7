//! CorrKD's network in PyTorch: the module that is written beside exported weights, and what these are called there.

use super::response::numbers;
use super::{STUDENT, TEACHER};
use crate::pytorch::encoder;
use corrkd_config::{LabelSpace, Task};
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
    match ours.split_once('.')? {
        (TEACHER | STUDENT, within) if within.starts_with("classifier.") => Some(within.to_owned()),
        (TEACHER | STUDENT, within) => Some(format!("encoders.{}", encoder(within))),
        _ => None,
    }
}

fn answers(space: &LabelSpace) -> (&'static str, usize) {
    let kind = if space.task() == Task::Regression { "score" } else { "categories" };
    (kind, numbers(space))
}
