//! What answers as a computation graph: the encoders and the fused reader. The modalities' own readers are for training.

use super::learner::NETWORK;
use super::settings::Settings;
use crate::head::Head;
use corrkd_config::Modality;
use corrkd_nn::graph::{last_lstm_state, linear};
use corrkd_onnx::{Attribute, Graph};
use corrkd_train::{Context, GraphAnswers, Seen, Told, TrainError};

/// What the network says to what it sees.
pub(super) fn graph(
    settings: &Settings,
    context: &Context,
    graph: &mut Graph,
    seen: &Seen,
) -> Result<Told, TrainError> {
    let weights = context.graph_weights().sub(NETWORK);
    let mut encoded = Vec::with_capacity(3);
    for m in Modality::ALL {
        let weights = weights.sub(m.name());
        let last = last_lstm_state(graph, &weights.sub("recurrent"), seen.features.get(m), seen.inside.get(m))?;
        encoded.push(linear(graph, &weights.sub("project"), &last)?);
    }
    let fused = graph.op("Concat", &encoded.iter().collect::<Vec<_>>(), &[Attribute::Int("axis", 1)]);
    let reader = weights.sub("read").sub("fused");
    let features = linear(graph, &reader.sub("features"), &fused)?;
    let features = graph.op("Relu", &[&features], &[]);
    let hidden = linear(graph, &reader.sub("hidden"), &features)?;
    let hidden = graph.op("Relu", &[&hidden], &[]);
    let numbers = linear(graph, &reader.sub("output"), &hidden)?;
    let answers = match context.space.scale() {
        Some(scale) => Head::Score(f64::from(scale.neutral)).graph(graph, &numbers),
        None => GraphAnswers::Targets(numbers),
    };
    Ok(Told { answers, representation: Some((features, settings.network.fused)) })
}
