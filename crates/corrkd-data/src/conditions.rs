//! The conditions that a test split is judged under.

use corrkd_config::{Condition, Evaluation, Gaps};

use crate::DataStatistics;

/// The sets of modalities that the data set has, the complete condition, the curve's drop ratios beyond 0 (0 is the
/// complete condition), and what else is asked for and concerns its modalities; each once.
#[must_use]
pub fn conditions(data: &DataStatistics, evaluation: &Evaluation) -> Vec<Condition> {
    let has = data.modalities();
    let incomplete = has.subsets().filter(|set| !set.is_complete()).map(Condition::only);
    let curve = evaluation.ratios.iter().filter(|&&p| p > 0.0).map(|&p| Condition::dropped(p));
    let gaps = evaluation.gaps.iter().flat_map(Gaps::conditions);
    let further = evaluation.conditions.iter().copied().chain(gaps).filter(|condition| data.concerns(condition));
    let mut conditions: Vec<Condition> = Vec::new();
    for condition in incomplete.chain([Condition::COMPLETE]).chain(curve).chain(further) {
        if !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    conditions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Split;
    use corrkd_config::{PerModality, Presence};

    fn named(modalities: &str, words: bool, evaluation: &Evaluation) -> Vec<String> {
        let has: Presence = modalities.parse().unwrap();
        let data = DataStatistics::new(has, [-3.0, 3.0], PerModality::all(1), Split::default(), words);
        conditions(&data, evaluation).iter().map(Condition::to_string).collect()
    }

    #[test]
    fn each_once_and_only_what_can_happen_to_the_data() {
        let asked = |of: &[&str]| of.iter().map(|text| text.parse().unwrap()).collect();
        let evaluation = Evaluation {
            ratios: vec![0.0, 0.5],
            conditions: asked(&["la", "lav@0.5", "lav@noise-v:0.5", "lav@words:0.5"]),
            gaps: Some(Gaps { positions: vec![0.5], lengths: vec![0.3] }),
            representations: asked(&["lav@0.9"]),
        };
        let sets = ["l", "a", "v", "la", "lv", "av", "lav", "lav@0.5"];
        let gaps = ["l", "a", "v"].map(|m| format!("lav@gap-{m}:0.3:0.5"));
        let expected = |more: &[&str], gaps: &[String]| {
            more.iter().map(|&text| text.to_owned()).chain(gaps.iter().cloned()).collect::<Vec<_>>()
        };
        let all = [&sets[..], &["lav@noise-v:0.5", "lav@words-l:0.5"]].concat();
        assert_eq!(named("lav", true, &evaluation), expected(&all, &gaps));
        assert_eq!(named("lav", false, &evaluation), expected(&all[..9], &gaps));
        // Of two modalities: what is damaged has to be there; with one in the set that is not, the other is left.
        assert_eq!(named("la", false, &evaluation), expected(&["l", "a", "la", "lav", "lav@0.5"], &gaps[..2]));
    }
}
