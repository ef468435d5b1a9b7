//! The protocol: what is predicted, what is missing in training, and what is measured. It is said in the same words
//! for every method, so that rows of different methods can be compared.

use crate::range::Ranges;
use crate::{Condition, ConfigError, Mechanism, Modality, PerModality, Presence, Task, each};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a test split is not judged under more of.
const CONDITIONS: usize = 10_000;

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
    /// that a frame is dropped. One range for all, or a table with one for each.
    #[serde(with = "each")]
    pub intra: PerModality<[f64; 2]>,
    /// What happens to a modality at its ratio; by default independent frames are missing, as in the paper. One for all, or
    /// a table with one for each.
    #[serde(with = "each")]
    pub mechanism: PerModality<Mechanism>,
}

impl Default for Missing {
    fn default() -> Self {
        Self { inter: true, intra: PerModality::all([0.0, 1.0]), mechanism: PerModality::all(Mechanism::Frames) }
    }
}

/// What is measured on the test split beside the seven sets of modalities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Evaluation {
    /// Frame-drop ratios of the curve. Paper: 0.0 to 1.0 by 0.1.
    pub ratios: Vec<f64>,
    /// Further conditions. By default each [`Mechanism`] that the paper does not look at, half way: to all modalities at
    /// once, but delay and noise to one at a time, whose streams then no longer agree, and errors in words to language.
    pub conditions: Vec<Condition>,
    /// The gaps of a map, if there is to be one: each length at each position, in each modality. None by default.
    pub gaps: Option<Gaps>,
    /// Conditions under which the representations of the test samples are kept, for a projection; all different. None by
    /// default.
    pub representations: Vec<Condition>,
}

/// Gaps by position and length, in one modality at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gaps {
    /// From 0, where a gap begins with the first frame, to 1, where it ends with the last.
    pub positions: Vec<f64>,
    /// Shares of a sample's frames, above 0 and up to 1.
    pub lengths: Vec<f64>,
}

impl Gaps {
    /// The map's conditions.
    pub fn conditions(&self) -> impl Iterator<Item = Condition> {
        let cells = self.lengths.iter().flat_map(|&length| self.positions.iter().map(move |&at| (length, at)));
        cells.flat_map(|(length, at)| Modality::ALL.into_iter().map(move |m| Condition::gap(m, length, at)))
    }
}

impl Default for Evaluation {
    fn default() -> Self {
        let half = |mechanism, streams| Condition::damaged(Presence::COMPLETE, mechanism, streams, 0.5);
        let all =
            [Mechanism::Bursts, Mechanism::Tail, Mechanism::Gap, Mechanism::Mean, Mechanism::Label, Mechanism::Energy];
        let one = [Mechanism::Delay, Mechanism::Noise];
        let single = |mechanism| Presence::ALL.into_iter().take(3).map(move |stream| half(mechanism, stream));
        let words = half(Mechanism::Words, Mechanism::Words.streams());
        Self {
            ratios: (0..=10).map(|tenth| f64::from(tenth) / 10.0).collect(),
            conditions: all
                .map(|m| half(m, Presence::COMPLETE))
                .into_iter()
                .chain(one.into_iter().flat_map(single))
                .chain([words])
                .collect(),
            gaps: None,
            representations: Vec::new(),
        }
    }
}

