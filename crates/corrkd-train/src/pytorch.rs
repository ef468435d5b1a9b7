//! A method's network in PyTorch, for whoever wants to go on from it there.

use corrkd_config::LabelSpace;

/// A plain PyTorch module, and what it calls the parameters.
#[derive(Clone, Copy)]
pub struct PyTorch {
    /// The Python file, which reads `config.json` and `model.safetensors` beside it.
    pub module: &'static str,
    /// The module's name of one of our parameters or constants; none for one that answers do not need.
    pub name: fn(&str) -> Option<String>,
    /// What its numbers are for a task, and how many: logits of `categories`, a `score` less its neutral value, a logit for each of
    /// the `targets`, or two, no and yes, in `pairs`.
    pub answers: fn(&LabelSpace) -> (&'static str, usize),
}
