//! What one batch teaches: the value of each loss term, and the gradient of their weighted sum.

use crate::TrainError;
use crate::learner::{Learner, Term};
use candle_core::{DType, Tensor};
use corrkd_data::Batch;
use corrkd_nn::{Gradients, Noise};

/// The name of the weighted sum among the losses.
const TOTAL: &str = "total";

/// A batch's losses and gradients.
pub(crate) struct Lesson {
    /// Each term's value by name, then `total`, their weighted sum.
    pub(crate) losses: Vec<(&'static str, f64)>,
    /// The total's gradient.
    pub(crate) gradients: Gradients,
}

impl Lesson {
    /// Works a complete batch out at an epoch (from 1).
    pub(crate) fn of(learner: &dyn Learner, batch: &Batch, epoch: usize, noise: Noise) -> Result<Self, TrainError> {
        let terms = learner.terms(batch, epoch, noise)?;
        let total = total(&terms)?;
        let mut losses = Vec::with_capacity(terms.len() + 1);
        for (name, value) in terms.iter().map(|term| (term.name, &term.value)).chain([(TOTAL, &total)]) {
            losses.push((name, value.to_dtype(DType::F64)?.to_scalar::<f64>()?));
        }
        let gradients = Gradients::of(learner.params(), &mut total.backward()?);
        Ok(Self { losses, gradients })
    }

    /// The first loss that is not a finite number.
    pub(crate) fn fault(&self) -> Option<(&'static str, f64)> {
        self.losses.iter().copied().find(|(_, value)| !value.is_finite())
    }
}

/// The weighted sum of the terms.
fn total(terms: &[Term]) -> candle_core::Result<Tensor> {
    let mut weighted = terms.iter().map(|term| &term.value * term.weight);
    let first = weighted.next().unwrap_or_else(|| candle_core::bail!("a loss without terms"))?;
    weighted.try_fold(first, |sum, term| sum + term?)
}
