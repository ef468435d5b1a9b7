//! Sequences as the networks see them: features of one or more modalities side by side, on one clock, each feature over
//! the greatest absolute value that it has in the training split, padded with zeros to the width D of the widest.
//!
//! The clock of what is read is that of its first modality in the order of all listings: words, where there are some.
//! Where sequences are not aligned, another one's frame at step t of T is the one at the same place of its F frames,
//! (2t + 1) F / 2T rounded down; where they are, frame t.

use candle_core::{Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_data::{Batch, Split};
use corrkd_train::Context;

/// The greatest absolute value of each feature in a split; 1 for one that is always zero.
pub(super) fn greatest(split: &Split, widths: &PerModality<usize>) -> PerModality<Vec<f32>> {
    widths.map(|m, &width| {
        let mut most = vec![0f32; width];
        for frame in split.samples.iter().flat_map(|sample| sample.features.get(m).chunks_exact(width)) {
            most.iter_mut().zip(frame).for_each(|(most, value)| *most = most.max(value.abs()));
        }
        most.into_iter().map(|most| if most > 0.0 { most } else { 1.0 }).collect()
    })
}

/// How many steps each of some samples has.
pub(super) struct Clock {
    lengths: Vec<usize>,
    /// The longest's, T.
    pub(super) time: usize,
}

impl Clock {
    /// That of a modality's frames of the samples in `rows`.
    pub(super) fn of(batch: &Batch, rows: &[usize], modality: Modality) -> Self {
        let lengths: Vec<usize> = rows.iter().map(|&row| batch.lengths.get(modality)[row]).collect();
        Self { time: lengths.iter().copied().max().unwrap_or(0), lengths }
    }

    /// The steps' numbers by sample.
    pub(super) fn lengths(&self) -> &[usize] {
        &self.lengths
    }

    /// Calls `each` with every sample's place, row, step, and the place of the frame for it among a modality's B x T.
    fn frames(&self, batch: &Batch, rows: &[usize], modality: Modality, mut each: impl FnMut(usize, usize)) {
        let time = *batch.time.get(modality);
        for (place, (&row, &steps)) in rows.iter().zip(&self.lengths).enumerate() {
            let frames = batch.lengths.get(modality)[row];
            for step in 0..steps {
                each(place * self.time + step, row * time + (2 * step + 1) * frames / (2 * steps));
            }
        }
    }
}

/// Some modalities side by side.
pub(super) struct Block {
    /// Each with its width and the first of its columns.
    modalities: Vec<(Modality, usize, usize)>,
    /// All columns, D.
    width: usize,
    /// What each column is divided by, (D).
    greatest: Tensor,
}

impl Block {
    /// Of these modalities, padded to `width` columns.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn new(
        modalities: &[Modality],
        width: usize,
        greatest: &PerModality<Vec<f32>>,
        context: &Context,
    ) -> Result<Self> {
        let mut columns: Vec<f32> = Vec::with_capacity(width);
        let mut placed = Vec::with_capacity(modalities.len());
        for &m in modalities {
            placed.push((m, greatest.get(m).len(), columns.len()));
            columns.extend(greatest.get(m));
        }
        columns.resize(width, 1.0);
        let greatest = Tensor::from_vec(columns, width, &context.device)?.to_dtype(context.dtype)?;
        Ok(Self { modalities: placed, width, greatest })
    }

    /// The features of the samples in `rows` on a clock, (B, T, D); zero behind a sample's last step.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn features(&self, batch: &Batch, rows: &[usize], clock: &Clock, context: &Context) -> Result<Tensor> {
        let mut values = vec![0f32; rows.len() * clock.time * self.width];
        for &(m, width, first) in &self.modalities {
            let features = batch.features.get(m);
            clock.frames(batch, rows, m, |to, from| {
                let to = to * self.width + first;
                values[to..to + width].copy_from_slice(&features[from * width..][..width]);
            });
        }
        self.tensor(values, rows, clock, context)?.broadcast_div(&self.greatest)
    }

    /// Which of them count in a loss, (B, T, D) of ones and zeros, and how many, at least 1. A modality's columns count
    /// where its frame holds data, the padding where one of the block's does.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn counted(
        &self,
        batch: &Batch,
        rows: &[usize],
        clock: &Clock,
        context: &Context,
    ) -> Result<(Tensor, f64)> {
        let mut counted = vec![0f32; rows.len() * clock.time * self.width];
        let padding = self.modalities.iter().map(|&(_, width, first)| first + width).max().unwrap_or(0);
        for &(m, width, first) in &self.modalities {
            let present = batch.present.get(m);
            clock.frames(batch, rows, m, |to, from| {
                if present[from] {
                    let step = &mut counted[to * self.width..][..self.width];
                    step[first..first + width].fill(1.0);
                    step[padding..].fill(1.0);
                }
            });
        }
        let count = counted.iter().filter(|&&counts| counts > 0.0).count().max(1);
        Ok((self.tensor(counted, rows, clock, context)?, count as f64))
    }

    fn tensor(&self, values: Vec<f32>, rows: &[usize], clock: &Clock, context: &Context) -> Result<Tensor> {
        Tensor::from_vec(values, (rows.len(), clock.time, self.width), &context.device)?.to_dtype(context.dtype)
    }
}
