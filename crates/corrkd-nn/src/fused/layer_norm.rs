//! The fused [`LayerNorm`](crate::LayerNorm) as one operation on (x, gain, bias).

use super::storage::{gradient, numbers, read};
use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};
use corrkd_kernels::{Norm, layer_norm_backward};

/// x (.., d) normalised over d, with gain and bias (d).
pub(crate) fn layer_norm(x: &Tensor, gain: &Tensor, bias: &Tensor) -> Result<Tensor> {
    let width = gain.elem_count();
    match x.dims().last() {
        Some(&last) if last == width => x.contiguous()?.apply_op3(gain, bias, Operation),
        _ => bail!("a normalisation over {width} numbers of a tensor {:?}", x.dims()),
    }
}

struct Operation;

impl CustomOp3 for Operation {
    fn name(&self) -> &'static str {
        "fused layer norm"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        xl: &Layout,
        g: &CpuStorage,
        gl: &Layout,
        b: &CpuStorage,
        bl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let norm = Norm { gain: numbers(g, gl)?, bias: numbers(b, bl)? };
        Ok((CpuStorage::F32(corrkd_kernels::layer_norm(norm, numbers(x, xl)?)), xl.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        gain: &Tensor,
        bias: &Tensor,
        _y: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (dx, [dgain, dbias]) = read(&dy.contiguous()?, |dy| {
            read(x, |x| read(gain, |gain| read(bias, |bias| Ok(layer_norm_backward(Norm { gain, bias }, x, dy)))))
        })?;
        Ok((gradient(x, dx)?, gradient(gain, dgain)?, gradient(bias, dbias)?))
    }
}
