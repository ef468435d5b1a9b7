//! The sinusoidal code of a frame's position (Vaswani et al. 2017).

use candle_core::{DType, Device, Result, Tensor};

/// (T, d): sin(t / 10000^(2i/d)) in the even columns 2i, cos of the same in the odd ones; `width` is even.
///
/// # Errors
/// A tensor operation's.
pub fn sinusoid(time: usize, width: usize, dtype: DType, device: &Device) -> Result<Tensor> {
    let values: Vec<f64> = codes(time, width).collect();
    Tensor::from_vec(values, (time, width), &Device::Cpu)?.to_dtype(dtype)?.to_device(device)
}

/// The same, row by row.
pub(crate) fn codes(time: usize, width: usize) -> impl Iterator<Item = f64> {
    (0..time).flat_map(move |t| {
        (0..width / 2).flat_map(move |i| {
            let angle = t as f64 / 10000f64.powf(2.0 * i as f64 / width as f64);
            [angle.sin(), angle.cos()]
        })
    })
}
