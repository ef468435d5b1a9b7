//! Attention in a graph.

use super::linear::linear;
use super::weights::{Weights, constant};
use crate::NnError;
use crate::frames::NEVER;
use corrkd_onnx::{Attribute, Graph, Value};

/// (B, Tq, d) to (B, Tq, d), with keys and values from `context` (B, Tk, d), as [`Attention`](crate::Attention); `padding`
/// (B, 1, 1, Tk) is added to the scores.
///
/// # Errors
/// As [`Weights::get`].
pub(super) fn attention(
    graph: &mut Graph,
    weights: &Weights<'_>,
    [width, heads]: [usize; 2],
    [queries, context]: [&Value; 2],
    padding: &Value,
) -> Result<Value, NnError> {
    let head = width / heads;
    let project = weights.sub("project");
    let (weight, bias) = (project.get("weight")?, project.get("bias")?);
    let by_head = graph.integers(&[0, 0, heads as i64, head as i64]);
    let part = |graph: &mut Graph, number: usize, x: &Value, perm: &[i64]| -> Result<Value, NnError> {
        let weight = constant(graph, &weight.narrow(0, number * width, width)?.t()?.contiguous()?)?;
        let bias = constant(graph, &bias.narrow(0, number * width, width)?)?;
        let product = graph.op("MatMul", &[x, &weight], &[]);
        let sum = graph.op("Add", &[&product, &bias], &[]);
        let apart = graph.op("Reshape", &[&sum, &by_head], &[]);
        Ok(graph.op("Transpose", &[&apart], &[Attribute::Ints("perm", perm)]))
    };
    let queries = part(graph, 0, queries, &[0, 2, 1, 3])?; // (B, H, Tq, d / H)
    let keys = part(graph, 1, context, &[0, 2, 3, 1])?; // (B, H, d / H, Tk)
    let values = part(graph, 2, context, &[0, 2, 1, 3])?;
    let scale = graph.constant(&[1], &[(1.0 / (head as f64).sqrt()) as f32]);
    let queries = graph.op("Mul", &[&queries, &scale], &[]);
    let scores = graph.op("MatMul", &[&queries, &keys], &[]); // (B, H, Tq, Tk)
    let scores = graph.op("Add", &[&scores, padding], &[]);
    let shares = graph.op("Softmax", &[&scores], &[Attribute::Int("axis", -1)]);
    let joined = graph.op("MatMul", &[&shares, &values], &[]);
    let joined = graph.op("Transpose", &[&joined], &[Attribute::Ints("perm", &[0, 2, 1, 3])]);
    let flat = graph.integers(&[0, 0, width as i64]);
    let joined = graph.op("Reshape", &[&joined, &flat], &[]);
    linear(graph, &weights.sub("join"), &joined)
}

/// What is added to the scores of frames that may be attended to where `attended` (B, T) is one: zero, and what is hugely
/// negative elsewhere, (B, 1, 1, T).
pub(super) fn padding(graph: &mut Graph, attended: &Value) -> Value {
    let (one, never) = (graph.constant(&[1], &[1.0]), graph.constant(&[1], &[NEVER as f32]));
    let missing = graph.op("Sub", &[&one, attended], &[]);
    let padding = graph.op("Mul", &[&missing, &never], &[]);
    let axes = graph.integers(&[1, 2]);
    graph.op("Unsqueeze", &[&padding, &axes], &[])
}
