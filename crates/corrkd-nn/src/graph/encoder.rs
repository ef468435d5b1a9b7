//! The Transformer encoder in a graph.

use super::linear::{layer_norm, linear};
use super::weights::Weights;
use crate::frames::NEVER;
use crate::position::codes;
use crate::{EncoderShape, NnError};
use corrkd_onnx::{Attribute, Graph, Value};

/// (B, T, D) to (B, T, d), as [`Encoder`](crate::Encoder): `attended` (B, T) is one for a frame that others may attend to and
/// zero elsewhere. Sequences may be as long as `time`.
///
/// # Errors
/// As [`Weights::get`].
pub fn encoder(
    graph: &mut Graph,
    weights: &Weights<'_>,
    shape: &EncoderShape,
    time: usize,
    x: &Value,
    attended: &Value,
) -> Result<Value, NnError> {
    let convolved = convolution(graph, &weights.sub("convolution"), shape.kernel, x)?;
    let mut h = with_positions(graph, shape.width, time, &convolved);
    // Zero for what may be attended to, hugely negative elsewhere.
    let (one, never) = (graph.constant(&[1], &[1.0]), graph.constant(&[1], &[NEVER as f32]));
    let missing = graph.op("Sub", &[&one, attended], &[]);
    let padding = graph.op("Mul", &[&missing, &never], &[]);
    let axes = graph.integers(&[1, 2]);
    let padding = graph.op("Unsqueeze", &[&padding, &axes], &[]); // (B, 1, 1, T)
    for number in 0..shape.layers {
        h = layer(graph, &weights.sub(&format!("layer{number}")), shape, &h, &padding)?;
    }
    match shape.pre_norm {
        true => layer_norm(graph, &weights.sub("norm"), &h),
        false => Ok(h),
    }
}

/// The convolution over time, (B, T, D) to (B, T, d), as [`Conv1d`](crate::Conv1d) of an odd kernel.
///
/// # Errors
/// As [`Weights::get`].
pub fn convolution(graph: &mut Graph, weights: &Weights<'_>, kernel: usize, x: &Value) -> Result<Value, NnError> {
    let (weight, bias) = (weights.constant(graph, "weight")?, weights.constant(graph, "bias")?);
    let swap = [Attribute::Ints("perm", &[0, 2, 1])];
    let columns = graph.op("Transpose", &[x], &swap);
    let half = (kernel / 2) as i64;
    let convolved = graph.op("Conv", &[&columns, &weight, &bias], &[
        Attribute::Ints("kernel_shape", &[kernel as i64]),
        Attribute::Ints("pads", &[half, half]),
    ]);
    Ok(graph.op("Transpose", &[&convolved], &swap))
}

/// The frames with what tells their places, from a table of `time` rows: in f32 angles would be too coarse.
fn with_positions(graph: &mut Graph, width: usize, time: usize, h: &Value) -> Value {
    let table: Vec<f32> = codes(time, width).map(|code| code as f32).collect();
    let table = graph.constant(&[time, width], &table);
    let shape = graph.op("Shape", &[h], &[]);
    let (zero, one, two) = (graph.integers(&[0]), graph.integers(&[1]), graph.integers(&[2]));
    let length = graph.op("Slice", &[&shape, &one, &two, &zero], &[]); // [T]
    let places = graph.op("Slice", &[&table, &zero, &length, &zero], &[]); // (T, d)
    graph.op("Add", &[h, &places], &[])
}

fn layer(
    graph: &mut Graph,
    weights: &Weights<'_>,
    shape: &EncoderShape,
    x: &Value,
    padding: &Value,
) -> Result<Value, NnError> {
    let x = around(graph, &weights.sub("attention_norm"), shape.pre_norm, x, |graph, x| {
        attention(graph, &weights.sub("attention"), shape, x, padding)
    })?;
    around(graph, &weights.sub("forward_norm"), shape.pre_norm, &x, |graph, x| {
        let wide = linear(graph, &weights.sub("widen"), x)?;
        let wide = graph.op("Relu", &[&wide], &[]);
        linear(graph, &weights.sub("narrow"), &wide)
    })
}

/// A branch with the residual and the normalisation around it.
fn around(
    graph: &mut Graph,
    norm: &Weights<'_>,
    pre_norm: bool,
    x: &Value,
    branch: impl Fn(&mut Graph, &Value) -> Result<Value, NnError>,
) -> Result<Value, NnError> {
    if pre_norm {
        let normalised = layer_norm(graph, norm, x)?;
        let branch = branch(graph, &normalised)?;
        return Ok(graph.op("Add", &[x, &branch], &[]));
    }
    let branch = branch(graph, x)?;
    let sum = graph.op("Add", &[x, &branch], &[]);
    layer_norm(graph, norm, &sum)
}

/// Frames attend to each other, (B, T, d) to (B, T, d).
fn attention(
    graph: &mut Graph,
    weights: &Weights<'_>,
    shape: &EncoderShape,
    x: &Value,
    padding: &Value,
) -> Result<Value, NnError> {
    let head = shape.width / shape.heads;
    let all = linear(graph, &weights.sub("project"), x)?; // (B, T, 3 d)
    let each = graph.integers(&[shape.width as i64; 3]);
    let [queries, keys, values] = graph.ops("Split", &[&all, &each], &[Attribute::Int("axis", 2)]);
    let by_head = graph.integers(&[0, 0, shape.heads as i64, head as i64]);
    let mut heads = |part: &Value, perm: &[i64]| {
        let apart = graph.op("Reshape", &[part, &by_head], &[]);
        graph.op("Transpose", &[&apart], &[Attribute::Ints("perm", perm)])
    };
    let (queries, keys, values) =
        (heads(&queries, &[0, 2, 1, 3]), heads(&keys, &[0, 2, 3, 1]), heads(&values, &[0, 2, 1, 3]));
    let scale = graph.constant(&[1], &[(1.0 / (head as f64).sqrt()) as f32]);
    let queries = graph.op("Mul", &[&queries, &scale], &[]);
    let scores = graph.op("MatMul", &[&queries, &keys], &[]); // (B, H, T, T)
    let scores = graph.op("Add", &[&scores, padding], &[]);
    let shares = graph.op("Softmax", &[&scores], &[Attribute::Int("axis", -1)]);
    let joined = graph.op("MatMul", &[&shares, &values], &[]);
    let joined = graph.op("Transpose", &[&joined], &[Attribute::Ints("perm", &[0, 2, 1, 3])]);
    let flat = graph.integers(&[0, 0, shape.width as i64]);
    let joined = graph.op("Reshape", &[&joined, &flat], &[]);
    linear(graph, &weights.sub("join"), &joined)
}
