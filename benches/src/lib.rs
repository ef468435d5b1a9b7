//! What is measured, by the benchmarks and beside PyTorch: shapes with inputs of them, and training steps.

mod context;
mod floor;
mod method_step;
mod program;
mod shape;
mod step;

pub use floor::Floor;
pub use method_step::{MethodStep, method};
pub use shape::{FORMS, Shape, WIDTHS};
pub use step::{Evaluation, Losses, Step};
