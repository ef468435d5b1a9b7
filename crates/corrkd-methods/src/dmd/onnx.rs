//! What answers as a computation graph: the parts of the features, what modalities ask of each other, and the ensemble. What is
//! rebuilt and distilled is for training. Sequences are padded to the data set's length, as for the network.

use super::network::frames;
use super::settings::{Probabilities, Settings};
use super::transformers::Transformers;
use crate::head::Head;
use corrkd_config::{Modality, PerModality};
use corrkd_nn::NnError;
use corrkd_nn::graph::{Weights, cross_encoder, linear, padded, product, unpadded_convolution};
use corrkd_onnx::{Attribute, Graph, Value};
use corrkd_train::{Context, Seen, Told, TrainError};

/// What the network says to what it sees.
pub(super) fn graph(
    settings: &Settings,
    context: &Context,
    graph: &mut Graph,
    seen: &Seen,
) -> Result<Told, TrainError> {
    let weights = context.graph_weights().sub("dmd");
    let (size, dropout) = (&settings.network, &Probabilities::default());
    let transformers = Transformers { size, dropout };
    let lengths = PerModality::from_fn(|m| frames(*context.time.get(m), *size.kernels.get(m)));
    let apart = weights.sub("decoupling");
    let mut fused = Vec::with_capacity(3);
    let specific = PerModality::try_from_fn(|m| {
        let &(time, left) = lengths.get(m);
        let time = graph.integers(&[time as i64]);
        let x = padded(graph, seen.features.get(m), &time);
        let own = apart.sub(m.name());
        let x = unpadded_convolution(graph, &own.sub("project"), *size.kernels.get(m), &x)?;
        let common = product(graph, &apart.sub("shared"), &x)?;
        let weights = weights.sub("homogeneous").sub(m.name()).sub("attention");
        let all = cross_encoder(graph, &weights, &transformers.towards_shape(m), (&common, left), None)?;
        fused.push(last(graph, &all, left));
        Ok::<_, NnError>((product(graph, &own.sub("specific"), &x)?, left))
    })?;
    let mut gated = Vec::with_capacity(4);
    let gates = weights.sub("ensemble").sub("gate");
    for m in Modality::ALL {
        let gathered = gathered(graph, &weights.sub("heterogeneous").sub(m.name()), &transformers, &specific, m)?;
        gated.push(gate(graph, &gates.sub(m.name()), &gathered)?);
    }
    let fused = graph.op("Concat", &fused.iter().collect::<Vec<_>>(), &[Attribute::Int("axis", 1)]);
    gated.push(gate(graph, &gates.sub("common"), &fused)?);
    let all = graph.op("Concat", &gated.iter().collect::<Vec<_>>(), &[Attribute::Int("axis", 1)]);
    let reader = weights.sub("ensemble").sub("reader");
    let hidden = linear(graph, &reader.sub("hidden"), &all)?;
    let hidden = graph.op("Relu", &[&hidden], &[]);
    let output = linear(graph, &reader.sub("output"), &hidden)?;
    let sum = graph.op("Add", &[&all, &output], &[]); // of width 3 2d + 3d
    let numbers = linear(graph, &reader.sub("numbers"), &sum)?;
    let answers = Head::of(&context.space).graph(graph, &numbers);
    Ok(Told { answers, representation: Some((sum, 9 * size.width)) })
}

/// What a modality asked the other two, (B, 2d).
fn gathered(
    graph: &mut Graph,
    weights: &Weights<'_>,
    transformers: &Transformers<'_>,
    specific: &PerModality<(Value, usize)>,
    m: Modality,
) -> Result<Value, NnError> {
    let mut asked = Vec::with_capacity(2);
    let (x, time) = specific.get(m);
    for other in Modality::ALL.into_iter().filter(|&other| other != m) {
        let weights = weights.sub(&format!("from_{other}"));
        let (context, keys) = specific.get(other);
        let shape = transformers.towards_shape(other);
        asked.push(cross_encoder(graph, &weights, &shape, (x, *time), Some((context, *keys)))?);
    }
    let both = graph.op("Concat", &asked.iter().collect::<Vec<_>>(), &[Attribute::Int("axis", 2)]);
    let all = cross_encoder(graph, &weights.sub("memory"), &transformers.memory_shape(), (&both, *time), None)?;
    Ok(last(graph, &all, *time))
}

/// The last frame, (B, d).
fn last(graph: &mut Graph, x: &Value, time: usize) -> Value {
    let place = graph.integer(time as i64 - 1);
    graph.op("Gather", &[x, &place], &[Attribute::Int("axis", 1)])
}

fn gate(graph: &mut Graph, weights: &Weights<'_>, x: &Value) -> Result<Value, NnError> {
    let numbers = linear(graph, weights, x)?;
    Ok(graph.op("Sigmoid", &[&numbers], &[]))
}
