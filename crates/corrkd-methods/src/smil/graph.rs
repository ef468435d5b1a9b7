//! What answers as a computation graph: the main network, and around it what stands in for missing modalities and what is
//! expected of the noise.

use super::learner::{main_network, prior};
use super::network::encoder_shape;
use super::reconstruction::EPSILON;
use super::settings::Settings;
use super::{NAME, PRETRAINED};
use crate::head::Head;
use corrkd_config::{Modality, PerModality};
use corrkd_nn::NnError;
use corrkd_nn::graph::{Weights, encoder, linear, masked_mean};
use corrkd_onnx::{Attribute, Graph, Value};
use corrkd_train::{Context, Seen, Tensors, Told, TrainError};

/// What the pretrained network says, which knows of nothing missing.
pub(super) fn pretrained(
    settings: &Settings,
    context: &Context,
    graph: &mut Graph,
    seen: &Seen,
) -> Result<Told, TrainError> {
    let weights = context.graph_weights().sub(PRETRAINED);
    let encoded = encoded(&weights, settings, context, graph, seen)?;
    let fused = beside(graph, &encoded.iter().map(|(_, part)| part).collect::<Vec<_>>());
    let hidden = hidden(&weights, graph, &fused)?;
    told(&weights, settings, context, graph, hidden)
}

/// What the model says.
pub(super) fn graph(
    settings: &Settings,
    context: &Context,
    constants: &Tensors,
    graph: &mut Graph,
    seen: &Seen,
) -> Result<Told, TrainError> {
    let (weights, network) = (context.graph_weights().sub(NAME), context.graph_weights().sub(&main_network()));
    let encoded = encoded(&network, settings, context, graph, seen)?;
    let there = seen.present.map(|_, present| {
        let axes = [Attribute::Ints("axes", &[1]), Attribute::Int("keepdims", 1)];
        graph.op("ReduceMax", &[present], &axes) // (B, 1)
    });
    let known = encoded.map(|m, encoded| graph.op("Mul", &[encoded, there.get(m)], &[]));
    let below = beside(graph, &known.iter().chain(there.iter()).map(|(_, part)| part).collect::<Vec<_>>());
    let mut whole = Vec::with_capacity(3);
    for m in Modality::ALL {
        let around = weights.sub("reconstruction").sub(m.name());
        let priors = Weights::new(constants).constant(graph, &prior(m))?;
        let rebuilt = reconstruction(&around, &priors, graph, &below)?;
        let one = graph.constant(&[1], &[1.0]);
        let missing = graph.op("Sub", &[&one, there.get(m)], &[]);
        let rebuilt = graph.op("Mul", &[&rebuilt, &missing], &[]);
        whole.push(graph.op("Add", &[known.get(m), &rebuilt], &[]));
    }
    let around = weights.sub("regularisation");
    let fused = beside(graph, &whole.iter().collect::<Vec<_>>());
    let fused = expected(&around.sub("fused"), graph, &below, &fused)?;
    let hidden = hidden(&network, graph, &fused)?;
    let hidden = expected(&around.sub("hidden"), graph, &fused, &hidden)?;
    told(&network, settings, context, graph, hidden)
}

/// Each modality's features, (B, d).
fn encoded(
    weights: &Weights<'_>,
    settings: &Settings,
    context: &Context,
    graph: &mut Graph,
    seen: &Seen,
) -> Result<PerModality<Value>, NnError> {
    PerModality::try_from_fn(|m| {
        let shape = encoder_shape(*context.widths.get(m), &settings.network, &settings.dropout);
        let (x, inside) = (seen.features.get(m), seen.inside.get(m));
        let encoded = encoder(graph, &weights.sub(m.name()), &shape, context.longest(), x, inside)?;
        Ok(masked_mean(graph, &encoded, inside))
    })
}

fn beside(graph: &mut Graph, parts: &[&Value]) -> Value {
    graph.op("Concat", parts, &[Attribute::Int("axis", 1)])
}

fn hidden(weights: &Weights<'_>, graph: &mut Graph, fused: &Value) -> Result<Value, NnError> {
    let hidden = linear(graph, &weights.sub("hidden"), fused)?;
    Ok(graph.op("Relu", &[&hidden], &[]))
}

/// The weighted mean of the priors, (B, d).
fn reconstruction(weights: &Weights<'_>, priors: &Value, graph: &mut Graph, below: &Value) -> Result<Value, NnError> {
    let hidden = hidden(weights, graph, below)?;
    let shares = linear(graph, &weights.sub("weights"), &hidden)?;
    let shares = graph.op("Softplus", &[&shares], &[]); // (B, K)
    let (axis, epsilon) = (graph.integers(&[1]), graph.constant(&[1], &[EPSILON as f32]));
    let sum = graph.op("ReduceSum", &[&shares, &axis], &[Attribute::Int("keepdims", 1)]);
    let sum = graph.op("Add", &[&sum, &epsilon], &[]);
    let mean = graph.op("MatMul", &[&shares, priors], &[]);
    Ok(graph.op("Div", &[&mean, &sum], &[]))
}

/// Features with the noise that is expected.
fn expected(weights: &Weights<'_>, graph: &mut Graph, below: &Value, x: &Value) -> Result<Value, NnError> {
    let mean = linear(graph, &weights.sub("mean"), below)?;
    let noise = graph.op("Softplus", &[&mean], &[]);
    Ok(graph.op("Add", &[x, &noise], &[]))
}

fn told(
    weights: &Weights<'_>,
    settings: &Settings,
    context: &Context,
    graph: &mut Graph,
    hidden: Value,
) -> Result<Told, TrainError> {
    let numbers = linear(graph, &weights.sub("output"), &hidden)?;
    let answers = Head::of(&context.space).graph(graph, &numbers);
    Ok(Told { answers, representation: Some((hidden, settings.network.hidden)) })
}
