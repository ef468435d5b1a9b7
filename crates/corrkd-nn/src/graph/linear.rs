//! Linear layers and layer normalisation in a graph.

use super::weights::{Weights, constant};
use crate::NnError;
use corrkd_onnx::{Attribute, Graph, Value};

/// (.., in) to (.., out): `x W^T + b`.
///
/// # Errors
/// As [`Weights::get`].
pub fn linear(graph: &mut Graph, weights: &Weights<'_>, x: &Value) -> Result<Value, NnError> {
    let product = product(graph, weights, x)?;
    let bias = weights.constant(graph, "bias")?;
    Ok(graph.op("Add", &[&product, &bias], &[]))
}

/// The same of a layer without bias.
///
/// # Errors
/// As [`Weights::get`].
pub fn product(graph: &mut Graph, weights: &Weights<'_>, x: &Value) -> Result<Value, NnError> {
    let weight = constant(graph, &weights.get("weight")?.t()?.contiguous()?)?;
    Ok(graph.op("MatMul", &[x, &weight], &[]))
}

/// (.., d) to (.., d), normalised over d.
///
/// # Errors
/// As [`Weights::get`].
pub fn layer_norm(graph: &mut Graph, weights: &Weights<'_>, x: &Value) -> Result<Value, NnError> {
    let (gain, bias) = (weights.constant(graph, "weight")?, weights.constant(graph, "bias")?);
    let epsilon = crate::layer_norm::EPSILON as f32;
    Ok(graph.op(
        "LayerNormalization",
        &[x, &gain, &bias],
        &[Attribute::Int("axis", -1), Attribute::Float("epsilon", epsilon)],
    ))
}
