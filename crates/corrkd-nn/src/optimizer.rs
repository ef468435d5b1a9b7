//! Adam (Kingma and Ba 2015) with clipping of the gradient's norm; its state can be saved.

use crate::{Kernels, NnError, Params, kernels, params::matching};
use candle_core::{DType, Result, Tensor, Var, backprop::GradStore};
use std::collections::BTreeMap;

pub(crate) const BETA1: f64 = 0.9;
pub(crate) const BETA2: f64 = 0.999;
pub(crate) const EPSILON: f64 = 1e-8;

/// The gradient of each variable by name, in name order.
pub struct Gradients {
    by_name: BTreeMap<String, Tensor>,
    kernels: Kernels,
}

impl Gradients {
    /// Takes what a backward pass left for these variables; one without a gradient is left out.
    pub fn of(params: &Params, store: &mut GradStore) -> Self {
        let by_name =
            params.iter().filter_map(|(name, var)| Some((name.to_owned(), store.remove(var.as_tensor())?))).collect();
        Self { by_name, kernels: params.kernels() }
    }

    /// The gradient of one variable, a parameter or a pack of several.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Tensor> {
        self.by_name.get(name)
    }

    /// The gradients by the parameters' names, of those that lie in a packed variable too.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn by_parameter(&self, params: &Params) -> Result<BTreeMap<String, Tensor>> {
        let mut all = BTreeMap::new();
        for (name, gradient) in &self.by_name {
            all.append(&mut params.unpacked(name, gradient)?);
        }
        Ok(all)
    }

    /// The Euclidean norm over all gradients together.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn norm(&self) -> Result<f64> {
        let mut sum = 0.0;
        for gradient in self.by_name.values() {
            sum += match self.kernels {
                Kernels::Composed => gradient.sqr()?.sum_all()?.to_dtype(DType::F64)?.to_scalar::<f64>()?,
                Kernels::Fused => kernels::sum_of_squares(gradient)?,
            };
        }
        Ok(sum.sqrt())
    }
}

/// Adam over a network's parameters.
pub struct Adam {
    learning_rate: f64,
    clip_norm: f64,
    steps: usize,
    moments: BTreeMap<String, [Tensor; 2]>,
}

impl Adam {
    /// A fresh optimizer.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn new(params: &Params, learning_rate: f64, clip_norm: f64) -> Result<Self> {
        let mut moments = BTreeMap::new();
        for (name, var) in params.iter() {
            moments.insert(name.to_owned(), [var.zeros_like()?, var.zeros_like()?]);
        }
        Ok(Self { learning_rate, clip_norm, steps: 0, moments })
    }

    /// Steps taken so far.
    #[must_use]
    pub const fn steps(&self) -> usize {
        self.steps
    }

    /// One step. Returns the gradient's norm before clipping; if it is not finite, nothing is changed.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn step(&mut self, params: &Params, gradients: &Gradients) -> Result<f64> {
        let norm = gradients.norm()?;
        if !norm.is_finite() {
            return Ok(norm);
        }
        self.steps += 1;
        let t = self.steps as i32;
        let rates = Rates {
            scale: (self.clip_norm / (norm + 1e-6)).min(1.0),
            step_size: self.learning_rate / (1.0 - BETA1.powi(t)),
            correction: 1.0 / (1.0 - BETA2.powi(t)).sqrt(),
        };
        for (name, var) in params.iter() {
            let (Some(gradient), Some(moments)) = (gradients.get(name), self.moments.get_mut(name)) else { continue };
            match params.kernels() {
                Kernels::Composed => rates.step(var, gradient, moments)?,
                Kernels::Fused => kernels::adam_step(var, gradient, moments, rates)?,
            }
        }
        Ok(norm)
    }

    /// A copy of its state by name: the moments `m.<variable>` and `v.<variable>`.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn state(&self) -> Result<BTreeMap<String, Tensor>> {
        let named = self.moments.iter().flat_map(|(name, [m, v])| [(format!("m.{name}"), m), (format!("v.{name}"), v)]);
        named.map(|(name, moment)| Ok((name, moment.copy()?))).collect()
    }

    /// Takes up a state that [`state`](Self::state) gave after `steps` steps.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if a moment is absent or has another shape.
    pub fn restore(&mut self, state: &BTreeMap<String, Tensor>, steps: usize) -> std::result::Result<(), NnError> {
        for (name, moments) in &mut self.moments {
            for (moment, prefix) in moments.iter_mut().zip(["m", "v"]) {
                let key = format!("{prefix}.{name}");
                *moment = matching(&key, moment.dims(), state.get(&key))?.to_device(moment.device())?.copy()?;
            }
        }
        self.steps = steps;
        Ok(())
    }
}

/// What one step has for all variables.
#[derive(Clone, Copy)]
pub(crate) struct Rates {
    /// Clips the gradients.
    pub(crate) scale: f64,
    /// The learning rate, corrected for the first moment's start from zero.
    pub(crate) step_size: f64,
    /// Corrects the second moment's root for the same.
    pub(crate) correction: f64,
}

impl Rates {
    /// The composed form of one variable's step.
    fn step(self, var: &Var, gradient: &Tensor, [m, v]: &mut [Tensor; 2]) -> Result<()> {
        let gradient = (gradient * self.scale)?;
        *m = ((&*m * BETA1)? + (&gradient * (1.0 - BETA1))?)?.detach();
        *v = ((&*v * BETA2)? + (gradient.sqr()? * (1.0 - BETA2))?)?.detach();
        let denominator = ((v.sqrt()? * self.correction)? + EPSILON)?;
        var.set(&(var.as_tensor() - (m.div(&denominator)? * self.step_size)?)?)
    }
}
