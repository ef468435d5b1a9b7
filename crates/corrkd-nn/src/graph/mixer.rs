//! CubeMLP's MLP along an axis in a graph.

use super::linear::{layer_norm, linear, product};
use super::weights::Weights;
use crate::NnError;
use corrkd_onnx::{Attribute, Graph, Value};
use std::f32::consts::FRAC_1_SQRT_2;

/// Along `axis` of x, which has `rank` axes, as [`Mixer`](crate::Mixer).
///
/// # Errors
/// As [`Weights::get`].
pub fn mixer(graph: &mut Graph, weights: &Weights<'_>, axis: usize, rank: usize, x: &Value) -> Result<Value, NnError> {
    // The axis changes places with the last one, and back again.
    let mut perm: Vec<i64> = (0..rank as i64).collect();
    perm.swap(axis, rank - 1);
    let swap = [Attribute::Ints("perm", &perm)];
    let x = graph.op("Transpose", &[x], &swap);
    let residual = product(graph, &weights.sub("residual"), &x)?;
    let normalised = layer_norm(graph, &weights.sub("norm"), &x)?;
    let hidden = linear(graph, &weights.sub("hidden"), &normalised)?;
    let hidden = gelu(graph, &hidden);
    let output = linear(graph, &weights.sub("output"), &hidden)?;
    let sum = graph.op("Add", &[&output, &residual], &[]);
    Ok(graph.op("Transpose", &[&sum], &swap))
}

/// `x (1 + erf(x / sqrt 2)) / 2`.
fn gelu(graph: &mut Graph, x: &Value) -> Value {
    let (scale, one, half) =
        (graph.constant(&[1], &[FRAC_1_SQRT_2]), graph.constant(&[1], &[1.0]), graph.constant(&[1], &[0.5]));
    let scaled = graph.op("Mul", &[x, &scale], &[]);
    let erf = graph.op("Erf", &[&scaled], &[]);
    let above = graph.op("Add", &[&erf, &one], &[]);
    let gate = graph.op("Mul", &[&above, &half], &[]);
    graph.op("Mul", &[x, &gate], &[])
}
