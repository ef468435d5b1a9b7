//! The network as a computation graph.

use super::network::encoder_shape;
use super::settings::Settings;
use crate::head::Head;
use corrkd_config::{Modality, Task};
use corrkd_nn::graph::{encoder, linear, masked_mean};
use corrkd_onnx::{Attribute, Graph, Value};
use corrkd_train::{Context, GraphAnswers, Seen, Told, TrainError};

/// What the network of a role, `teacher` or `student`, says to what it sees.
pub(super) fn graph(
    role: &str,
    settings: &Settings,
    context: &Context,
    graph: &mut Graph,
    seen: &Seen,
) -> Result<Told, TrainError> {
    let weights = context.graph_weights().sub(role);
    let size = &settings.network;
    let mut means = Vec::with_capacity(3);
    for m in Modality::ALL {
        let shape = encoder_shape(*context.widths.get(m), size, &settings.dropout);
        let inside = seen.inside.get(m);
        let attended = match size.attend_missing {
            true => inside.clone(),
            false => present_or_all(graph, seen.present.get(m), inside),
        };
        let (x, time) = (seen.features.get(m), context.longest());
        let encoded = encoder(graph, &weights.sub(m.name()), &shape, time, x, &attended)?;
        means.push(masked_mean(graph, &encoded, inside));
    }
    let representation = graph.op("Concat", &means.iter().collect::<Vec<_>>(), &[Attribute::Int("axis", 1)]);
    let numbers = linear(graph, &weights.sub("classifier"), &representation)?;
    let answers = match context.space.scale().filter(|_| context.space.task() == Task::Regression) {
        None => GraphAnswers::Categories(numbers),
        Some(scale) => Head::Score(f64::from(scale.neutral)).graph(graph, &numbers),
    };
    Ok(Told { answers, representation: Some((representation, 3 * size.width)) })
}

/// The frames that others attend to where missing ones are not attended to: those that hold data, or all where none does.
fn present_or_all(graph: &mut Graph, present: &Value, inside: &Value) -> Value {
    let axis = graph.integers(&[1]);
    let count = graph.op("ReduceSum", &[present, &axis], &[Attribute::Int("keepdims", 1)]);
    let half = graph.constant(&[1], &[0.5]);
    let any = graph.op("Greater", &[&count, &half], &[]);
    graph.op("Where", &[&any, present, inside], &[])
}
