//! CorrKD's network in PyTorch: the module that is written beside exported weights, and what these are called there.

use super::response::numbers;
use corrkd_config::{LabelSpace, Task};
use corrkd_train::PyTorch;

/// The module, and the names of its parameters.
pub(super) const PYTORCH: PyTorch = PyTorch { module: include_str!("pytorch.py"), name, answers };

/// What PyTorch's layers call a parts of ours, in the order in which they are replaced.
const NAMES: [(&str, &str); 8] = [
    ("attention_norm.", "norm1."),
    ("forward_norm.", "norm2."),
    ("attention.project.", "self_attn.in_proj_"),
    ("attention.join.", "self_attn.out_proj."),
    ("widen.", "linear1."),
    ("narrow.", "linear2."),
    (".layer", ".transformer.layers."),
    (".norm.", ".transformer.norm."),
];

/// The module's name of a parameter; none for one of a network that only training needs.
fn name(ours: &str) -> Option<String> {
    let (role, within) = ours.split_once('.')?;
    if !matches!(role, "teacher" | "student") {
        return None;
    }
    let place = if within.starts_with("classifier.") { within.to_owned() } else { format!("encoders.{within}") };
    Some(NAMES.iter().fold(place, |name, (ours, theirs)| name.replace(ours, theirs)))
}

fn answers(space: &LabelSpace) -> (&'static str, usize) {
    let kind = if space.task() == Task::Regression { "score" } else { "categories" };
    (kind, numbers(space))
}
