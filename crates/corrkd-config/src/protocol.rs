//! The protocol: what is predicted, what is missing in training, and what is measured. It is said in the same words
//! for every method, so that rows of different methods can be compared.

use crate::range::Ranges;
use crate::{Condition, ConfigError, Mechanism, Presence, Task};
use serde::{Deserialize, Serialize};

/// The settings that are not a method's own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Protocol {
    /// What is predicted (open in the paper; binary).
    pub task: Task,
    /// What training samples lose (MRM), in the trainings that see missing samples.
    pub missing: Missing,
    /// What is measured on the test split.
    pub evaluation: Evaluation,
}

/// Modality Random Missing, the law of training samples. Open in the paper.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Missing {
    /// Whether whole modalities go missing: the set that stays is uniform over the seven non-empty ones.
    pub inter: bool,
    /// Each modality that stays draws its ratio uniformly from this range: with the default mechanism, the probability
    /// that a frame is dropped.
    pub intra: [f64; 2],
    /// What happens to a modality at its ratio; by default independent frames are missing, as in the paper.
    pub mechanism: Mechanism,
}

impl Default for Missing {
    fn default() -> Self {
        Self { inter: true, intra: [0.0, 1.0], mechanism: Mechanism::Frames }
    }
}

/// What is measured on the test split beside the seven sets of modalities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Evaluation {
    /// Frame-drop ratios of the curve. Paper: 0.0 to 1.0 by 0.1.
    pub ratios: Vec<f64>,
    /// Further conditions. By default each [`Mechanism`] that the paper does not look at, half way: to all modalities at
    /// once, but delay and noise to one at a time, whose streams then no longer agree.
    pub conditions: Vec<Condition>,
    /// Conditions under which the representations of the test samples are kept, for a projection; all different. None by
    /// default.
    pub representations: Vec<Condition>,
}

impl Default for Evaluation {
    fn default() -> Self {
        let half = |mechanism, streams| Condition::damaged(Presence::COMPLETE, mechanism, streams, 0.5);
        let all = [Mechanism::Bursts, Mechanism::Tail, Mechanism::Label, Mechanism::Energy];
        let one = [Mechanism::Delay, Mechanism::Noise];
        let single = |mechanism| Presence::ALL.into_iter().take(3).map(move |stream| half(mechanism, stream));
        Self {
            ratios: (0..=10).map(|tenth| f64::from(tenth) / 10.0).collect(),
            conditions: all
                .map(|m| half(m, Presence::COMPLETE))
                .into_iter()
                .chain(one.into_iter().flat_map(single))
                .collect(),
            representations: Vec::new(),
        }
    }
}

impl Protocol {
    /// Checks what types cannot say; `whose` names the row in errors.
    pub(crate) fn check(&self, whose: &str) -> Result<(), ConfigError> {
        let ranges = Ranges::of(whose);
        let [low, high] = self.missing.intra;
        ranges.hold(
            0.0 <= low && low <= high && high <= 1.0,
            "missing.intra",
            format!("[{low}, {high}]"),
            "[low, high] within 0 and 1",
        )?;
        let ratios = &self.evaluation.ratios;
        ranges.hold(
            ratios.iter().all(|p| (0.0..=1.0).contains(p)) && ratios.is_sorted_by(|a, b| a < b),
            "evaluation.ratios",
            format!("{ratios:?}"),
            "rising numbers within 0 and 1",
        )?;
        let kept: Vec<String> = self.evaluation.representations.iter().map(Condition::to_string).collect();
        ranges.hold(
            kept.iter().enumerate().all(|(i, condition)| !kept[..i].contains(condition)),
            "evaluation.representations",
            format!("{kept:?}"),
            "different conditions",
        )
    }
}
