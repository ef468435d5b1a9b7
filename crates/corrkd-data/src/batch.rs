//! Batches: samples side by side as plain buffers, (B, T, D) per modality, zero behind each sample's last frame.

use corrkd_config::PerModality;
use corrkd_random::Stream;

use crate::{Corruption, Split};

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
    /// Which frames hold data, (B, T): false where missing, and behind a sample's end.
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

    /// A copy in which each sample's frames meet the corruptions that `corruptions` gives it.
    #[must_use]
    pub fn masked<'a>(
        &self,
        widths: &PerModality<usize>,
        corruptions: impl Fn(&Row<'_>) -> PerModality<Corruption<'a>>,
    ) -> Self {
        let mut copy = self.clone();
        for (b, (id, (&label, &length))) in self.ids.iter().zip(self.labels.iter().zip(&self.lengths)).enumerate() {
            let first = b * self.time;
            let frames = |width: &usize| first * width..(first + length) * width;
            let features = widths.map(|modality, width| &self.features.get(modality)[frames(width)]);
            let corruptions = corruptions(&Row { id, label, length, features });
            for (modality, width) in widths.iter() {
                let corruption = corruptions.get(modality);
                corruption.apply(&mut copy.features.get_mut(modality)[frames(width)], *width);
                copy.present.get_mut(modality)[first..first + length].copy_from_slice(corruption.present());
            }
        }
        copy
    }
}

/// One sample of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The sample's id.
    pub id: &'a str,
    /// Its label.
    pub label: f32,
    /// Its number of frames, T, without padding.
    pub length: usize,
    /// Its features, (T, D), frame after frame.
    pub features: PerModality<&'a [f32]>,
}

/// The order in which an epoch visits `n` training samples.
#[must_use]
pub fn epoch_order(n: usize, seed: u64, epoch: usize) -> Vec<usize> {
    Stream::new(seed, "order").at(epoch as u64).permutation(n)
}
