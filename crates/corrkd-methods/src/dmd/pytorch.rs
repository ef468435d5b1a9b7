//! DMD's network in PyTorch: the module that is written beside exported weights, and what these are called there.

use crate::pytorch::{answers, transformer};
use corrkd_train::PyTorch;

/// The module, and the names of its parameters.
pub(super) const PYTORCH: PyTorch = PyTorch {
    module: concat!(include_str!("../pytorch.py"), include_str!("../pytorch_sinusoid.py"), include_str!("pytorch.py")),
    name,
    answers,
};

/// What is rebuilt, aligned, distilled, and read of parts by themselves, was for training.
fn name(ours: &str) -> Option<String> {
    let parts: Vec<&str> = ours.strip_prefix("dmd.")?.splitn(4, '.').collect();
    match parts[..] {
        ["decoupling", "shared", kind] => Some(format!("shared.{kind}")),
        ["decoupling", m, layer @ ("project" | "specific"), kind] => Some(format!("parts.{m}.{layer}.{kind}")),
        ["homogeneous", m, "attention", within] => Some(transformer(&format!("parts.{m}.common.{within}"))),
        ["heterogeneous", "graph", ..] | ["heterogeneous", _, "reader", _] => None,
        ["heterogeneous", m, layers, within] => Some(transformer(&format!("parts.{m}.{layers}.{within}"))),
        ["ensemble", "gate", "common", kind] => Some(format!("gate.{kind}")),
        ["ensemble", "gate", m, kind] => Some(format!("parts.{m}.gate.{kind}")),
        ["ensemble", "reader", "numbers", kind] => Some(format!("classifier.{kind}")),
        ["ensemble", "reader", layer, kind] => Some(format!("{layer}.{kind}")),
        _ => None,
    }
}
