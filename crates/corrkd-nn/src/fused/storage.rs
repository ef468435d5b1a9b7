//! The numbers inside tensors, where they lie.

use candle_core::{CpuStorage, InplaceOp1, Layout, Result, Storage, Tensor, bail};
use std::cell::Cell;

/// The numbers of a contiguous tensor of f32.
pub(super) fn numbers<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(&storage.as_slice::<f32>()?[start..end]),
        None => bail!("a fused form takes contiguous tensors"),
    }
}

/// Hands the numbers of a contiguous f32 tensor on the processor to `f`.
pub(super) fn read<R>(tensor: &Tensor, f: impl FnOnce(&[f32]) -> Result<R>) -> Result<R> {
    let (storage, layout) = tensor.storage_and_layout();
    match &*storage {
        Storage::Cpu(storage) => f(numbers(storage, layout)?),
        _ => bail!("a fused form works on the processor"),
    }
}

/// Hands the numbers of such a tensor to `f`, to be changed in place.
pub(super) fn change(tensor: &Tensor, f: impl FnOnce(&mut [f32]) -> Result<()>) -> Result<()> {
    tensor.inplace_op1(&Change(Cell::new(Some(f))))
}

/// What may run once: candle's in-place operations are shared, and each is run once.
struct Change<F>(Cell<Option<F>>);

impl<F: FnOnce(&mut [f32]) -> Result<()>> InplaceOp1 for Change<F> {
    fn name(&self) -> &'static str {
        "change"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        match (storage, layout.contiguous_offsets(), self.0.take()) {
            (CpuStorage::F32(values), Some((start, end)), Some(f)) => f(&mut values[start..end]),
            _ => bail!("a fused form changes contiguous f32 tensors"),
        }
    }
}

/// The tensor of these numbers that has another's shape.
pub(super) fn like(tensor: &Tensor, numbers: Vec<f32>) -> Result<Tensor> {
    Tensor::from_vec(numbers, tensor.shape(), tensor.device())
}

/// The gradient of a tensor, where one is asked for.
pub(super) fn gradient(of: &Tensor, numbers: Vec<f32>) -> Result<Option<Tensor>> {
    of.track_op().then(|| like(of, numbers)).transpose()
}
