//! [`swapped`](crate::swapped) as one operation: matrices transposed in cache, there and back.

use super::jobs::each;
use super::storage::{numbers, read};
use super::transpose::Transpose;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use pulp::Arch;

/// x (.., N, M) to (.., M, N).
pub(crate) fn swapped(x: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op1(Operation)
}

struct Operation;

/// The transposes of matrices of `rows` rows each.
fn transposed(values: &[f32], (rows, columns): (usize, usize)) -> Vec<f32> {
    let mut to = vec![0.0; values.len()];
    let length = (rows * columns).max(1);
    let jobs = values.chunks(length * GROUP).zip(to.chunks_mut(length * GROUP)).collect();
    each(jobs, |(from, to): (&[f32], &mut [f32])| {
        for (from, to) in from.chunks(length).zip(to.chunks_mut(length)) {
            Arch::new().dispatch(Transpose { from: (from, columns), to: (to, rows), size: (rows, columns) });
        }
    });
    to
}

/// Matrices that one thread takes at a time.
const GROUP: usize = 16;

/// N and M of (.., N, M).
fn size(shape: &Shape) -> Result<(usize, usize)> {
    match *shape.dims() {
        [.., rows, columns] => Ok((rows, columns)),
        _ => candle_core::bail!("two axes of a tensor {shape:?}"),
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
        Tensor::from_vec(dx, x.shape(), x.device()).map(Some)
    }
}
