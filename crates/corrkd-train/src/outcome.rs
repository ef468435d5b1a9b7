//! The test split, read once, after the epoch is chosen: predictions and scores under every condition, and
//! representations under those that are asked for.

use crate::TrainError;
use crate::judge::judge;
use crate::learner::{View, labels};
use crate::predict::answers;
use corrkd_config::{Condition, Evaluation, Presence};
use corrkd_data::Split;
use corrkd_models::Network;
use corrkd_record::{ConditionScores, Prediction, Representation};

/// The sets of modalities that the data set `has`, the complete condition, the curve's drop ratios beyond 0 (0 is the
/// complete condition), and what else is asked for and concerns these modalities; each once.
pub(crate) fn conditions(has: Presence, evaluation: &Evaluation) -> Vec<Condition> {
    let incomplete = has.subsets().filter(|set| !set.is_complete()).map(Condition::only);
    let curve = evaluation.ratios.iter().filter(|&&p| p > 0.0).map(|&p| Condition::dropped(p));
    let further = evaluation.conditions.iter().copied().filter(|condition| condition.concerns(has));
    let mut conditions: Vec<Condition> = Vec::new();
    for condition in incomplete.chain([Condition::COMPLETE]).chain(curve).chain(further) {
        if !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    conditions
}

/// Scores by condition, and every prediction.
pub(crate) fn test(
    network: &Network,
    split: &Split,
    conditions: &[Condition],
    seed: u64,
    view: &View,
) -> Result<(Vec<ConditionScores>, Vec<Prediction>), TrainError> {
    let labels = labels(split);
    let mut scores = Vec::with_capacity(conditions.len());
    let mut predictions = Vec::with_capacity(conditions.len() * labels.len());
    for &condition in conditions {
        let verdict = judge(view.task, &answers(network, split, condition, seed, view)?.logits, &labels);
        scores.push(ConditionScores { condition, scores: verdict.scores });
        let name = condition.to_string();
        predictions.extend(split.samples.iter().zip(verdict.responses).map(|(sample, response)| Prediction {
            condition: name.clone(),
            id: sample.id.clone(),
            label: sample.label,
            category: view.task.category(sample.label),
            score: view.task.score(&response),
            response,
        }));
    }
    Ok((scores, predictions))
}

/// The representation of every sample under each condition that is asked for and concerns the data set's modalities.
pub(crate) fn representations(
    network: &Network,
    split: &Split,
    evaluation: &Evaluation,
    seed: u64,
    view: &View,
) -> Result<Vec<Representation>, TrainError> {
    let mut all = Vec::new();
    for &condition in
        evaluation.representations.iter().filter(|condition| condition.concerns(view.population.modalities()))
    {
        let rows = answers(network, split, condition, seed, view)?.representations;
        all.extend(split.samples.iter().zip(rows).map(|(sample, values)| Representation {
            condition: condition.to_string(),
            id: sample.id.clone(),
            category: view.task.category(sample.label),
            values,
        }));
    }
    Ok(all)
}
