//! A graph convolution over nodes in a row, in a graph of operators.

use super::linear::{linear, product};
use super::weights::Weights;
use crate::{Aggregate, NnError};
use corrkd_onnx::{Graph, Value};
use std::ops::RangeInclusive;

/// Nodes x (B, T, D) to (B, T, d) by a [`BandConv`](crate::BandConv) of these relations; `exists` (B, T, 1) is one for a node that
/// exists and zero elsewhere, where x must be zero and the result is.
///
/// # Errors
/// As [`Weights::get`].
pub fn band_conv(
    graph: &mut Graph,
    weights: &Weights<'_>,
    relations: &[(&str, RangeInclusive<isize>)],
    aggregate: Aggregate,
    [x, exists]: [&Value; 2],
) -> Result<Value, NnError> {
    let mut y = linear(graph, &weights.sub("own"), x)?;
    for (name, range) in relations {
        let said = product(graph, &weights.sub(name), x)?;
        let mut heard = near(graph, &said, range);
        if aggregate == Aggregate::Mean {
            let one = graph.constant(&[1], &[1.0]);
            let count = near(graph, exists, range);
            let count = graph.op("Max", &[&count, &one], &[]);
            heard = graph.op("Div", &[&heard, &count], &[]);
        }
        y = graph.op("Add", &[&y, &heard], &[]);
    }
    Ok(graph.op("Mul", &[&y, exists], &[]))
}

/// For each node of x (B, T, d) the sum of those whose place less its own is in the range.
fn near(graph: &mut Graph, x: &Value, range: &RangeInclusive<isize>) -> Value {
    let (before, behind) = ((-*range.start()).max(0) as i64, (*range.end()).max(0) as i64);
    let pads = graph.integers(&[0, before, 0, 0, behind, 0]);
    let padded = graph.op("Pad", &[x, &pads], &[]);
    let axis = graph.integers(&[1]);
    let mut at = |place: isize| {
        let place = place as i64;
        // An end is counted from the row's, which is not known.
        let end = if place == behind { i64::MAX } else { place - behind };
        let (from, to) = (graph.integers(&[before + place]), graph.integers(&[end]));
        graph.op("Slice", &[&padded, &from, &to, &axis], &[])
    };
    let parts: Vec<Value> = range.clone().map(&mut at).collect();
    graph.op("Sum", &parts.iter().collect::<Vec<_>>(), &[])
}
