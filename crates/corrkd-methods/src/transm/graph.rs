//! What answers as a computation graph: of each pair what is read and translated there; what is told of features is for training.

use super::network::{pairs, parts};
use super::settings::Settings;
use crate::head::Head;
use corrkd_config::{Modality, PerModality};
use corrkd_nn::graph::{TranslatorSizes, convolution, decoder, linear, masked_mean, self_encoder};
use corrkd_onnx::{Attribute, Graph};
use corrkd_train::{Context, Seen, Told, TrainError};

/// What the network says to what it sees.
pub(super) fn graph(
    settings: &Settings,
    context: &Context,
    graph: &mut Graph,
    seen: &Seen,
) -> Result<Told, TrainError> {
    let weights = context.graph_weights().sub("transm");
    let size = &settings.network;
    let projected = PerModality::try_from_fn(|m| {
        let weights = weights.sub(m.name()).sub("projection");
        convolution(graph, &weights, size.kernel, seen.features.get(m))
    })?;
    let sizes = |layers| TranslatorSizes { width: size.width, heads: size.heads, layers, time: context.longest() };
    let (reads, answers) = (sizes(size.encoder_layers), sizes(size.decoder_layers));
    let mut means = Vec::new();
    for ([first, second], _) in pairs(size) {
        let pair = weights.sub(&format!("{first}_{second}"));
        let (there, back) = (pair.sub("there"), pair.sub("back"));
        let [x, y] = [first, second].map(|m| projected.get(m));
        let [in_x, in_y] = [first, second].map(|m| seen.inside.get(m));
        let e = self_encoder(graph, &there.sub("encoder"), reads, x, in_x)?;
        let hidden = decoder(graph, &there.sub("decoder"), answers, [y, &e], [in_y, in_x])?;
        let f = self_encoder(graph, &back.sub("encoder"), reads, &hidden, in_y)?;
        means.extend([masked_mean(graph, &e, in_x), masked_mean(graph, &f, in_y)]);
    }
    means.extend(Modality::ALL.map(|m| masked_mean(graph, projected.get(m), seen.inside.get(m))));
    let representation = graph.op("Concat", &means.iter().collect::<Vec<_>>(), &[Attribute::Int("axis", 1)]);
    let numbers = linear(graph, &weights.sub("classifier"), &representation)?;
    let answers = Head::of(&context.space).graph(graph, &numbers);
    Ok(Told { answers, representation: Some((representation, parts(size) * size.width)) })
}
