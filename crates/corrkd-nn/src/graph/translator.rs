//! The cross-modal encoder that attends to its own frames, and the decoder, in a graph: the two halves of a translation.

use super::attention::{attention, padding};
use super::linear::{layer_norm, linear};
use super::positions::with_positions;
use super::weights::Weights;
use crate::NnError;
use corrkd_onnx::{Graph, Value};

/// Width d, heads, layers, and the greatest number of frames T.
#[derive(Clone, Copy)]
pub struct TranslatorSizes {
    /// d.
    pub width: usize,
    /// Heads.
    pub heads: usize,
    /// Layers.
    pub layers: usize,
    /// T.
    pub time: usize,
}

/// (B, T, d) to (B, T, d), as [`CrossEncoder`](crate::CrossEncoder) with all positions, neither causal nor scaled, of frames that
/// attend to each other where `inside` (B, T) is one.
///
/// # Errors
/// As [`Weights::get`].
pub fn self_encoder(
    graph: &mut Graph,
    weights: &Weights<'_>,
    sizes: TranslatorSizes,
    x: &Value,
    inside: &Value,
) -> Result<Value, NnError> {
    let mut x = with_positions(graph, sizes.width, sizes.time, x);
    let own = padding(graph, inside);
    for number in 0..sizes.layers {
        let layer = weights.sub(&format!("layer{number}"));
        x = attended(graph, &layer, "attention", sizes, [&x, &x], &own, true)?;
        x = forward(graph, &layer, &x)?;
    }
    layer_norm(graph, &weights.sub("norm"), &x)
}

/// Queries (B, Tq, d) and a memory (B, Tk, d) to (B, Tq, d), as [`Decoder`](crate::Decoder); each side's frames are attended to
/// where its mask, (B, Tq) and (B, Tk), is one.
///
/// # Errors
/// As [`Weights::get`].
pub fn decoder(
    graph: &mut Graph,
    weights: &Weights<'_>,
    sizes: TranslatorSizes,
    [queries, memory]: [&Value; 2],
    [own, others]: [&Value; 2],
) -> Result<Value, NnError> {
    let mut x = with_positions(graph, sizes.width, sizes.time, queries);
    let (own, others) = (padding(graph, own), padding(graph, others));
    for number in 0..sizes.layers {
        let layer = weights.sub(&format!("layer{number}"));
        x = attended(graph, &layer, "self_attention", sizes, [&x, &x], &own, true)?;
        x = attended(graph, &layer, "attention", sizes, [&x, memory], &others, false)?;
        x = forward(graph, &layer, &x)?;
    }
    layer_norm(graph, &weights.sub("norm"), &x)
}

/// The branch of attention with its residual; what is attended to is normalised as the queries are, or given as it is.
fn attended(
    graph: &mut Graph,
    layer: &Weights<'_>,
    name: &str,
    sizes: TranslatorSizes,
    [x, context]: [&Value; 2],
    mask: &Value,
    own: bool,
) -> Result<Value, NnError> {
    let queries = layer_norm(graph, &layer.sub(&format!("{name}_norm")), x)?;
    let context = if own { &queries } else { context };
    let branch = attention(graph, &layer.sub(name), [sizes.width, sizes.heads], [&queries, context], mask)?;
    Ok(graph.op("Add", &[x, &branch], &[]))
}

/// The feed-forward branch with its residual.
pub(super) fn forward(graph: &mut Graph, layer: &Weights<'_>, x: &Value) -> Result<Value, NnError> {
    let normalised = layer_norm(graph, &layer.sub("forward_norm"), x)?;
    let wide = linear(graph, &layer.sub("widen"), &normalised)?;
    let wide = graph.op("Relu", &[&wide], &[]);
    let branch = linear(graph, &layer.sub("narrow"), &wide)?;
    Ok(graph.op("Add", &[x, &branch], &[]))
}
