//! A network's weights by name, to be put into a graph.

use crate::NnError;
use candle_core::{DType, Device, Tensor};
use corrkd_onnx::{Graph, Value};
use std::collections::BTreeMap;

/// The weights below a name, as a [`Scope`](crate::Scope) gives them.
#[derive(Clone)]
pub struct Weights<'a> {
    values: &'a BTreeMap<String, Tensor>,
    prefix: String,
}

impl<'a> Weights<'a> {
    /// All of a network's.
    #[must_use]
    pub const fn new(values: &'a BTreeMap<String, Tensor>) -> Self {
        Self { values, prefix: String::new() }
    }

    /// Those below `name`.
    #[must_use]
    pub fn sub(&self, name: &str) -> Self {
        Self { values: self.values, prefix: format!("{}{name}.", self.prefix) }
    }

    /// One of them on the CPU, in f32.
    ///
    /// # Errors
    /// [`NnError::Parameter`] where it is absent; [`NnError::Tensor`].
    pub fn get(&self, leaf: &str) -> Result<Tensor, NnError> {
        let name = format!("{}{leaf}", self.prefix);
        let found = self.values.get(&name);
        let absent = || NnError::Parameter { name, got: "absent".to_owned(), expected: Vec::new() };
        Ok(found.ok_or_else(absent)?.to_device(&Device::Cpu)?.to_dtype(DType::F32)?)
    }

    /// One of them in the graph.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn constant(&self, graph: &mut Graph, leaf: &str) -> Result<Value, NnError> {
        constant(graph, &self.get(leaf)?)
    }
}

/// A tensor in the graph.
pub(super) fn constant(graph: &mut Graph, tensor: &Tensor) -> Result<Value, NnError> {
    Ok(graph.constant(tensor.dims(), &tensor.flatten_all()?.to_vec1::<f32>()?))
}
