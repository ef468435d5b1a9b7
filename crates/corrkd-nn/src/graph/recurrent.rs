//! A recurrent layer of one direction in a graph.

use super::weights::{Weights, constant};
use crate::NnError;
use candle_core::Tensor;
use corrkd_onnx::{Attribute, Graph, Value};

/// Where ONNX's gates i, o, f, c stand among ours, i, f, g, o.
const GATES: [usize; 4] = [0, 3, 1, 2];

/// The final states (B, H) of a layer of LSTM, `layer0` of [`Recurrent`](crate::Recurrent), of x (B, T, D) whose frames exist
/// where `inside` (B, T) is one.
///
/// # Errors
/// As [`Weights::get`].
pub fn last_lstm_state(graph: &mut Graph, weights: &Weights<'_>, x: &Value, inside: &Value) -> Result<Value, NnError> {
    let (input, hidden) = (weights.sub("layer0").sub("input"), weights.sub("layer0").sub("hidden"));
    let width = hidden.get("weight")?.dim(1)?;
    let mut gates = |tensors: &[Tensor]| -> Result<Value, NnError> {
        let parts = tensors.iter().flat_map(|tensor| GATES.map(|gate| tensor.narrow(0, gate * width, width)));
        let all = Tensor::cat(&parts.collect::<candle_core::Result<Vec<_>>>()?, 0)?;
        constant(graph, &all.unsqueeze(0)?)
    };
    let (w, r) = (gates(&[input.get("weight")?])?, gates(&[hidden.get("weight")?])?);
    let b = gates(&[input.get("bias")?, hidden.get("bias")?])?;
    let by_step = graph.op("Transpose", &[x], &[Attribute::Ints("perm", &[1, 0, 2])]);
    let [states] = graph.ops("LSTM", &[&by_step, &w, &r, &b], &[Attribute::Int("hidden_size", width as i64)]);
    let only = graph.integers(&[1]);
    let states = graph.op("Squeeze", &[&states, &only], &[]); // (T, B, H)
    let states = graph.op("Transpose", &[&states], &[Attribute::Ints("perm", &[1, 0, 2])]);
    let last = last_frame(graph, inside);
    let last = graph.op("Unsqueeze", &[&last, &only], &[]); // (B, 1, T)
    let state = graph.op("MatMul", &[&last, &states], &[]);
    Ok(graph.op("Squeeze", &[&state, &only], &[]))
}

/// One at each sequence's last frame and zero elsewhere, (B, T): where a frame exists and the next does not.
fn last_frame(graph: &mut Graph, inside: &Value) -> Value {
    let (one, behind, axis) = (graph.integers(&[1]), graph.integers(&[i64::MAX]), graph.integers(&[1]));
    let next = graph.op("Slice", &[inside, &one, &behind, &axis], &[]);
    let pads = graph.integers(&[0, 0, 0, 1]);
    let next = graph.op("Pad", &[&next, &pads], &[]);
    graph.op("Sub", &[inside, &next], &[])
}
