//! Numbers that are read from where they are computed. A card is asked for operations far ahead of their being done; to read a
//! number is to wait for all of them, so what is read is read together, and counted.

use candle_core::{DType, Device, Result, Tensor};
use std::cell::Cell;

thread_local! {
    static WAITS: Cell<usize> = const { Cell::new(0) };
}

/// A number that is known, or that a tensor of one element will hold.
#[derive(Clone, Debug)]
pub enum Number {
    /// It is known.
    Known(f64),
    /// It is computed somewhere.
    Computed(Tensor),
}

impl From<Tensor> for Number {
    /// A tensor of one element; it passes no gradient.
    fn from(computed: Tensor) -> Self {
        Self::Computed(computed.detach())
    }
}

/// The numbers of tensors, and those that have names.
pub type Numbers<N> = (Vec<f64>, Vec<(N, f64)>);

/// Tensors of one element each and named numbers, read at once.
///
/// # Errors
/// A tensor operation's.
pub fn read_with<N: Copy>(values: &[&Tensor], named: &[(N, Number)]) -> Result<Numbers<N>> {
    let computed = named.iter().filter_map(|(_, number)| match number {
        Number::Computed(tensor) => Some(tensor),
        Number::Known(_) => None,
    });
    let all: Vec<&Tensor> = values.iter().copied().chain(computed).collect();
    let mut all = if all.is_empty() { Vec::new() } else { read(&all)? };
    let mut computed = all.split_off(values.len()).into_iter();
    let number = |(name, number): &(N, Number)| match number {
        Number::Known(known) => Some((*name, *known)),
        Number::Computed(_) => Some((*name, computed.next()?)),
    };
    Ok((all, named.iter().filter_map(number).collect()))
}

/// The elements of tensors of one type, one tensor behind the other, read at once.
///
/// # Errors
/// A tensor operation's.
pub fn read(tensors: &[&Tensor]) -> Result<Vec<f64>> {
    WAITS.set(WAITS.get() + 1);
    let flat = tensors.iter().map(|tensor| tensor.detach().flatten_all()).collect::<Result<Vec<_>>>()?;
    Tensor::cat(&flat, 0)?.to_device(&Device::Cpu)?.to_dtype(DType::F64)?.to_vec1()
}

/// How often this thread has read numbers so far.
#[must_use]
pub fn waits() -> usize {
    WAITS.get()
}
