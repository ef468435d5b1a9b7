//! A batch as the network takes it: features by modality, and which frames exist.

use candle_core::{DType, Device, Result, Tensor};
use corrkd_config::PerModality;
use corrkd_nn::frame_mask;

/// Features (B, T, D) of each modality; frames behind a sequence's end are zero.
pub struct Inputs {
    pub(crate) features: PerModality<Tensor>,
    pub(crate) frames: Option<Tensor>,
}

impl Inputs {
    /// From row-major features of B x T x D values each. What lies behind a sequence's length is cleared: padding is
    /// not data, whatever it holds.
    ///
    /// # Errors
    /// A tensor operation's; the buffers must hold B x T x D values.
    pub fn new(
        mut features: PerModality<Vec<f32>>,
        lengths: &[usize],
        time: usize,
        widths: &PerModality<usize>,
        dtype: DType,
        device: &Device,
    ) -> Result<Self> {
        let features = PerModality::try_from_fn(|m| {
            let (values, &width) = (std::mem::take(features.get_mut(m)), widths.get(m));
            let mut values = values;
            for (sample, &length) in values.chunks_mut(time * width).zip(lengths) {
                if let Some(padding) = sample.get_mut(length * width..) {
                    padding.fill(0.0);
                }
            }
            Tensor::from_vec(values, (lengths.len(), time, width), device)?.to_dtype(dtype)
        })?;
        Ok(Self { features, frames: frame_mask(lengths, time, dtype, device)? })
    }
}
