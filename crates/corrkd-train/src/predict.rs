//! A network's logits for a whole split under one condition.

use crate::TrainError;
use crate::learner::View;
use corrkd_config::Condition;
use corrkd_data::{Split, test_mask};
use corrkd_models::Network;
use corrkd_nn::Noise;

/// Samples seen at once; it bounds memory and changes nothing else.
const BATCH: usize = 256;

/// Logits of every sample in the split's order. The seed draws the frames that are dropped.
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
        all.extend(network.forward(&view.inputs(&batch)?, Noise::OFF)?.logits.to_vec2::<f32>()?);
    }
    Ok(all)
}
