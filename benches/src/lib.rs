//! What is measured, by the benchmarks and beside PyTorch: shapes with inputs of them, and training steps.
//!
//! ```
//! use corrkd_benches::{MethodStep, Shape, method};
//! use corrkd_config::Kernels;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let shape = Shape { batch: 4, time: [6; 3], layers: 1 };
//! assert_eq!(shape.to_string(), "B4-T6-L1");
//! MethodStep::new(method("selfmm")?, shape, Kernels::Fused)?.train()?;
//! # Ok(())
//! # }
//! ```

mod context;
mod method_step;
mod program;
mod shape;
mod step;

pub use method_step::{MethodStep, method};
pub use shape::{FORMS, Shape, WIDTHS};
pub use step::{Evaluation, Losses, Step};
