//! What a network says of one sample, in the words of its task, and what of the sample was there.

use corrkd_config::{LabelSpace, Modality, PerModality};
use corrkd_data::Sample;
use corrkd_record::Answer;
use serde::Serialize;

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answered {
    /// The sample.
    pub id: String,
    /// The category: the most probable, or that of the score.
    pub category: String,
    /// The sentiment score, where the task gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
    /// The probability of each category, which sum to 1; or of each of the task's targets, which need not. None of a network
    /// that regresses.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "by_name")]
    pub probabilities: Vec<(String, f32)>,
    /// The modalities of which no frame was there.
    pub missing: Vec<Modality>,
    /// For each modality the share of the sample's frames that were there, from 0 to 1.
    pub present: PerModality<f32>,
}

impl Answered {
    /// The answer to a sample of which these frames are there.
    pub(crate) fn new(space: &LabelSpace, sample: &Sample, answer: &Answer) -> Self {
        let (names, numbers) = match answer {
            Answer::Categories { probabilities, .. } => (space.names(), &probabilities[..]),
            Answer::Targets(probabilities) => (space.targets(), &probabilities[..]),
            Answer::Score(_) => (&[][..], &[][..]),
        };
        let share = |m: Modality| {
            let frames = sample.present.get(m);
            frames.iter().filter(|&&present| present).count() as f32 / frames.len().max(1) as f32
        };
        Self {
            id: sample.id.clone(),
            category: space.names().get(answer.category(space)).cloned().unwrap_or_default(),
            score: answer.score(),
            probabilities: names.iter().cloned().zip(numbers.iter().copied()).collect(),
            missing: Modality::ALL.into_iter().filter(|&m| sample.lacks(m)).collect(),
            present: PerModality::from_fn(share),
        }
    }
}

/// Pairs as an object.
fn by_name<S: serde::Serializer>(pairs: &[(String, f32)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, number)| (name, number)))
}
