//! Proof of a gradient: candle's backward pass against central finite differences, in f64.

use candle_core::{DType, Device, Result, Tensor, Var};
use corrkd_random::Stream;

const STEP: f64 = 1e-6;

/// A tensor of standard normal values in f64.
///
/// # Errors
/// A tensor operation's.
pub fn normal(seed: u64, shape: &[usize]) -> Result<Tensor> {
    let stream = Stream::new(seed, "gradcheck");
    let values: Vec<f64> = (0..shape.iter().product::<usize>() as u64).map(|i| stream.normal(i)).collect();
    Tensor::from_vec(values, shape, &Device::Cpu)
}

/// The largest difference between the backward pass of `f` (to one number) and its finite differences over every
/// element of `vars`, relative to the larger of 1 and the gradient's largest element.
///
/// # Errors
/// A tensor operation's; also if a variable gets no gradient.
pub fn worst_difference(vars: &[Var], f: impl Fn() -> Result<Tensor>) -> Result<f64> {
    let value = || f()?.to_dtype(DType::F64)?.to_scalar::<f64>();
    let gradients = f()?.backward()?;
    let mut worst = 0f64;
    for var in vars {
        let Some(gradient) = gradients.get(var.as_tensor()) else { candle_core::bail!("a variable got no gradient") };
        let gradient = gradient.flatten_all()?.to_vec1::<f64>()?;
        let scale = gradient.iter().fold(1f64, |scale, g| scale.max(g.abs()));
        let start = var.flatten_all()?.to_vec1::<f64>()?;
        for (i, expected) in gradient.into_iter().enumerate() {
            let moved = |by: f64| {
                let mut values = start.clone();
                values[i] += by;
                var.set(&Tensor::from_vec(values, var.shape(), var.device())?)?;
                value()
            };
            let difference = (moved(STEP)? - moved(-STEP)?) / (2.0 * STEP);
            worst = worst.max((difference - expected).abs() / scale);
        }
        var.set(&Tensor::from_vec(start, var.shape(), var.device())?)?;
    }
    Ok(worst)
}
