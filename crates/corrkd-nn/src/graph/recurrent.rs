//! LSTMs in a graph. ONNX's own two directions need each sequence's length as an input of the operator, which not every runtime
//! takes: here each direction is an operator of its own, and the second reads the sequence turned round within its length.

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
    let states = states(graph, &weights.sub("layer0"), x)?;
    let only = graph.integers(&[1]);
    let last = last_frame(graph, inside);
    let last = graph.op("Unsqueeze", &[&last, &only], &[]); // (B, 1, T)
    let state = graph.op("MatMul", &[&last, &states], &[]);
    Ok(graph.op("Squeeze", &[&state, &only], &[]))
}

/// All states (B, T, 2H) of some layers of LSTM in two directions, as [`Recurrent`](crate::Recurrent) names their weights, of x
/// (B, T, D) whose frames exist where `inside` (B, T) is one; zero elsewhere.
///
/// # Errors
/// As [`Weights::get`].
pub fn lstm_states(
    graph: &mut Graph,
    weights: &Weights<'_>,
    layers: usize,
    x: &Value,
    inside: &Value,
) -> Result<Value, NnError> {
    let turned = turned_places(graph, inside);
    let last = graph.integers(&[2]);
    let exists = graph.op("Unsqueeze", &[inside, &last], &[]); // (B, T, 1)
    let mut x = x.clone();
    for i in 0..layers {
        let layer = weights.sub(&format!("layer{i}"));
        let onward = states(graph, &layer, &x)?;
        let back = turned_round(graph, &x, &turned);
        let back = states(graph, &layer.sub("reverse"), &back)?;
        let back = turned_round(graph, &back, &turned);
        let both = graph.op("Concat", &[&onward, &back], &[Attribute::Int("axis", 2)]);
        x = graph.op("Mul", &[&both, &exists], &[]);
    }
    Ok(x)
}

/// The states (B, T, H) of a layer in one direction, which goes on behind a sequence's end.
fn states(graph: &mut Graph, layer: &Weights<'_>, x: &Value) -> Result<Value, NnError> {
    let (input, hidden) = (layer.sub("input"), layer.sub("hidden"));
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
    Ok(graph.op("Transpose", &[&states], &[Attribute::Ints("perm", &[1, 0, 2])]))
}

/// One at each sequence's last frame and zero elsewhere, (B, T): where a frame exists and the next does not.
fn last_frame(graph: &mut Graph, inside: &Value) -> Value {
    let (one, behind, axis) = (graph.integers(&[1]), graph.integers(&[i64::MAX]), graph.integers(&[1]));
    let next = graph.op("Slice", &[inside, &one, &behind, &axis], &[]);
    let pads = graph.integers(&[0, 0, 0, 1]);
    let next = graph.op("Pad", &[&next, &pads], &[]);
    graph.op("Sub", &[inside, &next], &[])
}

/// The place (B, T, 1) whose frame stands at each place of a sequence that is turned round: L - 1 - t of the L frames that exist.
/// Behind them any place will do, since what is made of it is dropped.
fn turned_places(graph: &mut Graph, inside: &Value) -> Value {
    let (axes, time) = (graph.integers(&[1]), graph.integer(1));
    let length = graph.op("ReduceSum", &[inside, &axes], &[Attribute::Int("keepdims", 1)]); // (B, 1)
    let count = graph.op("CumSum", &[inside, &time], &[]); // of a frame that exists its place and one
    let place = graph.op("Sub", &[&length, &count], &[]);
    let place = graph.op("Cast", &[&place], &[Attribute::Int("to", 7)]);
    let last = graph.integers(&[2]);
    graph.op("Unsqueeze", &[&place, &last], &[])
}

/// x (B, T, d) with each sequence turned round.
fn turned_round(graph: &mut Graph, x: &Value, places: &Value) -> Value {
    let shape = graph.op("Shape", &[x], &[]);
    let places = graph.op("Expand", &[places, &shape], &[]);
    graph.op("GatherElements", &[x, &places], &[Attribute::Int("axis", 1)])
}
