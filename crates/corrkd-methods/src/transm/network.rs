//! TransM's network: each modality's projection x = Conv(features) (B, T, d), the pairs of modalities that are
//! translated into each other, and a linear read-out of the means over time of what the pairs' encoders make of them
//! and of x itself. Positions are added where x enters a pair, so that none is in x.

use super::pair::{Joint, Pair};
use super::settings::{Probabilities, Size};
use super::translator::Frames;
use candle_core::{Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_nn::{Conv1d, Dropout, DropoutKey, Linear, NnError, Scope, masked_mean};
use corrkd_train::Inputs;

/// The network.
pub(super) struct Network {
    projections: PerModality<Conv1d>,
    dropout: PerModality<Dropout>,
    /// With the names of their translations.
    pairs: Vec<(Pair, [&'static str; 2])>,
    classifier: Linear,
}

/// What the network makes of a batch.
pub(super) struct Encoded {
    /// x, (B, T, d).
    projected: PerModality<Tensor>,
    /// By pair.
    joints: Vec<Joint>,
    /// What is read out, (B, N d): E and F of each pair, then x of each modality.
    pub(super) representation: Tensor,
    /// The numbers read out, (B, R).
    pub(super) numbers: Tensor,
}

/// The features of `to` (B, T, D) as they are told from another modality.
pub(super) struct Translation {
    pub(super) name: &'static str,
    pub(super) to: Modality,
    pub(super) features: Tensor,
}

/// The modalities that are translated into each other, with the names of the translations there and back.
pub(super) fn pairs(size: &Size) -> impl Iterator<Item = ([Modality; 2], [&'static str; 2])> {
    let vision = ([Modality::Language, Modality::Vision], ["language_to_vision", "vision_to_language"]);
    let audio = ([Modality::Language, Modality::Audio], ["language_to_audio", "audio_to_language"]);
    let further = ([Modality::Audio, Modality::Vision], ["audio_to_vision", "vision_to_audio"]);
    [vision, audio].into_iter().chain(size.audio_vision.then_some(further))
}

/// How many means of width d are read out.
pub(super) fn parts(size: &Size) -> usize {
    2 * pairs(size).count() + Modality::ALL.len()
}

impl Network {
    /// Builds the parameters, for features of the given widths D and `numbers` R to be read out.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        widths: &PerModality<usize>,
        numbers: usize,
        size: &Size,
        dropout: &Probabilities,
    ) -> std::result::Result<Self, NnError> {
        let projections = PerModality::try_from_fn(|m| {
            Conv1d::new(scope.sub(m.name()).sub("projection"), *widths.get(m), size.width, size.kernel)
        })?;
        let pair = |(modalities, names): ([Modality; 2], _)| {
            let [first, second] = modalities;
            let pair = Pair::new(scope.sub(&format!("{first}_{second}")), modalities, widths, size, dropout)?;
            Ok::<_, NnError>((pair, names))
        };
        let pairs = pairs(size).map(pair).collect::<std::result::Result<_, _>>()?;
        Ok(Self {
            projections,
            pairs,
            dropout: PerModality::from_fn(|m| Dropout::new(scope.path(m.name()), dropout.projected)),
            classifier: Linear::new(scope.sub("classifier"), parts(size) * size.width, numbers)?,
        })
    }

    /// What answers; `key` is [`DropoutKey::NONE`] at evaluation.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn forward(&self, inputs: &Inputs, key: DropoutKey) -> Result<Encoded> {
        let projected = PerModality::try_from_fn(|m| {
            let x = self.projections.get(m).forward(inputs.features.get(m))?;
            self.dropout.get(m).forward(&x, key)
        })?;
        let joint = |(pair, _): &(Pair, _)| pair.forward(pair.modalities.map(|m| frames(m, &projected, inputs)), key);
        let joints: Vec<Joint> = self.pairs.iter().map(joint).collect::<Result<_>>()?;
        let encoded = self.pairs.iter().zip(&joints);
        let encoded = encoded.flat_map(|((pair, _), joint)| pair.modalities.into_iter().zip(joint.encoded()));
        let means = encoded.chain(projected.iter()).map(|(m, x)| mean(x, inputs.frames.get(m).as_ref()));
        let representation = Tensor::cat(&means.collect::<Result<Vec<_>>>()?, 1)?;
        Ok(Encoded { numbers: self.classifier.forward(&representation)?, projected, joints, representation })
    }

    /// What is told of each modality from those that it makes a pair with.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn translations(&self, encoded: &Encoded, inputs: &Inputs, key: DropoutKey) -> Result<Vec<Translation>> {
        let mut all = Vec::with_capacity(2 * self.pairs.len());
        for ((pair, names), joint) in self.pairs.iter().zip(&encoded.joints) {
            let [first, second] = pair.modalities;
            let sides = pair.modalities.map(|m| frames(m, &encoded.projected, inputs));
            let told = pair.translations(sides, joint, key)?;
            let named = names.iter().zip([second, first]).zip(told);
            all.extend(named.map(|((&name, to), features)| Translation { name, to, features }));
        }
        Ok(all)
    }
}

/// A modality's frames.
fn frames<'a>(m: Modality, projected: &'a PerModality<Tensor>, inputs: &'a Inputs) -> Frames<'a> {
    Frames { values: projected.get(m), exist: inputs.frames.get(m).as_ref() }
}

/// The mean over the frames that exist, (B, d).
fn mean(x: &Tensor, exist: Option<&Tensor>) -> Result<Tensor> {
    match exist {
        Some(frames) => masked_mean(x, frames),
        None => x.mean(1),
    }
}
