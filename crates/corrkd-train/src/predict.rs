//! What a network makes of a whole split under one condition.

use crate::blame::culprit;
use crate::learner::View;
use crate::{Blame, TrainError};
use candle_core::{DType, Tensor};
use corrkd_config::Condition;
use corrkd_data::{Split, test_fates};
use corrkd_models::Network;
use corrkd_nn::Noise;

/// Samples seen at once; it bounds memory and changes nothing else.
const BATCH: usize = 256;

/// A row for each sample, in the split's order, of finite numbers.
pub(crate) struct Answers {
    /// H, 3d numbers each.
    pub(crate) representations: Vec<Vec<f32>>,
    /// K numbers each.
    pub(crate) logits: Vec<Vec<f32>>,
}

/// The answers to every sample. The seed draws what the condition leaves to chance.
///
/// # Errors
/// [`TrainError::NoAnswer`] naming the samples whose logits are not finite; where H is not, they are not.
pub(crate) fn answers(
    network: &Network,
    split: &Split,
    condition: Condition,
    seed: u64,
    view: &View,
) -> Result<Answers, TrainError> {
    let samples = split.samples.len();
    let mut all = Answers { representations: Vec::with_capacity(samples), logits: Vec::with_capacity(samples) };
    let rows = |x: Tensor| x.to_dtype(DType::F32)?.to_vec2::<f32>();
    let indices: Vec<usize> = (0..samples).collect();
    for chunk in indices.chunks(BATCH) {
        let batch = view.batch(split, chunk);
        let batch = batch.masked(&view.widths, |row| test_fates(seed, row, &condition, &view.population));
        let output = network.forward(&view.inputs(&batch)?, Noise::OFF)?;
        all.representations.extend(rows(output.representation)?);
        all.logits.extend(rows(output.logits)?);
    }
    let answered = |logits: &[f32]| logits.iter().all(|x| x.is_finite());
    let silent: Vec<_> = split.samples.iter().zip(&all.logits).filter(|(_, logits)| !answered(logits)).collect();
    if silent.is_empty() {
        return Ok(all);
    }
    let culprits = silent.into_iter().map(|(sample, _)| culprit(sample)).collect();
    Err(TrainError::NoAnswer { condition, blame: Blame::on(culprits, samples) })
}
