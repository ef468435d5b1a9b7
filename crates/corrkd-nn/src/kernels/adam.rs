//! Adam's step of one variable: its values and both moments in one pass, in place, in one thread: it is too little
//! work to share.

use super::storage::{change, read};
use crate::optimizer::{BETA1, BETA2, EPSILON, Rates};
use candle_core::{Result, Tensor};
use pulp::Arch;

/// Changes a variable and its moments m and v as the gradient says.
pub(crate) fn adam_step(var: &Tensor, gradient: &Tensor, [m, v]: &[Tensor; 2], rates: Rates) -> Result<()> {
    read(&gradient.contiguous()?, |g| change(var, |x| change(m, |m| change(v, |v| elements([x, m, v], g, rates)))))
}

fn elements([x, m, v]: [&mut [f32]; 3], g: &[f32], rates: Rates) -> Result<()> {
    let [scale, step_size, correction] = [rates.scale, rates.step_size, rates.correction].map(|rate| rate as f32);
    let [keep1, keep2, epsilon] = [BETA1, BETA2, EPSILON].map(|constant| constant as f32);
    let [take1, take2] = [BETA1, BETA2].map(|beta| (1.0 - beta) as f32);
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for (((x, g), m), v) in x.iter_mut().zip(g).zip(m).zip(v) {
                let g = g * scale;
                *m = *m * keep1 + g * take1;
                *v = *v * keep2 + g * g * take2;
                *x -= *m / (v.sqrt() * correction + epsilon) * step_size;
            }
        },
    );
    Ok(())
}

/// The sum of a gradient's squares, always in the same order.
pub(crate) fn sum_of_squares(gradient: &Tensor) -> Result<f64> {
    read(&gradient.contiguous()?, |g| {
        Ok(Arch::new().dispatch(
            #[inline(always)]
            || {
                let (vectors, rest) = g.as_chunks::<16>();
                let mut sums = [0f64; 16];
                for vector in vectors {
                    for (sum, &x) in sums.iter_mut().zip(vector) {
                        *sum += f64::from(x) * f64::from(x);
                    }
                }
                let rest = rest.iter().map(|&x| f64::from(x) * f64::from(x));
                sums.into_iter().chain(rest).sum()
            },
        ))
    })
}
