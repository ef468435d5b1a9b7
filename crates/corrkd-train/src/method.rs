//! A method as the loop sees it.

use crate::{Context, Learner, Model, PyTorch, Seen, Told, TrainError};
use candle_core::Tensor;
use corrkd_config::{Job, MethodPlan};
use corrkd_onnx::Graph;
use std::collections::BTreeMap;

/// Tensors by name.
pub type Tensors = BTreeMap<String, Tensor>;

/// A method: what planning needs to know of it, and how its networks learn.
pub trait Method: MethodPlan {
    /// A digest of the code that decides its results: that which all methods share, and its own.
    fn code(&self) -> &'static str;

    /// What learns in one of its trainings, from scratch. `needs` are the finished runs of the stages that this one needs,
    /// in the order of [`Stage::needs`](corrkd_config::Stage::needs).
    ///
    /// # Errors
    /// [`TrainError::Job`] for a job that is not of this method; what building the networks can end in.
    fn open(&self, job: &Job, seed: u64, context: &Context, needs: &[Needed]) -> Result<Box<dyn Learner>, TrainError>;

    /// What answers after one of its trainings: of the weights in `context`, and of what the learner's
    /// [`constants`](Learner::constants) were. By default what learns, where that needs no other run.
    ///
    /// # Errors
    /// As [`open`](Self::open), and for a weight or constant that is absent or has another shape.
    fn finished(&self, job: &Job, context: &Context, _constants: &Tensors) -> Result<Box<dyn Model>, TrainError> {
        Ok(self.open(job, 0, context, &[])?)
    }

    /// Its finished network in a computation graph; by default it has none.
    ///
    /// # Errors
    /// [`TrainError::NoGraph`]; a weight that is absent.
    fn graph(
        &self,
        _job: &Job,
        _context: &Context,
        _constants: &Tensors,
        _graph: &mut Graph,
        _seen: &Seen,
    ) -> Result<Told, TrainError> {
        Err(TrainError::NoGraph {
            method: self.name(),
            reason: "its network has not been written as one yet".to_owned(),
        })
    }

    /// Its network in PyTorch; by default it has none.
    ///
    /// # Errors
    /// [`TrainError::NoPyTorch`].
    fn pytorch(&self) -> Result<PyTorch, TrainError> {
        Err(TrainError::NoPyTorch {
            method: self.name(),
            reason: "its network has not been written as one yet".to_owned(),
        })
    }
}

/// A finished run whose network another one needs.
#[derive(Clone, Debug)]
pub struct Needed {
    /// What it did.
    pub job: Job,
    /// The weights of its best epoch, by name.
    pub weights: Tensors,
}
