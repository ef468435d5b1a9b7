//! One batch forward and backward: the value of each loss term, and the gradient of their weighted sum.

use crate::{Learner, Losses, Term, TrainError, TrainingBatch, part};
use candle_core::Tensor;
use corrkd_nn::{Gradients, Optimizer, Params, read_with};

/// The name of the weighted sum among the losses.
const TOTAL: &str = "total";

/// A batch's losses and gradients.
pub struct Pass {
    /// Each term's value by name, then `total`, their weighted sum.
    pub losses: Vec<(&'static str, f64)>,
    /// The terms' parts, by name.
    pub parts: Vec<(&'static str, f64)>,
    /// The total's gradient.
    pub gradients: Gradients,
}

impl Pass {
    /// Works a batch out.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn of<L: Learner + ?Sized>(learner: &L, batch: &TrainingBatch<'_>) -> Result<Self, TrainError> {
        Self::of_terms(learner.terms(batch)?, learner.params())
    }

    /// The same, of terms that are there already.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn of_terms(terms: Vec<Term>, params: &Params) -> Result<Self, TrainError> {
        let total = total(&terms)?;
        // Asked for before a number is waited for.
        let gradients = part("backward", || Ok::<_, TrainError>(Gradients::of(params, &mut total.backward()?)))?;
        let values: Vec<&Tensor> = terms.iter().map(|term| &term.value).chain([&total]).collect();
        let parts: Vec<_> = terms.iter().flat_map(|term| term.parts.iter().cloned()).collect();
        let (values, parts) = read_with(&values, &parts)?;
        let losses = terms.iter().map(|term| term.name).chain([TOTAL]).zip(values).collect();
        Ok(Self { losses, parts, gradients })
    }

    /// Two passes as one: the losses of both, whose total and whose gradient are the sums.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn plus(mut self, other: Self) -> Result<Self, TrainError> {
        let sum = self.losses.pop().map_or(0.0, |(_, total)| total);
        self.losses.extend(other.losses);
        if let Some((_, total)) = self.losses.last_mut() {
            *total += sum;
        }
        self.parts.extend(other.parts);
        Ok(Self { gradients: self.gradients.plus(&other.gradients)?, ..self })
    }

    /// A step of the optimizer; where a loss is not finite, it is not asked.
    ///
    /// # Errors
    /// A tensor operation's; [`corrkd_nn::NnError`] for a parameter without a gradient.
    pub fn descend(self, params: &Params, optimizer: &mut Optimizer) -> Result<Losses, TrainError> {
        let mut losses = Losses { terms: self.losses, parts: self.parts, norm: None };
        if losses.fault().is_none() {
            losses.norm = part("optimizer", || optimizer.descend(params, self.gradients))?;
        }
        Ok(losses)
    }

    /// Whether all losses and the gradient are finite numbers.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn is_finite(&self) -> Result<bool, TrainError> {
        Ok(self.losses.iter().all(|(_, value)| value.is_finite()) && self.gradients.norm()?.is_finite())
    }
}

/// The weighted sum of the terms.
fn total(terms: &[Term]) -> candle_core::Result<Tensor> {
    let mut weighted = terms.iter().map(|term| &term.value * term.weight);
    let first = weighted.next().unwrap_or_else(|| candle_core::bail!("a loss without terms"))?;
    weighted.try_fold(first, |sum, term| sum + term?)
}
