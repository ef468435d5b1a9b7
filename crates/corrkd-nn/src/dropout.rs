//! Dropout whose mask is a pure function of (seed, step, site, sample, element).

use candle_core::{Result, Tensor};
use corrkd_random::Stream;

/// The randomness of one training step; none while evaluating.
#[derive(Clone, Copy, Debug)]
pub struct Noise(Option<Stream>);

impl Noise {
    /// Evaluation: nothing is dropped.
    pub const OFF: Self = Self(None);

    /// The training step `step` (from 0 over the whole training) of a network with this seed.
    #[must_use]
    pub fn step(seed: u64, step: usize) -> Self {
        Self(Some(Stream::new(seed, "dropout").at(step as u64)))
    }
}

/// Inverted dropout at one named site of a network.
pub struct Dropout {
    site: String,
    probability: f64,
}

impl Dropout {
    /// Drops with `probability`, at a site whose name is unique in the network.
    #[must_use]
    pub fn new(site: String, probability: f64) -> Self {
        Self { site, probability }
    }

    /// Each element of x (B, ..) is set to zero with the probability, or divided by one minus it.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, x: &Tensor, noise: Noise) -> Result<Tensor> {
        let Some(stream) = noise.0.filter(|_| self.probability > 0.0) else { return Ok(x.clone()) };
        let site = stream.named(&self.site);
        let samples = x.dim(0)?;
        let each = x.elem_count() / samples.max(1);
        let kept = (1.0 / (1.0 - self.probability)) as f32;
        let threshold = (self.probability * (1u64 << 32) as f64) as u64;
        let mut mask = Vec::with_capacity(samples * each);
        for sample in 0..samples as u64 {
            let stream = site.at(sample);
            mask.extend(
                (0..each as u64).map(|element| if stream.bits(element) >> 32 < threshold { 0.0 } else { kept }),
            );
        }
        x * Tensor::from_vec(mask, x.shape(), x.device())?.to_dtype(x.dtype())?
    }
}
