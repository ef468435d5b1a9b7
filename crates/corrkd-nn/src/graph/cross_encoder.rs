//! The cross-modal Transformer in a graph, of sequences whose lengths are known.

use super::attention::attention;
use super::linear::layer_norm;
use super::translator::forward;
use super::weights::Weights;
use crate::cross_encoder::causal;
use crate::{CrossEncoderShape, NnError, Positions};
use corrkd_kernels::position_codes;
use corrkd_onnx::{Attribute, Graph, Value};

/// Queries (B, Tq, d) to (B, Tq, d), attending to a context (B, Tk, d) or to themselves, as
/// [`CrossEncoder`](crate::CrossEncoder); each comes with its number of frames.
///
/// # Errors
/// As [`Weights::get`].
pub fn cross_encoder(
    graph: &mut Graph,
    weights: &Weights<'_>,
    shape: &CrossEncoderShape,
    (queries, time): (&Value, usize),
    context: Option<(&Value, usize)>,
) -> Result<Value, NnError> {
    let keys = context.map_or(time, |(_, keys)| keys);
    let scores: Vec<f32> = match shape.causal {
        true => causal(time, keys).map(|score| score as f32).collect(),
        false => vec![0.0; time * keys],
    };
    let mask = graph.constant(&[1, 1, time, keys], &scores);
    let mut x = embedded(graph, shape, queries, time);
    let context = context.map(|(context, keys)| embedded(graph, shape, context, keys));
    for number in 0..shape.layers {
        let layer = weights.sub(&format!("layer{number}"));
        let norm = layer.sub("attention_norm");
        let asking = layer_norm(graph, &norm, &x)?;
        let asked = match &context {
            Some(context) => layer_norm(graph, &norm, context)?,
            None => asking.clone(),
        };
        let sizes = [shape.width, shape.heads];
        let branch = attention(graph, &layer.sub("attention"), sizes, [&asking, &asked], &mask)?;
        x = graph.op("Add", &[&x, &branch], &[]);
        x = forward(graph, &layer, &x)?;
    }
    layer_norm(graph, &weights.sub("norm"), &x)
}

/// Frames, scaled, with their positions' codes.
fn embedded(graph: &mut Graph, shape: &CrossEncoderShape, x: &Value, time: usize) -> Value {
    let table: Vec<f32> = position_codes(time, shape.width).map(|code| code as f32).collect();
    let table = graph.constant(&[time, shape.width], &table);
    let scale = graph.constant(&[1], &[shape.scale as f32]);
    let scaled = graph.op("Mul", &[x, &scale], &[]);
    let codes = match shape.positions {
        Positions::All => table,
        Positions::NonZero => {
            let zero = graph.constant(&[1], &[0.0]);
            let none = graph.op("Equal", &[x, &zero], &[]);
            let some = graph.op("Not", &[&none], &[]);
            let some = graph.op("Cast", &[&some], &[Attribute::Int("to", 1)]);
            let last = [Attribute::Ints("axes", &[2]), Attribute::Int("keepdims", 1)];
            let some = graph.op("ReduceMax", &[&some], &last); // (B, T, 1)
            graph.op("Mul", &[&some, &table], &[])
        }
    };
    graph.op("Add", &[&scaled, &codes], &[])
}
