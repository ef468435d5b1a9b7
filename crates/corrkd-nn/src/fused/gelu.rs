//! [`gelu`](crate::gelu) as one operation.

use super::storage::{like, numbers, read};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use corrkd_kernels::gelu_backward;

/// The fused form of [`crate::gelu`].
pub(crate) fn gelu(x: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op1(Operation)
}

struct Operation;

impl CustomOp1 for Operation {
    fn name(&self) -> &'static str {
        "fused gelu"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        Ok((CpuStorage::F32(corrkd_kernels::gelu(numbers(x, layout)?)), layout.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, _y: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        let dx = read(x, |x| read(&dy.contiguous()?, |dy| Ok(gelu_backward(x, dy))))?;
        like(x, dx).map(Some)
    }
}
