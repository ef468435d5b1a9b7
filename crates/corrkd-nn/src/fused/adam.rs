//! Adam's step of one variable, in place.

use super::storage::{change, read};
use candle_core::{Result, Tensor};
use corrkd_kernels::Rates;

/// Changes a variable and its moments m and v as the gradient says.
pub(crate) fn adam_step(var: &Tensor, gradient: &Tensor, [m, v]: &[Tensor; 2], rates: Rates) -> Result<()> {
    let step = |x: &mut [f32], m: &mut [f32], v: &mut [f32], g: &[f32]| {
        corrkd_kernels::adam_step(x, m, v, g, rates);
        Ok(())
    };
    read(&gradient.contiguous()?, |g| change(var, |x| change(m, |m| change(v, |v| step(x, m, v, g)))))
}

/// The sum of a gradient's squares, always in the same order.
pub(crate) fn sum_of_squares(gradient: &Tensor) -> Result<f64> {
    read(&gradient.contiguous()?, |g| Ok(corrkd_kernels::sum_of_squares(g)))
}
