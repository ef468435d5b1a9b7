//! The Transformer encoder in a graph.

use super::attention::{attention, padding};
use super::linear::{layer_norm, linear};
use super::positions::with_positions;
use super::weights::Weights;
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
    let padding = padding(graph, attended);
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
    let bias = weights.constant(graph, "bias")?;
    convolved(graph, weights, kernel, kernel / 2, x, Some(&bias))
}

/// The convolution over the frames that there are, without bias, (B, T, D) to (B, T - k + 1, d), as
/// [`Conv1d::unpadded`](crate::Conv1d::unpadded).
///
/// # Errors
/// As [`Weights::get`].
pub fn unpadded_convolution(
    graph: &mut Graph,
    weights: &Weights<'_>,
    kernel: usize,
    x: &Value,
) -> Result<Value, NnError> {
    convolved(graph, weights, kernel, 0, x, None)
}

fn convolved(
    graph: &mut Graph,
    weights: &Weights<'_>,
    kernel: usize,
    padding: usize,
    x: &Value,
    bias: Option<&Value>,
) -> Result<Value, NnError> {
    let weight = weights.constant(graph, "weight")?;
    let swap = [Attribute::Ints("perm", &[0, 2, 1])];
    let columns = graph.op("Transpose", &[x], &swap);
    let inputs: Vec<&Value> = [&columns, &weight].into_iter().chain(bias).collect();
    let pads = [padding as i64; 2];
    let shape = [Attribute::Ints("kernel_shape", &[kernel as i64]), Attribute::Ints("pads", &pads)];
    let convolved = graph.op("Conv", &inputs, &shape);
    Ok(graph.op("Transpose", &[&convolved], &swap))
}

fn layer(
    graph: &mut Graph,
    weights: &Weights<'_>,
    shape: &EncoderShape,
    x: &Value,
    padding: &Value,
) -> Result<Value, NnError> {
    let x = around(graph, &weights.sub("attention_norm"), shape.pre_norm, x, |graph, x| {
        attention(graph, &weights.sub("attention"), [shape.width, shape.heads], [x, x], padding)
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
