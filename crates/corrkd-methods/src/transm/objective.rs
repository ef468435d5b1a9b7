//! What TransM minimises: the labels' loss, and for each translation the mean absolute error of the features that it
//! tells, |y - x| over the frames that hold data in the complete sample and over features. Where a batch has no such
//! frame, zero.

use super::network::Translation;
use candle_core::{Result, Tensor};
use corrkd_data::Batch;
use corrkd_nn::{absolute, choice_mask};
use corrkd_train::{Context, Inputs, Term, TrainError};

/// The translations' terms, given the samples as they are, also as tensors.
///
/// # Errors
/// A tensor operation's.
pub(super) fn translation_terms(
    translations: &[Translation],
    weight: f64,
    (batch, complete): (&Batch, &Inputs),
    context: &Context,
) -> std::result::Result<Vec<Term>, TrainError> {
    let term = |translation: &Translation| {
        let &Translation { name, to, ref features } = translation;
        let present = batch.present.get(to);
        let mask = choice_mask(present, *batch.time.get(to), context.dtype, &context.device)?;
        let count = present.iter().filter(|&&present| present).count();
        let value = absolute_error(features, complete.features.get(to), mask.as_ref(), count)?;
        Ok(Term { name, weight, value, parts: Vec::new() })
    };
    translations.iter().map(term).collect()
}

/// The mean of |y - x| (B, T, D) over features and the `count` frames with a one in (B, T).
fn absolute_error(y: &Tensor, x: &Tensor, frames: Option<&Tensor>, count: usize) -> Result<Tensor> {
    let error = absolute(&(y - x)?)?;
    match frames {
        None => error.mean_all(),
        Some(frames) => (error.mean(2)? * frames)?.sum_all()? / count.max(1) as f64,
    }
}
