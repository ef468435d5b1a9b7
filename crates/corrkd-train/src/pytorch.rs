//! A method's network in PyTorch, for whoever wants to go on from it there.

use corrkd_config::LabelSpace;

/// A plain PyTorch module, and what it calls the parameters.
#[derive(Clone, Copy)]
pub struct PyTorch {
    /// The Python file, which reads `config.json` and `model.safetensors` beside it.
    pub module: &'static str,
    /// The module's name of one of our parameters; none for one that answers do not need.
    pub name: fn(&str) -> Option<String>,
    /// What its numbers are for a task, `categories`, `score` or `targets`, and how many.
    pub answers: fn(&LabelSpace) -> (&'static str, usize),
}
