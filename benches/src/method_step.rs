//! A training step of any method with its published settings, as the training loop takes it, and an optimizer step behind it.

use crate::Shape;
use crate::context::context;
use anyhow::{Context as _, Result};
use corrkd_config::{Job, Kernels, Protocol, Row, Task};
use corrkd_data::Batch;
use corrkd_methods::METHODS;
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_train::{Context, Learner, Method, Needed, TrainingBatch};
use toml::{Table, Value};

/// What learns in a method's last stage, from scratch, and a batch of which nothing is missing.
pub struct MethodStep {
    learner: Box<dyn Learner>,
    optimizer: Optimizer,
    context: Context,
    batch: Batch,
    indices: Vec<usize>,
    taken: usize,
}

/// Training samples of MOSI.
const TRAINING: usize = 1284;

/// The method of a name.
///
/// # Errors
/// If there is none.
pub fn method(name: &str) -> Result<&'static dyn Method> {
    METHODS.iter().copied().find(|method| method.name() == name).with_context(|| format!("no method `{name}`"))
}

impl MethodStep {
    /// A fresh one, that regresses scores.
    ///
    /// # Errors
    /// If the networks cannot be built.
    pub fn new(method: &dyn Method, shape: Shape, kernels: Kernels) -> Result<Self> {
        let protocol = Protocol { task: Task::Regression, ..Protocol::default() };
        let stages = method.stages("the benchmark", stepping_each_time(method.defaults()), &protocol)?;
        let row = Row { name: method.name().to_owned(), method: method.name().to_owned(), protocol, stages };
        let mut context = context(shape, Task::Regression, kernels)?;
        let batch = context.batch(&context.train, &indices(shape));
        // As many as MOSI has: a method may keep something of each. They share the batch's features.
        let samples = context.train.samples.iter().cycle().take(TRAINING).cloned();
        context.train.samples = samples.collect();
        let mut learners: Vec<Box<dyn Learner>> = Vec::new();
        for stage in &row.stages {
            let need = |&need: &usize| -> Result<Needed> {
                Ok(Needed { job: Job::of(&row, &row.stages[need]), weights: learners[need].params().values()? })
            };
            let needs: Vec<Needed> = stage.needs.iter().map(need).collect::<Result<_>>()?;
            learners.push(method.open(&Job::of(&row, stage), 1, &context, &needs)?);
        }
        let learner = learners.pop().context("a method without stages")?;
        let optimizer = Optimizer::new(learner.params(), &learner.training().optimizer)?;
        Ok(Self { learner, optimizer, context, batch, indices: indices(shape), taken: 0 })
    }

    /// One step.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn train(&mut self) -> Result<()> {
        let (split, key) = (&self.context.train, DropoutKey::new(1, self.taken));
        // Of the second epoch: what a method does from then on counts too.
        let batch = TrainingBatch { batch: &self.batch, split, indices: &self.indices, epoch: 2, key };
        self.learner.step(&batch, &mut self.optimizer)?;
        self.taken += 1;
        Ok(())
    }
}

/// The places of a batch in the training split: the first.
fn indices(shape: Shape) -> Vec<usize> {
    (0..shape.batch).collect()
}

/// A method's settings, but with a step on every batch where it would wait for some.
fn stepping_each_time(mut settings: Table) -> Table {
    if let Some(Value::Table(training)) = settings.get_mut("training")
        && let Some(accumulate) = training.get_mut("accumulate")
    {
        *accumulate = Value::Integer(1);
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_takes_a_step() {
        let shape = Shape { batch: 4, time: [6; 3], layers: 1 };
        for &method in METHODS {
            let mut step = MethodStep::new(method, shape, Kernels::Fused).unwrap();
            let before = step.learner.params().values().unwrap();
            step.train().unwrap();
            let moved = |(name, old): (&String, &candle_core::Tensor)| {
                let new = &step.learner.params().values().unwrap()[name];
                (new - old).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap() > 0.0
            };
            assert!(before.iter().any(moved), "{}", method.name());
        }
    }
}
