//! The sinusoidal code of a frame's position (Vaswani et al. 2017).

use candle_core::{DType, Device, Result, Tensor};
use corrkd_kernels::position_codes;

/// (T, d): sin(t / 10000^(2i/d)) in the even columns 2i, cos of the same in the odd ones; `width` is even.
///
/// # Errors
/// A tensor operation's.
pub fn sinusoid(time: usize, width: usize, dtype: DType, device: &Device) -> Result<Tensor> {
    let values: Vec<f64> = position_codes(time, width).collect();
    Tensor::from_vec(values, (time, width), &Device::Cpu)?.to_dtype(dtype)?.to_device(device)
}
