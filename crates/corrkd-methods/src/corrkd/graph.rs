//! The network as a computation graph.

use super::network::encoder_shape;
use super::settings::Settings;
use corrkd_config::{Modality, PerModality, Task};
use corrkd_nn::graph::{Weights, encoder, linear, masked_mean};
use corrkd_onnx::{Attribute, Graph, Value};
use corrkd_train::{Context, GraphAnswers, Seen, Tensors, Told, TrainError};

/// What the network of a role, `teacher` or `student`, says to what it sees.
pub(super) fn graph(
    role: &str,
    settings: &Settings,
    context: &Context,
    graph: &mut Graph,
    seen: &Seen,
) -> Result<Told, TrainError> {
    let none = Tensors::new();
    let weights = Weights::new(context.weights.as_deref().unwrap_or(&none)).sub(role);
    let size = &settings.network;
    let mut means = Vec::with_capacity(3);
    for m in Modality::ALL {
        let shape = encoder_shape(*context.widths.get(m), size, &settings.dropout);
        let inside = seen.inside.get(m);
        let attended = match size.attend_missing {
            true => inside.clone(),
            false => present_or_all(graph, seen.present.get(m), inside),
        };
        let (x, time) = (seen.features.get(m), longest(context, m));
        let encoded = encoder(graph, &weights.sub(m.name()), &shape, time, x, &attended)?;
        means.push(masked_mean(graph, &encoded, inside));
    }
    let representation = graph.op("Concat", &means.iter().collect::<Vec<_>>(), &[Attribute::Int("axis", 1)]);
    let numbers = linear(graph, &weights.sub("classifier"), &representation)?;
    let answers = match context.space.scale().filter(|_| context.space.task() == Task::Regression) {
        None => GraphAnswers::Categories(numbers),
        Some(scale) => {
            let (neutral, last) = (graph.constant(&[1], &[scale.neutral]), graph.integers(&[1]));
            let score = graph.op("Squeeze", &[&numbers, &last], &[]);
            GraphAnswers::Score(graph.op("Add", &[&score, &neutral], &[]))
        }
    };
    Ok(Told { answers, representation: Some((representation, 3 * size.width)) })
}

/// The greatest number of frames of a modality; of one that the data set does not have, of any, beside which its frames stand.
fn longest(context: &Context, m: Modality) -> usize {
    let PerModality { language, audio, vision } = context.time;
    *context.time.get(m).max(&language.max(audio).max(vision))
}

/// The frames that others attend to where missing ones are not attended to: those that hold data, or all where none does.
fn present_or_all(graph: &mut Graph, present: &Value, inside: &Value) -> Value {
    let axis = graph.integers(&[1]);
    let count = graph.op("ReduceSum", &[present, &axis], &[Attribute::Int("keepdims", 1)]);
    let half = graph.constant(&[1], &[0.5]);
    let any = graph.op("Greater", &[&count, &half], &[]);
    graph.op("Where", &[&any, present, inside], &[])
}
