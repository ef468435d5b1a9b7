//! CorrKD's training step, as the training loop takes it: the student's forward and backward pass, clipping and Adam, with
//! the answers of a teacher that was asked before. And the forward pass of a network that nobody learns from.

use crate::context::context;
use crate::{Shape, WIDTHS};
use anyhow::Result;
use candle_core::{DType, Device, Tensor};
use corrkd_config::{Kernels, Missing, PerModality, Task};
use corrkd_data::Batch;
use corrkd_losses::Distance;
use corrkd_methods::corrkd::{Network, Settings, Student, Teacher};
use corrkd_nn::{DropoutKey, Optimizer, Params};
use corrkd_train::{Context, Inputs, Learner, TrainingBatch};
use std::collections::BTreeMap;

/// What the student minimises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Losses {
    /// Cross entropy, and the mean squared distance to the teacher's representation: little but the networks.
    Distance,
    /// Cross entropy, SCD, CPD and RCD.
    All,
}

/// A student of a teacher that has learned nothing, and a batch, of which nothing is missing.
pub struct Step {
    teacher: Teacher,
    student: Student,
    optimizer: Optimizer,
    context: Context,
    batch: Batch,
    indices: Vec<usize>,
    losses: Losses,
    taken: usize,
}

impl Step {
    /// A fresh one. Without dropout its probabilities are zero: the step is still one of training.
    ///
    /// # Errors
    /// If the networks cannot be built.
    pub fn new(shape: Shape, dropout: bool, losses: Losses, kernels: Kernels) -> Result<Self> {
        let mut settings = Settings { network: shape.size(), dropout: shape.dropout(dropout), ..Settings::default() };
        settings.student.learning_rate = 1e-3;
        if losses == Losses::Distance {
            // SCD's pull is the distance; nothing is ever so near that its push takes part.
            settings.losses.scd.distance = Distance::Euclidean;
            settings.losses.scd.margin = f64::MIN_POSITIVE;
            settings.losses.cpd.weight = 0.0;
            settings.losses.rcd.weight = 0.0;
        }
        let context = context(shape, Task::Binary, kernels)?;
        let teacher = Teacher::new(settings.clone(), 1, context.clone())?;
        let complete = Missing { inter: false, intra: PerModality::from_fn(|_| [0.0, 0.0]), ..Missing::default() };
        let student = Student::new(settings, complete, 2, Some(&teacher), context.clone())?;
        let optimizer = Optimizer::new(student.params(), &student.training().optimizer)?;
        let indices: Vec<usize> = (0..shape.batch).collect();
        let batch = context.batch(&context.train, &indices);
        Ok(Self { teacher, student, optimizer, context, batch, indices, losses, taken: 0 })
    }

    /// All that the outcome depends on: parameters, features and categories, by name.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn state(&self) -> Result<BTreeMap<String, Tensor>> {
        let mut state = self.student.params().values()?;
        state.extend(self.teacher.params().values()?);
        for (m, values) in self.batch.features.iter() {
            let shape = (self.indices.len(), *self.batch.time.get(m), *WIDTHS.get(m));
            state.insert(m.name().to_owned(), Tensor::from_slice(values, shape, &Device::Cpu)?);
        }
        let categories: Vec<f32> = self.context.categories(&self.batch).into_iter().map(|k| k as f32).collect();
        state.insert("categories".to_owned(), Tensor::new(categories, &Device::Cpu)?);
        Ok(state)
    }

    /// One step: the loss by term, and the gradient's norm.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn train(&mut self) -> Result<Vec<(&'static str, f64)>> {
        let (split, key) = (&self.context.train, DropoutKey::new(1, self.taken));
        let batch = TrainingBatch { batch: &self.batch, split, indices: &self.indices, epoch: 1, key };
        let losses = self.student.step(&batch, &mut self.optimizer)?;
        self.taken += 1;
        let named = |(name, value)| match (name, self.losses) {
            ("scd", Losses::Distance) => ("distance", value),
            _ => (name, value),
        };
        let terms = losses.terms.into_iter().filter(|(name, _)| *name != "total").map(named);
        Ok(terms.chain(losses.norm.map(|norm| ("norm", norm))).collect())
    }
}

/// A network that nobody learns from, and a batch.
pub struct Evaluation {
    network: Network,
    inputs: Inputs,
}

impl Evaluation {
    /// A network at its initial values.
    ///
    /// # Errors
    /// If the network cannot be built.
    pub fn new(shape: Shape, kernels: Kernels) -> Result<Self> {
        let mut params = Params::new(1, DType::F32, &Device::Cpu).with(kernels);
        Ok(Self { network: shape.network(params.root(), false)?, inputs: shape.inputs()? })
    }

    /// The logits (B, K).
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn logits(&self) -> Result<Tensor> {
        Ok(self.network.forward(&self.inputs, DropoutKey::NONE)?.logits)
    }
}
