//! Which frames of a padded batch exist.

use candle_core::{DType, Device, Result, Tensor};

/// The frames that exist, (B, T) of ones and zeros, or none if all do.
///
/// # Errors
/// A tensor operation's.
pub fn frame_mask(
    lengths: &[usize],
    time: usize,
    dtype: DType,
    device: &Device,
) -> Result<Option<Tensor>> {
    if lengths.iter().all(|&length| length == time) {
        return Ok(None);
    }
    let mask: Vec<f32> =
        lengths.iter().flat_map(|&length| (0..time).map(move |t| if t < length { 1.0 } else { 0.0 })).collect();
    Ok(Some(Tensor::from_vec(mask, (lengths.len(), time), device)?.to_dtype(dtype)?))
}
