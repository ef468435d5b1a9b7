//! A batch as networks take it: features by modality, and which frames exist.

use candle_core::{DType, Device, Result, Tensor};
use corrkd_config::PerModality;
use corrkd_nn::{choice_mask, frame_mask};

/// Features (B, T, D) of each modality; frames behind a sequence's end are zero.
pub struct Inputs {
    /// By modality, (B, T, D).
    pub features: PerModality<Tensor>,
    /// By modality, 1 where a frame exists, (B, T); none where all do.
    pub frames: PerModality<Option<Tensor>>,
    /// Which frames are attended to, by modality, as `frames`.
    pub attended: PerModality<Option<Tensor>>,
}

impl Inputs {
    /// From row-major features of B x T x D values each. What lies behind a sequence's length is cleared: padding is
    /// not data, whatever it holds.
    ///
    /// # Errors
    /// A tensor operation's; the buffers must hold B x T x D values.
    pub fn new(
        mut features: PerModality<Vec<f32>>,
        lengths: &PerModality<Vec<usize>>,
        time: &PerModality<usize>,
        widths: &PerModality<usize>,
        dtype: DType,
        device: &Device,
    ) -> Result<Self> {
        let features = PerModality::try_from_fn(|m| {
            let (mut values, &width) = (std::mem::take(features.get_mut(m)), widths.get(m));
            let (lengths, time) = (lengths.get(m), *time.get(m));
            for (sample, &length) in values.chunks_mut(time * width).zip(lengths) {
                if let Some(padding) = sample.get_mut(length * width..) {
                    padding.fill(0.0);
                }
            }
            Tensor::from_vec(values, (lengths.len(), time, width), device)?.to_dtype(dtype)
        })?;
        let frames = PerModality::try_from_fn(|m| frame_mask(lengths.get(m), *time.get(m), dtype, device))?;
        Ok(Self { features, attended: frames.map(|_, mask| mask.clone()), frames })
    }

    /// The same, with frames attended to only where `present`, B x T values for each modality; where a sample has no
    /// frame of a modality, its frames attend to each other all the same.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn attending_to(
        mut self,
        present: &PerModality<Vec<bool>>,
        lengths: &PerModality<Vec<usize>>,
        time: &PerModality<usize>,
    ) -> Result<Self> {
        self.attended = PerModality::try_from_fn(|m| {
            let mut attended = present.get(m).clone();
            let (lengths, time) = (lengths.get(m), *time.get(m));
            for (frames, &length) in attended.chunks_mut(time).zip(lengths) {
                if !frames.contains(&true) {
                    frames[..length].fill(true);
                }
            }
            let features = self.features.get(m);
            choice_mask(&attended, time, features.dtype(), features.device())
        })?;
        Ok(self)
    }
}
