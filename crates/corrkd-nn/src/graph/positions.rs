//! What tells frames' places, in a graph.

use corrkd_kernels::position_codes;
use corrkd_onnx::{Graph, Value};

/// The frames (B, T, d), T at most `time`, with their places' codes, from a table: in f32 angles would be too coarse.
pub(super) fn with_positions(graph: &mut Graph, width: usize, time: usize, h: &Value) -> Value {
    let table: Vec<f32> = position_codes(time, width).map(|code| code as f32).collect();
    let table = graph.constant(&[time, width], &table);
    let shape = graph.op("Shape", &[h], &[]);
    let (zero, one, two) = (graph.integers(&[0]), graph.integers(&[1]), graph.integers(&[2]));
    let length = graph.op("Slice", &[&shape, &one, &two, &zero], &[]); // [T]
    let places = graph.op("Slice", &[&table, &zero, &length, &zero], &[]); // (T, d)
    graph.op("Add", &[h, &places], &[])
}
