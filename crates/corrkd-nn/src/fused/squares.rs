//! [`weighted_squares`](crate::weighted_squares) as one operation on (x, t, w).

use super::storage::{like, numbers, read};
use candle_core::{CpuStorage, CustomOp3, DType, Layout, Result, Shape, Tensor, bail};
use corrkd_kernels::weighted_squares_backward;

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
        let sum = corrkd_kernels::weighted_squares(numbers(x, xl)?, numbers(t, tl)?, numbers(w, wl)?);
        Ok((CpuStorage::F32(vec![sum]), Shape::from(())))
    }

    fn bwd(
        &self,
        x: &Tensor,
        t: &Tensor,
        w: &Tensor,
        _y: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let dy = dy.to_dtype(DType::F32)?.to_scalar::<f32>()?;
        let dx = read(x, |x| read(t, |t| read(w, |w| Ok(weighted_squares_backward(x, t, w, dy)))))?;
        Ok((Some(like(x, dx)?), None, None))
    }
}
