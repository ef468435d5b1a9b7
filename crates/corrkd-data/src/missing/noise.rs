//! Noise in a modality: it takes the place of a share of each feature's variance.
//!
//! x' = mean + sqrt(1 - p) (x - mean) + sqrt(p) deviation n, where n is standard normal, and mean and deviation are those of
//! the feature over the training split's frames. So mean and variance stay what they were; at p = 1 nothing is left of x.

use corrkd_random::Stream;

use super::statistics::holds_data;
use crate::moments::Moments;

/// Noise of one modality of one sample.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noise<'a> {
    /// The share p of the variance.
    share: f64,
    /// Draws n at the feature's position, counted through the frames.
    stream: Stream,
    /// Of each feature, D.
    moments: &'a [Moments],
}

impl<'a> Noise<'a> {
    pub(super) const fn new(share: f64, stream: Stream, moments: &'a [Moments]) -> Self {
        Self { share, stream, moments }
    }

    /// Adds it to frames, (T, D). A frame that holds no data stays zero: there is no signal that noise could be on.
    pub(super) fn add(&self, frames: &mut [f32], width: usize) {
        let [keep, take] = [1.0 - self.share, self.share].map(f64::sqrt);
        for (t, frame) in frames.chunks_exact_mut(width).enumerate().filter(|(_, frame)| holds_data(frame)) {
            for ((position, value), of) in (t * width..).zip(frame).zip(self.moments) {
                let noise = of.deviation * self.stream.normal(position as u64);
                *value = (of.mean + keep * (f64::from(*value) - of.mean) + take * noise) as f32;
            }
        }
    }
}
