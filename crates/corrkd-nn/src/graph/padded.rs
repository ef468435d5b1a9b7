//! Sequences with zeros behind, in a graph.

use corrkd_onnx::{Attribute, Graph, Value};

/// (B, T, d) with zeros behind, to `time` frames (a list of one integer), of which there are no more.
pub fn padded(graph: &mut Graph, x: &Value, time: &Value) -> Value {
    let zero = graph.integers(&[0]);
    let there = frames(graph, x);
    let rest = graph.op("Sub", &[time, &there], &[]);
    let before = graph.integers(&[0, 0, 0, 0]);
    let pads = graph.op("Concat", &[&before, &rest, &zero], &[Attribute::Int("axis", 0)]);
    graph.op("Pad", &[x, &pads], &[])
}

/// T of (B, T, ..), as a list of one integer.
pub fn frames(graph: &mut Graph, x: &Value) -> Value {
    let shape = graph.op("Shape", &[x], &[]);
    let (zero, one, two) = (graph.integers(&[0]), graph.integers(&[1]), graph.integers(&[2]));
    graph.op("Slice", &[&shape, &one, &two, &zero], &[])
}
