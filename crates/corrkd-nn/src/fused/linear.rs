//! The fused [`Linear`](crate::Linear) with a bias as one operation on (x, W, b). The products are candle's; what is fused
//! is the bias, and its gradient's sum.

use super::storage::{like, numbers, read};
use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};
use corrkd_kernels::{add_bias, column_sums};

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
            add_bias(y, bias);
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
        let dbias = bias.track_op().then(|| like(bias, sums()?)).transpose()?;
        Ok((dx, dweight, dbias))
    }
}
