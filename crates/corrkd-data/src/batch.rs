//! Batches: samples side by side as plain buffers, (B, T, D) per modality, zero behind each sample's last frame.

use corrkd_config::PerModality;
use corrkd_random::Stream;

use crate::{Masks, Split};

/// B samples of a split.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The samples' ids, B.
    pub ids: Vec<String>,
    /// Their labels, B.
    pub labels: Vec<f32>,
    /// Their numbers of frames, B; what lies behind is padding, not data.
    pub lengths: Vec<usize>,
    /// Frames per sample, T: the longest length in this batch.
    pub time: usize,
    /// Which frames hold data, (B, T): false where masked, and behind a sample's end.
    pub present: PerModality<Vec<bool>>,
    /// Features, (B, T, D), row after row.
    pub features: PerModality<Vec<f32>>,
}

impl Batch {
    /// The samples of `split` at `indices`, of width `widths`.
    ///
    /// Indices outside the split are left out. The batch is only as long as its longest sample.
    #[must_use]
    pub fn gather(split: &Split, indices: &[usize], widths: &PerModality<usize>) -> Self {
        let samples = || indices.iter().filter_map(|&i| split.samples.get(i));
        let lengths: Vec<usize> = samples().map(|sample| sample.length).collect();
        let time = lengths.iter().copied().max().unwrap_or(0);
        let features = widths.map(|modality, &width| {
            let mut values = vec![0.0; lengths.len() * time * width];
            for (b, (sample, length)) in samples().zip(&lengths).enumerate() {
                let start = b * time * width;
                values[start..start + length * width].copy_from_slice(&sample.features.get(modality)[..length * width]);
            }
            values
        });
        let exists = lengths.iter().flat_map(|&length| (0..time).map(move |t| t < length)).collect::<Vec<_>>();
        Self {
            present: PerModality::from_fn(|_| exists.clone()),
            ids: samples().map(|sample| sample.id.clone()).collect(),
            labels: samples().map(|sample| sample.label).collect(),
            lengths,
            time,
            features,
        }
    }

    /// A copy in which the frames that `masks(id, length)` takes away are zero, whatever they were.
    #[must_use]
    pub fn masked(&self, widths: &PerModality<usize>, masks: impl Fn(&str, usize) -> Masks) -> Self {
        let mut copy = self.clone();
        for (b, (id, &length)) in self.ids.iter().zip(&self.lengths).enumerate() {
            let masks = masks(id, length);
            for (modality, &width) in widths.iter() {
                let values = copy.features.get_mut(modality);
                for (t, _) in masks.get(modality).iter().enumerate().filter(|&(_, &present)| !present) {
                    let start = (b * self.time + t) * width;
                    // Set, not multiplied: zero times NaN would be NaN.
                    values[start..start + width].fill(0.0);
                    copy.present.get_mut(modality)[b * self.time + t] = false;
                }
            }
        }
        copy
    }
}

/// The order in which an epoch visits `n` training samples.
#[must_use]
pub fn epoch_order(n: usize, seed: u64, epoch: usize) -> Vec<usize> {
    Stream::new(seed, "order").at(epoch as u64).permutation(n)
}
