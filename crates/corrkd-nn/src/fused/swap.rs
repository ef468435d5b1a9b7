//! [`swapped`](crate::swapped) as one operation: matrices transposed in cache, there and back.

use super::storage::{like, numbers, read};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, bail};
use corrkd_kernels::transposed;

/// x (.., N, M) to (.., M, N).
pub(crate) fn swapped(x: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op1(Operation)
}

struct Operation;

/// N and M of (.., N, M).
fn size(shape: &Shape) -> Result<(usize, usize)> {
    match *shape.dims() {
        [.., rows, columns] => Ok((rows, columns)),
        _ => bail!("two axes of a tensor {shape:?}"),
    }
}

impl CustomOp1 for Operation {
    fn name(&self) -> &'static str {
        "swap of the last axes"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (rows, columns) = size(layout.shape())?;
        let mut dims = layout.dims().to_vec();
        dims.truncate(dims.len() - 2);
        dims.extend([columns, rows]);
        Ok((CpuStorage::F32(transposed(numbers(x, layout)?, (rows, columns))), dims.into()))
    }

    fn bwd(&self, x: &Tensor, _y: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        let (rows, columns) = size(x.shape())?;
        let dx = read(&dy.contiguous()?, |dy| Ok(transposed(dy, (columns, rows))))?;
        like(x, dx).map(Some)
    }
}
