//! The fused [`weighted_squares`](crate::weighted_squares) as one operation on (x, t, w): one way over the numbers
//! forward and one back, where the composed form takes a tensor for each of its steps.

use super::jobs::each;
use super::rows::group;
use super::storage::{numbers, read};
use candle_core::{CpuStorage, CustomOp3, DType, Layout, Result, Shape, Tensor, bail};
use pulp::{Arch, Simd, WithSimd};

/// The sum of w (x - t)^2.
pub(crate) fn weighted_squares(x: &Tensor, target: &Tensor, weights: &Tensor) -> Result<Tensor> {
    if x.shape() != target.shape() || x.shape() != weights.shape() {
        bail!("{:?} less {:?}, weighted by {:?}", x.shape(), target.shape(), weights.shape());
    }
    x.contiguous()?.apply_op3(&target.contiguous()?, &weights.contiguous()?, Operation)
}

struct Operation;

impl CustomOp3 for Operation {
    fn name(&self) -> &'static str {
        "fused weighted squares"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        xl: &Layout,
        t: &CpuStorage,
        tl: &Layout,
        w: &CpuStorage,
        wl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let parts = [numbers(x, xl)?, numbers(t, tl)?, numbers(w, wl)?].map(|x| x.chunks(group(1)));
        let [x, t, w] = parts;
        let jobs = x.zip(t).zip(w).collect();
        let sums = each(jobs, |((x, t), w)| Arch::new().dispatch(Forward { x, t, w }));
        Ok((CpuStorage::F32(vec![sums.into_iter().sum::<f64>() as f32]), Shape::from(())))
    }

    fn bwd(
        &self,
        x: &Tensor,
        t: &Tensor,
        w: &Tensor,
        _y: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let slope = 2.0 * dy.to_dtype(DType::F32)?.to_scalar::<f32>()?;
        let dx = read(x, |x| {
            read(t, |t| {
                read(w, |w| {
                    let mut dx = vec![0.0; x.len()];
                    let inputs = x.chunks(group(1)).zip(t.chunks(group(1))).zip(w.chunks(group(1)));
                    let jobs = inputs.zip(dx.chunks_mut(group(1))).collect();
                    each(jobs, |(((x, t), w), dx)| Arch::new().dispatch(Backward { x, t, w, slope, dx }));
                    Ok(dx)
                })
            })
        })?;
        Ok((Some(Tensor::from_vec(dx, x.shape(), x.device())?), None, None))
    }
}

struct Forward<'a> {
    x: &'a [f32],
    t: &'a [f32],
    w: &'a [f32],
}

impl WithSimd for Forward<'_> {
    type Output = f64;

    /// The sum, in f64 and always in the same order.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let [(x, last_x), (t, last_t), (w, last_w)] = [self.x, self.t, self.w].map(<[f32]>::as_chunks::<16>);
        let mut sums = [0f64; 16];
        for ((x, t), w) in x.iter().zip(t).zip(w) {
            for i in 0..16 {
                let error = x[i] - t[i];
                sums[i] += f64::from(w[i] * error * error);
            }
        }
        for (i, ((x, t), w)) in last_x.iter().zip(last_t).zip(last_w).enumerate() {
            sums[i] += f64::from(w * (x - t) * (x - t));
        }
        sums.into_iter().sum()
    }
}

struct Backward<'a> {
    x: &'a [f32],
    t: &'a [f32],
    w: &'a [f32],
    slope: f32,
    dx: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (((x, t), w), dx) in self.x.iter().zip(self.t).zip(self.w).zip(self.dx) {
            *dx = self.slope * w * (x - t);
        }
    }
}
