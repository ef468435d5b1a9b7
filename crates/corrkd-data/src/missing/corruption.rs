//! What becomes of the frames of one modality of one sample.

use super::noise::Noise;

/// Frames may be missing, late, noisy, or others than they were. One that is missing by nature, before anything happens to
/// it, stays so, and zero.
#[derive(Clone, Debug)]
pub struct Corruption<'a> {
    present: Vec<bool>,
    late: usize,
    noise: Option<Noise<'a>>,
    /// Frames, (D), that stand in the place of others, with the place.
    instead: Vec<(usize, &'a [f32])>,
}

impl<'a> Corruption<'a> {
    /// Of the frames that are there by nature, T, those stay that are `kept`; the others are missing.
    pub(super) fn missing(nature: &[bool], kept: impl Fn(usize) -> bool) -> Self {
        let present = nature.iter().enumerate().map(|(t, &there)| there && kept(t)).collect();
        Self { present, late: 0, noise: None, instead: Vec::new() }
    }

    /// Frame t is what was frame t - `late`; the first `late` frames are missing, the last ones lost.
    pub(super) fn late(nature: &[bool], late: usize) -> Self {
        let came = |t: usize| t.checked_sub(late).is_some_and(|from| nature[from]);
        let present = (0..nature.len()).map(came).collect();
        Self { present, late, noise: None, instead: Vec::new() }
    }

    /// All frames stay, and are noisy.
    pub(super) fn noisy(nature: &[bool], noise: Noise<'a>) -> Self {
        Self { noise: Some(noise), ..Self::missing(nature, |_| true) }
    }

    /// These frames, (D), stand where they say, instead of what was there, or of zeros where that is missing.
    pub(super) fn with_instead(self, instead: Vec<(usize, &'a [f32])>) -> Self {
        Self { instead, ..self }
    }

    /// For each frame whether it is present (`true`) or missing, T.
    #[must_use]
    pub fn present(&self) -> &[bool] {
        &self.present
    }

    /// Does it to the frames, (T, D). Missing ones become zero, whatever they were, unless another stands there.
    pub fn apply(&self, frames: &mut [f32], width: usize) {
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
        for &(t, other) in &self.instead {
            frames[t * width..(t + 1) * width].copy_from_slice(other);
        }
    }
}
