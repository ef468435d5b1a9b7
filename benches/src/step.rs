//! One training step: the teacher's forward pass, the student's forward and backward pass, clipping and Adam.

use crate::Shape;
use anyhow::{Context as _, Result};
use candle_core::{DType, Device, Tensor};
use corrkd_losses::{Push, cpd, rcd, scd};
use corrkd_models::{Inputs, Network, StatisticsNetwork};
use corrkd_nn::{Adam, Gradients, Kernels, Noise, Params, cross_entropy, softmax};
use std::collections::BTreeMap;

const MARGIN: f64 = 1.2;
const HIDDEN: usize = 64;
const LEARNING_RATE: f64 = 1e-3;
const CLIP_NORM: f64 = 0.8;

/// What the student minimises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Losses {
    /// Cross entropy, and the mean squared distance to the teacher's representation: little but the networks.
    Distance,
    /// Cross entropy, SCD, CPD and RCD.
    All,
}

/// A teacher, a student and a batch.
pub struct Step {
    shape: Shape,
    teacher: Network,
    teacher_values: BTreeMap<String, Tensor>,
    student: Network,
    /// Of target and of non-target responses.
    statistics: Option<[StatisticsNetwork; 2]>,
    params: Params,
    adam: Adam,
    inputs: Inputs,
    targets: Tensor,
}

impl Step {
    /// A fresh student of a teacher that has learned nothing. Without dropout its probabilities are zero: the step is
    /// still one of training.
    ///
    /// # Errors
    /// If the networks cannot be built.
    pub fn new(shape: Shape, dropout: bool, losses: Losses, kernels: Kernels) -> Result<Self> {
        let store = |seed| Params::new(seed, DType::F32, &Device::Cpu).with(kernels);
        let mut of_teacher = store(1);
        shape.network(of_teacher.root().sub("teacher"), false)?;
        let teacher_values = of_teacher.values()?;
        let mut frozen = Params::frozen(&teacher_values, DType::F32, &Device::Cpu)?.with(kernels);
        let teacher = shape.network(frozen.root().sub("teacher"), false)?;

        let mut params = store(2);
        let student = shape.network(params.root().sub("student"), dropout)?;
        let statistics = match losses {
            Losses::Distance => None,
            Losses::All => {
                let mut root = params.root();
                let mut scope = root.sub("statistics");
                Some([
                    StatisticsNetwork::new(scope.sub("target"), 1, HIDDEN)?,
                    StatisticsNetwork::new(scope.sub("others"), 1, HIDDEN)?,
                ])
            }
        };
        let adam = Adam::new(&params, LEARNING_RATE, CLIP_NORM)?;
        let (inputs, targets) = (shape.inputs()?, shape.targets()?);
        Ok(Self { shape, teacher, teacher_values, student, statistics, params, adam, inputs, targets })
    }

    /// All that the outcome depends on: parameters, features and categories, by name.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn state(&self) -> Result<BTreeMap<String, Tensor>> {
        let Shape { batch, time, .. } = self.shape;
        let mut state = self.params.values()?;
        state.extend(self.teacher_values.clone());
        for (m, values) in self.shape.features().iter() {
            let width = *crate::WIDTHS.get(m);
            state.insert(m.name().to_owned(), Tensor::from_slice(values, (batch, time, width), &Device::Cpu)?);
        }
        state.insert("categories".to_owned(), self.targets.to_dtype(DType::F32)?);
        Ok(state)
    }

    /// One step: the loss by term, and the gradient's norm.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn train(&mut self) -> Result<(Vec<(&'static str, Tensor)>, f64)> {
        let terms = self.terms()?;
        let mut values = terms.iter().map(|(_, value)| value.clone());
        let first = values.next().context("a loss without terms")?;
        let loss = values.try_fold(first, |sum, value| sum + value)?;
        let norm = self.adam.step(&self.params, &Gradients::of(&self.params, &mut loss.backward()?))?;
        Ok((terms, norm))
    }

    fn terms(&self) -> Result<Vec<(&'static str, Tensor)>> {
        let t = self.teacher.forward(&self.inputs, Noise::OFF)?;
        let s = self.student.forward(&self.inputs, Noise::step(1, self.adam.steps()))?;
        let mut terms = vec![("task", cross_entropy(&s.logits, &self.targets)?)];
        let (hs, ht) = (&s.representation, &t.representation);
        match &self.statistics {
            None => {
                terms.push(("distance", ((hs - ht)?.sqr()?.sum_all()? / self.shape.batch as f64)?));
            }
            Some([target, others]) => {
                let categories = self.shape.categories();
                terms.push(("scd", scd(hs, ht, MARGIN, Push::Mean, self.params.kernels())?));
                terms.push(("cpd", cpd(hs, ht, &categories, None)?));
                let (rs, rt) = (softmax(&s.logits)?, softmax(&t.logits)?);
                let rcd = rcd(&rs, &rt, &categories, |x, y| target.forward(x, y), |x, y| others.forward(x, y))?;
                terms.push(("rcd", rcd));
            }
        }
        Ok(terms)
    }

    /// One forward pass that nobody learns from: the teacher's logits (B, K).
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn evaluate(&self) -> Result<Tensor> {
        Ok(self.teacher.forward(&self.inputs, Noise::OFF)?.logits)
    }
}
