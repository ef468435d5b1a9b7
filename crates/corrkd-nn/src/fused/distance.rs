//! [`pairwise`](crate::pairwise) as one operation on (a, b).

use super::storage::{like, numbers, read};
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, bail};
use corrkd_kernels::{distances, distances_backward};

/// The fused form of [`crate::pairwise`].
pub(crate) fn pairwise(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let ((rows, width), (others, other)) = (a.dims2()?, b.dims2()?);
    if width != other {
        bail!("distances between vectors of {width} and of {other} numbers");
    }
    a.contiguous()?.apply_op2(&b.contiguous()?, Pairwise([rows, others, width]))
}

/// N, M and D.
struct Pairwise([usize; 3]);

impl CustomOp2 for Pairwise {
    fn name(&self) -> &'static str {
        "pairwise"
    }

    fn cpu_fwd(&self, a: &CpuStorage, la: &Layout, b: &CpuStorage, lb: &Layout) -> Result<(CpuStorage, Shape)> {
        let [rows, others, _] = self.0;
        Ok((CpuStorage::F32(distances(numbers(a, la)?, numbers(b, lb)?, self.0)), (rows, others).into()))
    }

    fn bwd(&self, a: &Tensor, b: &Tensor, d: &Tensor, g: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let wanted = [a.track_op(), b.track_op()];
        let [da, db] = read(&g.contiguous()?, |slopes| {
            read(d, |d| read(a, |a| read(b, |b| Ok(distances_backward([a, b], self.0, d, slopes, wanted)))))
        })?;
        Ok((da.map(|da| like(a, da)).transpose()?, db.map(|db| like(b, db)).transpose()?))
    }
}
