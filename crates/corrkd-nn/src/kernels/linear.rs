//! The fused [`Linear`](crate::Linear) with a bias as one operation on (x, W, b). The products are candle's; what is fused
//! is the bias, and its gradient's sum.

use super::jobs::{add, each};
use super::lanes::vectorise;
use super::rows::{COLUMNS, group};
use super::storage::{numbers, read};
use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};
use pulp::{Arch, Simd, WithSimd};

/// x (R, D) to x W' + b (R, K), with W (K, D) and b (K).
pub(crate) fn linear(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op3(weight, bias, Operation)
}

struct Operation;

impl CustomOp3 for Operation {
    fn name(&self) -> &'static str {
        "fused linear"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        xl: &Layout,
        w: &CpuStorage,
        wl: &Layout,
        b: &CpuStorage,
        bl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let ((rows, inputs), (outputs, width)) = (xl.shape().dims2()?, wl.shape().dims2()?);
        if inputs != width {
            bail!("a linear layer of {width} inputs on vectors of {inputs} numbers");
        }
        let bias = numbers(b, bl)?;
        let mut y = x.matmul(w, (1, rows, outputs, inputs), xl, &wl.transpose(0, 1)?)?;
        if let CpuStorage::F32(y) = &mut y {
            let jobs = y.chunks_mut(group(outputs)).collect();
            each(jobs, |y| Arch::new().dispatch(AddBias { y, bias }));
        }
        Ok((y, (rows, outputs).into()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        _y: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let dy = dy.contiguous()?;
        let dx = x.track_op().then(|| dy.matmul(weight)).transpose()?;
        let dweight = weight.track_op().then(|| dy.t()?.matmul(x)).transpose()?;
        let sums = || read(&dy, |dy| Ok(column_sums(dy, bias.elem_count())));
        let dbias = bias.track_op().then(|| Tensor::from_vec(sums()?, bias.shape(), bias.device())).transpose()?;
        Ok((dx, dweight, dbias))
    }
}

/// Adds the bias to some rows.
struct AddBias<'a> {
    y: &'a mut [f32],
    bias: &'a [f32],
}

impl WithSimd for AddBias<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { y, bias } = self;
        vectorise(
            simd,
            #[inline(always)]
            || {
                for y in y.chunks_exact_mut(bias.len()) {
                    y.iter_mut().zip(bias).for_each(|(y, bias)| *y += bias);
                }
            },
        );
    }
}

/// The sums of the columns of some rows of `width`, a group's after another's.
fn column_sums(rows: &[f32], width: usize) -> Vec<f32> {
    let groups = each(rows.chunks(group(width)).collect(), |rows| Arch::new().dispatch(Sums { rows, width }));
    let mut total = vec![0.0; width];
    groups.iter().for_each(|group| add(&mut total, group));
    total
}

/// Sums of a group's columns, a block's after another's: fewer roundings add up.
struct Sums<'a> {
    rows: &'a [f32],
    width: usize,
}

impl WithSimd for Sums<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f32> {
        let Self { rows, width } = self;
        let [mut total, mut sums] = [(); 2].map(|()| vec![0.0; width]);
        vectorise(
            simd,
            #[inline(always)]
            || {
                for block in rows.chunks(COLUMNS * width) {
                    sums.fill(0.0);
                    for row in block.chunks_exact(width) {
                        sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
                    }
                    total.iter_mut().zip(&sums).for_each(|(total, sum)| *total += sum);
                }
            },
        );
        total
    }
}
