//! Batches: samples side by side as plain buffers, (B, T, D) per modality, zero behind each sample's last frame.

use corrkd_config::{Modality, PerModality};
use corrkd_random::Stream;

use crate::{Corruption, Sample, Split};

/// B samples of a split.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The samples' ids, B.
    pub ids: Vec<String>,
    /// Their labels, B.
    pub labels: Vec<f32>,
    /// Their numbers of frames, B; what lies behind is padding, not data.
    pub lengths: PerModality<Vec<usize>>,
    /// Frames per sample, T: the longest length in this batch.
    pub time: PerModality<usize>,
    /// Which frames hold data, (B, T): false where missing, by nature or not, and behind a sample's end.
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
        let lengths = PerModality::from_fn(|m| samples().map(|sample| sample.length(m)).collect::<Vec<usize>>());
        let time = lengths.map(|_, lengths| lengths.iter().copied().max().unwrap_or(0));
        let features = widths.map(|m, &width| {
            let room = time.get(m) * width;
            let mut values = vec![0.0; samples().count() * room];
            for (sample, row) in samples().zip(values.chunks_mut(room.max(1))) {
                let frames = sample.length(m) * width;
                row[..frames].copy_from_slice(&sample.features.get(m)[..frames]);
            }
            values
        });
        let present = time.map(|m, &time| {
            let row = |sample: &Sample| {
                let mut row = sample.present.get(m).clone();
                row.resize(time, false);
                row
            };
            samples().flat_map(row).collect()
        });
        Self {
            present,
            ids: samples().map(|sample| sample.id.clone()).collect(),
            labels: samples().map(|sample| sample.label).collect(),
            lengths,
            time,
            features,
        }
    }

    /// The samples at `rows`, which may be others for each modality: sequences without ids and labels.
    #[must_use]
    pub fn picked(&self, rows: &PerModality<Vec<usize>>) -> Self {
        fn of<T: Clone>(values: &[T], size: usize, rows: &[usize]) -> Vec<T> {
            rows.iter().flat_map(|row| &values[row * size..][..size]).cloned().collect()
        }
        let room = |m: Modality| self.features.get(m).len() / self.lengths.get(m).len().max(1);
        Self {
            ids: Vec::new(),
            labels: Vec::new(),
            lengths: rows.map(|m, rows| of(self.lengths.get(m), 1, rows)),
            time: self.time,
            present: rows.map(|m, rows| of(self.present.get(m), *self.time.get(m), rows)),
            features: rows.map(|m, rows| of(self.features.get(m), room(m), rows)),
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
        for (b, (id, &label)) in self.ids.iter().zip(&self.labels).enumerate() {
            let frames = PerModality::from_fn(|m| {
                let first = b * self.time.get(m);
                first..first + self.lengths.get(m)[b]
            });
            let values = |m: Modality| {
                let (frames, width) = (frames.get(m), widths.get(m));
                frames.start * width..frames.end * width
            };
            let features = PerModality::from_fn(|m| &self.features.get(m)[values(m)]);
            let present = PerModality::from_fn(|m| &self.present.get(m)[frames.get(m).clone()]);
            let corruptions = corruptions(&Row { id, label, features, present });
            for (m, width) in widths.iter() {
                let corruption = corruptions.get(m);
                corruption.apply(&mut copy.features.get_mut(m)[values(m)], *width);
                copy.present.get_mut(m)[frames.get(m).clone()].copy_from_slice(corruption.present());
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
    /// Its features, (T, D), frame after frame, without padding.
    pub features: PerModality<&'a [f32]>,
    /// Which of its frames hold data by nature, (T).
    pub present: PerModality<&'a [bool]>,
}

impl<'a> Row<'a> {
    /// A sample as it is.
    #[must_use]
    pub fn of(sample: &'a Sample) -> Self {
        Self {
            id: &sample.id,
            label: sample.label,
            features: PerModality::from_fn(|m| &**sample.features.get(m)),
            present: PerModality::from_fn(|m| sample.present.get(m).as_slice()),
        }
    }

    /// The number of a modality's frames, T, without padding.
    #[must_use]
    pub const fn length(&self, modality: Modality) -> usize {
        self.present.get(modality).len()
    }
}

/// The order in which an epoch visits `n` training samples.
#[must_use]
pub fn epoch_order(n: usize, seed: u64, epoch: usize) -> Vec<usize> {
    Stream::new(seed, "order").at(epoch as u64).permutation(n)
}
