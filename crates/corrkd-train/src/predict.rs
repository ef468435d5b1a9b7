//! A network's logits for a whole split under one condition.

use crate::blame::culprit;
use crate::learner::View;
use crate::{Blame, TrainError};
use candle_core::DType;
use corrkd_config::Condition;
use corrkd_data::{Split, test_mask};
use corrkd_models::Network;
use corrkd_nn::Noise;

/// Samples seen at once; it bounds memory and changes nothing else.
const BATCH: usize = 256;

/// Logits of every sample in the split's order, all finite. The seed draws the frames that are dropped.
///
/// # Errors
/// [`TrainError::NoAnswer`] naming the samples whose logits are not.
pub(crate) fn logits(
    network: &Network,
    split: &Split,
    condition: Condition,
    seed: u64,
    view: &View,
) -> Result<Vec<Vec<f32>>, TrainError> {
    let mut all = Vec::with_capacity(split.samples.len());
    let indices: Vec<usize> = (0..split.samples.len()).collect();
    for chunk in indices.chunks(BATCH) {
        let batch = view.batch(split, chunk);
        let batch = batch.masked(&view.widths, |id, length| test_mask(seed, id, length, &condition));
        all.extend(network.forward(&view.inputs(&batch)?, Noise::OFF)?.logits.to_dtype(DType::F32)?.to_vec2::<f32>()?);
    }
    let answered = |logits: &[f32]| logits.iter().all(|x| x.is_finite());
    let silent: Vec<_> = split.samples.iter().zip(&all).filter(|(_, logits)| !answered(logits)).collect();
    if silent.is_empty() {
        return Ok(all);
    }
    let culprits = silent.into_iter().map(|(sample, _)| culprit(sample)).collect();
    Err(TrainError::NoAnswer { condition, blame: Blame::on(culprits, all.len()) })
}
