//! [`Dropout`](crate::Dropout) as one operation, the same bits as the composed form's: each element times its factor, which
//! backward draws again.

use super::storage::{like, numbers, read};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use corrkd_kernels::{Drops, dropped};

/// Drops from x (B, ..).
pub(crate) fn dropout(x: &Tensor, drops: Drops) -> Result<Tensor> {
    x.contiguous()?.apply_op1(Operation(drops))
}

struct Operation(Drops);

impl CustomOp1 for Operation {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        Ok((CpuStorage::F32(dropped(numbers(x, layout)?, layout.dims(), self.0)), layout.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, _dropped: &Tensor, slopes: &Tensor) -> Result<Option<Tensor>> {
        let slopes = read(&slopes.contiguous()?, |slopes| Ok(dropped(slopes, x.dims(), self.0)))?;
        like(x, slopes).map(Some)
    }
}
