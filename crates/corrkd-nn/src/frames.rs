//! Which frames of a padded batch exist, or are to be attended to.

use candle_core::{DType, Device, Result, Tensor};

/// The frames that exist, (B, T) of ones and zeros, or none if all do.
///
/// # Errors
/// A tensor operation's.
pub fn frame_mask(lengths: &[usize], time: usize, dtype: DType, device: &Device) -> Result<Option<Tensor>> {
    let exists = lengths.iter().flat_map(|&length| (0..time).map(move |t| t < length));
    choice_mask(&exists.collect::<Vec<_>>(), time, dtype, device)
}

/// The chosen ones of B x T frames, (B, T) of ones and zeros, or none if all are.
///
/// # Errors
/// A tensor operation's.
pub fn choice_mask(chosen: &[bool], time: usize, dtype: DType, device: &Device) -> Result<Option<Tensor>> {
    if chosen.iter().all(|&chosen| chosen) {
        return Ok(None);
    }
    let mask: Vec<f32> = chosen.iter().map(|&chosen| if chosen { 1.0 } else { 0.0 }).collect();
    Ok(Some(Tensor::from_vec(mask, (chosen.len() / time, time), device)?.to_dtype(dtype)?))
}

/// Added to the score of a key that a query must not see: finite, so that no row of a softmax is ever undefined.
pub(crate) const NEVER: f64 = -1e9;

/// What is added to the scores of frames of which those are attended to that have a one in (B, T): (B, 1, 1, T).
///
/// # Errors
/// A tensor operation's.
pub(crate) fn padding(attended: Option<&Tensor>) -> Result<Option<Tensor>> {
    attended.map(|attended| attended.affine(-NEVER, NEVER)?.unsqueeze(1)?.unsqueeze(1)).transpose()
}
