//! The losses of the paper (method, section 4) and those that stand in for them, one file each. N samples in the batch, K categories, D representation.
//!
//! Each takes plain tensors and returns one number; those that have parts tell them beside it ([`Loss`]). What comes from
//! the teacher carries no gradient.
//!
//! ```
//! use candle_core::{Device, Tensor};
//! use corrkd_losses::{Contrast, Distance, Push, scd};
//! use corrkd_nn::Kernels;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Two samples' representations; the teacher's are the same, so that nothing pulls.
//! let student = Tensor::new(&[[1.0f32, 0.0], [0.6, 0.8]], &Device::Cpu)?;
//! let how = Contrast { margin: 1.0, distance: Distance::Unit, push: Push::Mean };
//! let loss = scd(&student, &student.copy()?, how, Kernels::Fused)?;
//! // Each is pushed from the other, whose distance is the root of 0.8, up to the margin.
//! let expected = (1.0 - 0.8f32.sqrt()).powi(2);
//! assert!((loss.value.to_scalar::<f32>()? - expected).abs() < 1e-6);
//! assert_eq!(loss.parts[0].0, "scd.pull");
//! # Ok(())
//! # }
//! ```

mod distill;
mod dkd;
mod loss;
mod mutual_information;
mod prototype;
mod rcd;
mod scd;
mod unit;

pub use distill::{kl, kl_of_scores};
pub use dkd::{Decoupled, dkd};
pub use loss::Loss;
pub use mutual_information::jensen_shannon;
pub use prototype::cpd;
pub use rcd::{BLIND, Parts, rcd, rcd_of_scores, split};
pub use scd::{Contrast, Distance, Push, scd};
