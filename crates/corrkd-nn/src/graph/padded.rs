//! Sequences of a length that is known, in a graph.

use corrkd_onnx::{Attribute, Graph, Value};

/// (B, T, d) with zeros behind, to `time` frames, of which there are no more.
pub fn padded(graph: &mut Graph, x: &Value, time: usize) -> Value {
    let shape = graph.op("Shape", &[x], &[]);
    let (zero, one, two) = (graph.integers(&[0]), graph.integers(&[1]), graph.integers(&[2]));
    let there = graph.op("Slice", &[&shape, &one, &two, &zero], &[]);
    let time = graph.integers(&[time as i64]);
    let rest = graph.op("Sub", &[&time, &there], &[]);
    let before = graph.integers(&[0, 0, 0, 0]);
    let pads = graph.op("Concat", &[&before, &rest, &zero], &[Attribute::Int("axis", 0)]);
    graph.op("Pad", &[x, &pads], &[])
}
