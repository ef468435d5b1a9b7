//! Normal noise that is a pure function of (seed, step, site, sample, element).

use crate::DropoutKey;
use candle_core::{Result, Tensor};

/// Standard normal noise at one named site of a network.
#[derive(Clone, Debug)]
pub struct Noise {
    site: String,
}

impl Noise {
    /// At a site whose name is unique in the network, among those of dropout too.
    #[must_use]
    pub const fn new(site: String) -> Self {
        Self { site }
    }

    /// x (B, ..) plus a number for each element; x as it is while evaluating. A sample's elements, row-major, are at
    /// the positions from 0 on of the sample's stream.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, x: &Tensor, key: DropoutKey) -> Result<Tensor> {
        let Some(stream) = key.stream(&self.site) else { return Ok(x.clone()) };
        let samples = x.dim(0)?;
        let elements = x.elem_count() / samples.max(1);
        let of_sample = |sample: usize| {
            let stream = stream.at(sample as u64);
            (0..elements).map(move |element| stream.normal(element as u64))
        };
        let noise: Vec<f64> = (0..samples).flat_map(of_sample).collect();
        x + Tensor::from_vec(noise, x.shape(), x.device())?.to_dtype(x.dtype())?
    }
}
