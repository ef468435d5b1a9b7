//! Dropout whose mask is a pure function of (seed, step, site, sample, element).
//!
//! A sample's element stands in a row (all axes but the last, row-major) and a column (the last). Neighbours in a row,
//! columns 2i and 2i + 1, share the 32 bits that the sample's stream has at position row * ceil(columns / 2) + i, the
//! first the low half of them. An element is dropped if its 16 bits are below p * 2^16, rounded (below 2^16).

use crate::Kernels;
use crate::kernels::{available, dropout as fused};
use candle_core::{Result, Tensor};
use corrkd_random::Stream;

/// What dropout in one batch is drawn from; nothing while evaluating.
#[derive(Clone, Copy, Debug)]
pub struct DropoutKey(Option<Stream>);

impl DropoutKey {
    /// Evaluation: nothing is dropped.
    pub const NONE: Self = Self(None);

    /// That of another pass over the same batch, which drops by draws of its own.
    #[must_use]
    pub fn named(self, pass: &str) -> Self {
        Self(self.0.map(|stream| stream.named(pass)))
    }

    /// What a site draws from; nothing while evaluating.
    pub(crate) fn stream(self, site: &str) -> Option<Stream> {
        self.0.map(|stream| stream.named(site))
    }

    /// Whether this is evaluation.
    pub(crate) const fn is_none(self) -> bool {
        self.0.is_none()
    }

    /// The batch `number` (from 0 over the whole training) of a network with this seed.
    #[must_use]
    pub fn new(seed: u64, number: usize) -> Self {
        Self(Some(Stream::new(seed, "dropout").at(number as u64)))
    }
}

/// Inverted dropout at one named site of a network.
#[derive(Clone, Debug)]
pub struct Dropout {
    site: String,
    /// Of 2^16.
    threshold: u32,
}

/// A site's dropout in one step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drops {
    /// The site's stream; a sample's is [`Stream::at`] of it.
    pub(crate) stream: Stream,
    /// What 16 random bits must reach for an element to stay.
    pub(crate) threshold: u32,
    /// The factor of an element that stays.
    pub(crate) kept: f32,
}

impl Dropout {
    /// Drops with `probability`, at a site whose name is unique in the network.
    #[must_use]
    pub fn new(site: String, probability: f64) -> Self {
        Self { site, threshold: (probability * ONE).round().min(ONE - 1.0) as u32 }
    }

    /// What it does in a step; none if nothing is dropped.
    pub(crate) fn drops(&self, key: DropoutKey) -> Option<Drops> {
        let stream = key.stream(&self.site).filter(|_| self.threshold > 0)?;
        let kept = (ONE / (ONE - f64::from(self.threshold))) as f32;
        Some(Drops { stream, threshold: self.threshold, kept })
    }

    /// Each element of x (B, ..) is set to zero with the probability, or divided by one minus it. The fused form has the
    /// same bits as the composed one, and is what runs wherever it can.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, x: &Tensor, key: DropoutKey) -> Result<Tensor> {
        let Some(drops) = self.drops(key) else { return Ok(x.clone()) };
        if available(Kernels::Fused, x.dtype(), x.device()) == Kernels::Fused {
            return fused(x, drops);
        }
        let samples = x.dim(0)?;
        let columns = if x.rank() > 1 { x.dim(x.rank() - 1)? } else { 1 };
        let rows = x.elem_count() / (samples * columns).max(1);
        let mut mask = Vec::with_capacity(x.elem_count());
        for sample in 0..samples as u64 {
            let stream = drops.stream.at(sample);
            for row in 0..rows {
                mask.extend((0..columns).map(|column| {
                    let pair = stream.word((row * columns.div_ceil(2) + column / 2) as u32);
                    let bits = if column % 2 == 0 { pair & 0xFFFF } else { pair >> 16 };
                    if bits < drops.threshold { 0.0 } else { drops.kept }
                }));
            }
        }
        x * Tensor::from_vec(mask, x.shape(), x.device())?.to_dtype(x.dtype())?
    }
}

const ONE: f64 = 65_536.0;
