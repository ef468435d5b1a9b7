//! [`Dropout`](crate::Dropout) as one operation, the same bits as the composed form's: each element times its factor, which
//! backward draws again.

use super::drops::drop_row;
use super::jobs::each;
use super::lanes::{padded, vectorise};
use super::storage::{numbers, read};
use crate::dropout::Drops;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use pulp::{Arch, Simd, WithSimd};

/// Drops from x (B, ..).
pub(crate) fn dropout(x: &Tensor, drops: Drops) -> Result<Tensor> {
    x.contiguous()?.apply_op1(Operation(drops))
}

struct Operation(Drops);

impl Operation {
    /// The elements of a tensor of this shape times their factors. Samples go on different threads.
    fn dropped(&self, values: &[f32], shape: &Shape) -> Vec<f32> {
        let dims = shape.dims();
        let columns = if dims.len() > 1 { dims[dims.len() - 1] } else { 1 };
        let mut dropped = vec![0.0; values.len()];
        let length = (values.len() / dims.first().copied().unwrap_or(1).max(1)).max(1);
        let jobs = values.chunks(length).zip(dropped.chunks_mut(length)).enumerate().collect();
        each(jobs, |(sample, (from, to))| {
            Arch::new().dispatch(Sample { drops: self.0, number: sample as u64, columns, from, to });
        });
        dropped
    }
}

impl CustomOp1 for Operation {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        Ok((CpuStorage::F32(self.dropped(numbers(x, layout)?, layout.shape())), layout.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, _dropped: &Tensor, slopes: &Tensor) -> Result<Option<Tensor>> {
        let slopes = read(&slopes.contiguous()?, |slopes| Ok(self.dropped(slopes, x.shape())))?;
        Tensor::from_vec(slopes, x.shape(), x.device()).map(Some)
    }
}

/// One sample's rows.
struct Sample<'a> {
    drops: Drops,
    number: u64,
    columns: usize,
    from: &'a [f32],
    to: &'a mut [f32],
}

impl WithSimd for Sample<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { drops, number, columns, from, to } = self;
        let stream = drops.stream.at(number);
        let mut row = vec![0.0; padded(columns)];
        vectorise(
            simd,
            #[inline(always)]
            || {
                for (i, (from, to)) in from.chunks_exact(columns).zip(to.chunks_exact_mut(columns)).enumerate() {
                    row[..columns].copy_from_slice(from);
                    drop_row(simd, &mut row, drops, stream, (i, columns));
                    to.copy_from_slice(&row[..columns]);
                }
            },
        );
    }
}