impl Protocol {
    /// Checks what types cannot say; `whose` names the row in errors.
    pub(crate) fn check(&self, whose: &str) -> Result<(), ConfigError> {
        let ranges = Ranges::of(whose);
        let Missing { intra, mechanism, .. } = &self.missing;
        for (modality, [low, high]) in intra.iter() {
            let key = if intra.is_alike() { "missing.intra".to_owned() } else { format!("missing.intra.{modality}") };
            ranges.hold(
                0.0 <= *low && low <= high && *high <= 1.0,
                &key,
                format!("[{low}, {high}]"),
                "[low, high] within 0 and 1",
            )?;
        }
        for (modality, mechanism) in mechanism.iter().filter(|_| !mechanism.is_alike()) {
            ranges.hold(
                mechanism.streams().has(modality),
                &format!("missing.mechanism.{modality}"),
                mechanism,
                "one that can happen to this modality: errors in words happen to language alone",
            )?;
        }
        if let Some(Gaps { positions, lengths }) = &self.evaluation.gaps {
            let rising = |of: &[f64]| !of.is_empty() && of.is_sorted_by(|a, b| a < b);
            let within = |of: &[f64]| of.iter().all(|x| (0.0..=1.0).contains(x));
            ranges.hold(
                rising(positions) && within(positions),
                "evaluation.gaps.positions",
                format!("{positions:?}"),
                "rising numbers within 0 and 1",
            )?;
            ranges.hold(
                rising(lengths) && within(lengths) && lengths.first() != Some(&0.0),
                "evaluation.gaps.lengths",
                format!("{lengths:?}"),
                "rising numbers above 0 and up to 1",
            )?;
        }
        let ratios = &self.evaluation.ratios;
        ranges.hold(
            ratios.iter().all(|p| (0.0..=1.0).contains(p)) && ratios.is_sorted_by(|a, b| a < b),
            "evaluation.ratios",
            format!("{ratios:?}"),
            "rising numbers within 0 and 1",
        )?;
        let gaps = self.evaluation.gaps.as_ref();
        let gaps = gaps.map_or(0, |gaps| gaps.lengths.len().saturating_mul(gaps.positions.len()).saturating_mul(3));
        let representations = self.evaluation.representations.len();
        let conditions = [ratios.len(), self.evaluation.conditions.len(), representations, gaps];
        let conditions = conditions.into_iter().fold(0, usize::saturating_add);
        ranges.hold(
            conditions <= CONDITIONS,
            "evaluation",
            format!("{conditions} conditions"),
            format!("at most {CONDITIONS}, each of which takes a pass over the test split"),
        )?;
        let kept: Vec<String> = self.evaluation.representations.iter().map(Condition::to_string).collect();
        ranges.hold(
            kept.iter().collect::<BTreeSet<_>>().len() == kept.len(),
            "evaluation.representations",
            format!("{kept:?}"),
            "different conditions",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<String> {
        let protocol: Protocol = toml::from_str(text).unwrap();
        protocol.check("variant `full`").err().map(|e| e.to_string())
    }

    #[test]
    fn what_is_out_of_range() {
        let intra = |vision| format!("[missing.intra]\nlanguage = [0, 1]\naudio = [0.5, 0.5]\nvision = {vision}");
        let mechanism =
            |audio| format!("[missing.mechanism]\nlanguage = \"words\"\naudio = \"{audio}\"\nvision = \"gap\"");
        let gaps = |positions, lengths| format!("[evaluation.gaps]\npositions = {positions}\nlengths = {lengths}");
        for text in
            ["", "missing.intra = [1, 1]", "missing.mechanism = \"words\"", &intra("[0, 0.1]"), &mechanism("mean")]
        {
            assert_eq!(fault(text), None, "{text}");
        }
        assert_eq!(fault(&gaps("[0, 0.5, 1]", "[0.1, 1]")), None);
        for (text, key) in [
            ("missing.intra = [0.5, 0.2]".to_owned(), "missing.intra` is [0.5, 0.2]"),
            (intra("[0.5, 1.5]"), "missing.intra.vision` is [0.5, 1.5]"),
            (mechanism("words"), "missing.mechanism.audio` is words"),
            (gaps("[]", "[0.5]"), "evaluation.gaps.positions` is []"),
            (gaps("[0.5, 0.5]", "[0.5]"), "evaluation.gaps.positions` is [0.5, 0.5]"),
            (gaps("[0.5, 1.1]", "[0.5]"), "evaluation.gaps.positions` is [0.5, 1.1]"),
            (gaps("[0.5]", "[0, 0.5]"), "evaluation.gaps.lengths` is [0.0, 0.5]"),
            (gaps("[0.5]", "[nan]"), "evaluation.gaps.lengths` is [NaN]"),
        ] {
            let told = fault(&text).unwrap_or_default();
            assert!(told.starts_with(&format!("variant `full`: `{key}, expected ")), "{text}: {told}");
        }
    }

    /// Each length at each position, in each modality.
    #[test]
    fn the_conditions_of_a_map() {
        let gaps = Gaps { positions: vec![0.0, 1.0], lengths: vec![0.2, 0.5, 1.0] };
        let conditions: Vec<String> = gaps.conditions().map(|condition| condition.to_string()).collect();
        assert_eq!(conditions.len(), 18);
        assert_eq!(conditions[..4], ["lav@gap-l:0.2:0", "lav@gap-a:0.2:0", "lav@gap-v:0.2:0", "lav@gap-l:0.2:1"]);
        assert!(gaps.conditions().all(|condition| condition.gap_at().is_some()));
    }

    /// By default each mechanism is met, beside that of the curve.
    #[test]
    fn one_of_each() {
        let met = |mechanism| {
            let damages =
                Evaluation::default().conditions.into_iter().flat_map(|c| Modality::ALL.map(|m| *c.damage.get(m)));
            damages.flatten().any(|damage| damage.mechanism == mechanism)
        };
        assert!(Mechanism::ALL.into_iter().filter(|&m| m != Mechanism::Frames).all(met));
    }
}
