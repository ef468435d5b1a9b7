//! The training loop as a library. It knows no method: a [`Method`] opens a [`Learner`] for each of its trainings, and the
//! loop does the rest: batches in named orders, epochs, validation, the best epoch, checkpoints and resuming, the test
//! split read once, predictions, events; [`verify`] does a finished run once more and compares.
//!
//! Data flows one way: [`run`] proves what an earlier process left (`heal`) and loads the data, `fit` trains the learner,
//! `outcome` reads the test split with the chosen weights.
//!
//! ```
//! use candle_core::{DType, Device, Tensor};
//! use corrkd_nn::{Clip, Linear, Optimizer, OptimizerSettings, Params};
//! use corrkd_train::{Term, descend_on};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut params = Params::new(1, DType::F32, &Device::Cpu);
//! let layer = Linear::new(params.root().sub("out"), 3, 1)?;
//! let mut optimizer = Optimizer::new(&params, &OptimizerSettings::plain(0.01, Clip::None))?;
//!
//! let value = layer.forward(&Tensor::ones((2, 3), DType::F32, &Device::Cpu)?)?.sqr()?.mean_all()?;
//! let term = Term { name: "task", weight: 0.5, value, parts: Vec::new() };
//! let losses = descend_on(vec![term], &params, &mut optimizer)?;
//! assert_eq!(losses.terms.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["task", "total"]);
//! # Ok(())
//! # }
//! ```

mod blame;
mod checkpoint;
mod context;
mod device;
mod environment;
mod error;
mod estimate;
mod external;
mod finished;
mod fit;
mod heal;
mod idle;
mod inputs;
mod known;
mod learner;
mod method;
mod model;
mod onnx;
mod outcome;
mod pass;
mod predict;
mod pytorch;
mod run;
mod spent;
mod stop;
mod validation;
mod verify;
mod work;

pub use checkpoint::weights;
pub use context::Context;
pub use device::open_device;
pub use environment::here;
pub use error::{Blame, Culprit, TrainError};
pub use estimate::seconds;
pub use finished::Finished;
pub use idle::Idle;
pub use inputs::Inputs;
pub use known::Known;
pub use learner::{Learner, Losses, Term, Training, TrainingBatch, descend, descend_on};
pub use method::{Method, Needed, Tensors};
pub use model::{Answers, Model, Output};
pub use onnx::{GraphAnswers, Seen, Told};
pub use pass::Pass;
pub use predict::{Predicted, answers, predict};
pub use pytorch::PyTorch;
pub use run::{Wanted, run};
pub use spent::part;
pub use stop::Stop;
pub use validation::validate;
pub use verify::{Difference, Verification, verify};
pub use work::{Work, sizes};
