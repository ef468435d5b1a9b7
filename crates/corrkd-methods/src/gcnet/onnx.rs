//! What answers as a computation graph, where nodes are frames. What is rebuilt is for training.

use super::NAME;
use super::graph::{LAYERS, Relations};
use super::settings::{NodeKind, Settings};
use crate::head::Head;
use corrkd_config::Modality;
use corrkd_nn::graph::{Weights, band_conv, frames, linear, lstm_states, masked_mean, padded};
use corrkd_nn::{Aggregate, NnError};
use corrkd_onnx::{Attribute, Graph, Value};
use corrkd_train::{Context, Seen, Told, TrainError};

/// What the network says to what it sees.
pub(super) fn graph(
    settings: &Settings,
    context: &Context,
    graph: &mut Graph,
    seen: &Seen,
) -> Result<Told, TrainError> {
    let size = &settings.network;
    if size.nodes == NodeKind::Utterances {
        let reason = "the samples of a video are answered together (network.nodes = \"utterances\"), and a graph answers each \
                      alone; a run with network.nodes = \"frames\" has one";
        return Err(TrainError::NoGraph { method: NAME, reason: reason.to_owned() });
    }
    let weights = context.graph_weights().sub(NAME);
    let (x, inside) = nodes(graph, seen);
    let last = graph.integers(&[2]);
    let exists = graph.op("Unsqueeze", &[&inside, &last], &[]); // (B, T, 1)
    let x = lstm_states(graph, &weights.sub("recurrent"), LAYERS, &x, &inside)?;
    let mut heard =
        |name, relations| known(graph, &weights.sub(name), (relations, size.window), [&x, &exists, &inside]);
    let (temporal, speaker) = (heard("temporal", Relations::Temporal)?, heard("speaker", Relations::Speaker)?);
    let hidden = graph.op("Add", &[&temporal, &speaker], &[]);
    let samples = masked_mean(graph, &hidden, &inside);
    let numbers = linear(graph, &weights.sub("classifier"), &samples)?;
    let answers = Head::of(&context.space).graph(graph, &numbers);
    Ok(Told { answers, representation: Some((samples, size.hidden())) })
}

/// The modalities' features side by side, (B, T, D), up to the longest of them, and which of these frames exist, (B, T).
fn nodes(graph: &mut Graph, seen: &Seen) -> (Value, Value) {
    let lengths = Modality::ALL.map(|m| frames(graph, seen.features.get(m)));
    let time = graph.op("Max", &lengths.iter().collect::<Vec<_>>(), &[]);
    let last = graph.integers(&[2]);
    let (mut features, mut exist) = (Vec::with_capacity(3), Vec::with_capacity(3));
    for m in Modality::ALL {
        features.push(padded(graph, seen.features.get(m), &time));
        let inside = graph.op("Unsqueeze", &[seen.inside.get(m), &last], &[]);
        exist.push(padded(graph, &inside, &time));
    }
    let features = graph.op("Concat", &features.iter().collect::<Vec<_>>(), &[Attribute::Int("axis", 2)]);
    let exist = graph.op("Max", &exist.iter().collect::<Vec<_>>(), &[]);
    (features, graph.op("Squeeze", &[&exist, &last], &[]))
}

/// What a graph over nodes makes of them, (B, T, 2H) to (B, T, D_h).
fn known(
    graph: &mut Graph,
    weights: &Weights<'_>,
    (relations, window): (Relations, usize),
    [x, exists, inside]: [&Value; 3],
) -> Result<Value, NnError> {
    let (relations, near) = (relations.ranges(window), Relations::Speaker.ranges(window));
    let heard = band_conv(graph, &weights.sub("relational"), &relations, Aggregate::Mean, [x, exists])?;
    let heard = band_conv(graph, &weights.sub("convolution"), &near, Aggregate::Sum, [&heard, exists])?;
    let both = graph.op("Concat", &[x, &heard], &[Attribute::Int("axis", 2)]);
    let states = lstm_states(graph, &weights.sub("recurrent"), LAYERS, &both, inside)?;
    let known = linear(graph, &weights.sub("project"), &states)?;
    Ok(graph.op("Relu", &[&known], &[]))
}
