//! What becomes of the frames of one modality of one sample.

use super::noise::Noise;

/// Frames may be missing, late or noisy.
#[derive(Clone, Debug)]
pub struct Corruption<'a> {
    present: Vec<bool>,
    late: usize,
    noise: Option<Noise<'a>>,
}

impl<'a> Corruption<'a> {
    /// Frames for which `present` is false are missing; the others stay as they are.
    pub(super) const fn missing(present: Vec<bool>) -> Self {
        Self { present, late: 0, noise: None }
    }

    /// Frame t, of `length`, is what was frame t - `late`; the first `late` frames are missing, the last ones lost.
    pub(super) fn late(length: usize, late: usize) -> Self {
        Self { present: (0..length).map(|t| t >= late).collect(), late, noise: None }
    }

    /// All frames, of `length`, are there, and noisy.
    pub(super) fn noisy(length: usize, noise: Noise<'a>) -> Self {
        Self { present: vec![true; length], late: 0, noise: Some(noise) }
    }

    /// For each frame whether it is present (`true`) or missing, T.
    #[must_use]
    pub fn present(&self) -> &[bool] {
        &self.present
    }

    /// Does it to the frames, (T, D). Missing ones become zero, whatever they were.
    pub(crate) fn apply(&self, frames: &mut [f32], width: usize) {
        if let Some(noise) = &self.noise {
            noise.add(frames, width);
        }
        if self.late > 0 {
            frames.copy_within(..frames.len() - self.late * width, self.late * width);
        }
        for (t, _) in self.present.iter().enumerate().filter(|&(_, &present)| !present) {
            // Set, not multiplied: zero times NaN would be NaN.
            frames[t * width..(t + 1) * width].fill(0.0);
        }
    }
}
