//! The training loop as a library. It knows no method: a [`Method`] opens a [`Learner`] for each of its trainings, and the
//! loop does the rest: batches in named orders, epochs, validation, the best epoch, checkpoints and resuming, the test
//! split read once, predictions, events; [`verify`] does a finished run once more and compares.
//!
//! Data flows one way: [`run`] proves what an earlier process left (`heal`) and loads the data, `fit` trains the learner,
//! `outcome` reads the test split with the chosen weights.

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
