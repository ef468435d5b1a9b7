//! Dropout whose mask is a pure function of (seed, step, site, sample, element).

use crate::fused::{available, dropout as fused};
use crate::{DropoutKey, Kernels};
use candle_core::{Result, Tensor};
use corrkd_kernels::{DropoutSite, Drops};

/// Inverted dropout at one named site of a network; which elements it drops is [`DropoutSite`]'s rule.
#[derive(Clone, Debug)]
pub struct Dropout(DropoutSite);

impl Dropout {
    /// Drops with `probability`, at a site whose name is unique in the network.
    #[must_use]
    pub fn new(site: String, probability: f64) -> Self {
        Self(DropoutSite::new(site, probability))
    }

    /// The site alone.
    pub(crate) fn site(self) -> DropoutSite {
        self.0
    }

    /// What it does in a step; none if nothing is dropped.
    pub(crate) fn drops(&self, key: DropoutKey) -> Option<Drops> {
        self.0.drops(key)
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
