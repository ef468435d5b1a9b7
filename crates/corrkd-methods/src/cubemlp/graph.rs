//! The network as a computation graph. Sequences are padded to the data set's length, along which it has weights.

use super::settings::Settings;
use crate::head::Head;
use corrkd_config::Modality;
use corrkd_nn::graph::{convolution, layer_norm, linear, mixer, padded, product};
use corrkd_onnx::{Attribute, Graph};
use corrkd_train::{Context, Seen, Told, TrainError};

/// What the network says to what it sees.
pub(super) fn graph(
    settings: &Settings,
    context: &Context,
    graph: &mut Graph,
    seen: &Seen,
) -> Result<Told, TrainError> {
    let weights = context.graph_weights().sub("cubemlp");
    let size = &settings.network;
    let (second, last) = (graph.integers(&[2]), graph.integers(&[2]));
    let mut streams = Vec::with_capacity(3);
    for m in Modality::ALL {
        let (x, weights) = (seen.features.get(m), weights.sub(m.name()));
        let encoded = match m {
            Modality::Language => product(graph, &weights, x)?,
            Modality::Audio | Modality::Vision => {
                let convolved = convolution(graph, &weights.sub("convolution"), size.kernel, x)?;
                let normalised = layer_norm(graph, &weights.sub("norm"), &convolved)?;
                graph.op("Relu", &[&normalised], &[])
            }
        };
        let inside = graph.op("Unsqueeze", &[seen.inside.get(m), &last], &[]);
        let encoded = graph.op("Mul", &[&encoded, &inside], &[]);
        let time = graph.integers(&[context.longest() as i64]);
        let padded = padded(graph, &encoded, &time);
        streams.push(graph.op("Unsqueeze", &[&padded, &second], &[])); // (B, T, 1, d)
    }
    let mut cube = graph.op("Concat", &streams.iter().collect::<Vec<_>>(), &[Attribute::Int("axis", 2)]);
    for number in 0..size.blocks.len() {
        let weights = weights.sub(&format!("block{number}"));
        for (axis, name) in [(1, "time"), (2, "modality"), (3, "channel")] {
            cube = mixer(graph, &weights.sub(name), axis, 4, &cube)?;
        }
    }
    let mean = graph.op("ReduceMean", &[&cube], &[Attribute::Ints("axes", &[1]), Attribute::Int("keepdims", 0)]);
    let representation = graph.op("Flatten", &[&mean], &[Attribute::Int("axis", 1)]);
    let numbers = linear(graph, &weights.sub("classifier"), &representation)?;
    let width = size.blocks.last().map_or(3 * size.width, |[_, modalities, channels]| modalities * channels);
    let answers = Head::of(&context.space).graph(graph, &numbers);
    Ok(Told { answers, representation: Some((representation, width)) })
}
