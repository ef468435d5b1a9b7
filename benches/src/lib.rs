//! What is measured, by the benchmarks and beside PyTorch: shapes with inputs of them, and a training step.

mod program;
mod shape;
mod step;

pub use shape::{FORMS, Shape, WIDTHS};
pub use step::{Evaluation, Losses, Step};
