//! The mean over time in a graph.

use corrkd_onnx::{Attribute, Graph, Value};

/// (B, T, d) and which frames exist, (B, T) of ones and zeros, to the mean over these, (B, d).
pub fn masked_mean(graph: &mut Graph, x: &Value, inside: &Value) -> Value {
    let one = graph.integers(&[1]);
    let count = graph.op("ReduceSum", &[inside, &one], &[Attribute::Int("keepdims", 1)]);
    let weights = graph.op("Div", &[inside, &count], &[]);
    let weights = graph.op("Unsqueeze", &[&weights, &one], &[]); // (B, 1, T)
    let mean = graph.op("MatMul", &[&weights, x], &[]);
    graph.op("Squeeze", &[&mean, &one], &[])
}
