//! The test split, read once, after the epoch is chosen: predictions and scores under every condition, and
//! representations under those that are asked for.

use crate::{Context, Model, TrainError, predict};
use corrkd_config::{Condition, Evaluation, Gaps, LabelSpace};
use corrkd_data::{DataStatistics, Split};
use corrkd_record::{ConditionScores, Prediction, Representation, scores};

/// The sets of modalities that the data set has, the complete condition, the curve's drop ratios beyond 0 (0 is the
/// complete condition), and what else is asked for and concerns its modalities; each once.
pub(crate) fn conditions(data: &DataStatistics, evaluation: &Evaluation) -> Vec<Condition> {
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

/// What the test split came to.
#[derive(Default)]
pub(crate) struct Outcome {
    /// Every prediction, by condition.
    pub(crate) predictions: Vec<Prediction>,
    /// The representation of every sample under each condition that is asked for, where the network has any.
    pub(crate) representations: Vec<Representation>,
}

/// Answers the test split under each condition. Representations are kept under those that are asked for and concern the
/// data set's modalities.
pub(crate) fn test(
    model: &dyn Model,
    split: &Split,
    conditions: &[Condition],
    evaluation: &Evaluation,
    seed: u64,
    context: &Context,
) -> Result<Outcome, TrainError> {
    let mut outcome = Outcome::default();
    for &condition in conditions {
        let predicted = predict(model, split, condition, seed, context)?;
        let name = condition.to_string();
        outcome.predictions.extend(split.samples.iter().zip(predicted.answers).map(|(sample, answer)| Prediction {
            condition: name.clone(),
            id: sample.id.clone(),
            label: sample.label,
            category: context.space.category(sample.label),
            answer,
        }));
    }
    let kept = evaluation.representations.iter().filter(|condition| context.statistics.concerns(condition));
    for &condition in kept {
        let rows = predict(model, split, condition, seed, context)?.representations.unwrap_or_default();
        outcome.representations.extend(split.samples.iter().zip(rows).map(|(sample, values)| Representation {
            condition: condition.to_string(),
            id: sample.id.clone(),
            category: context.space.category(sample.label),
            values,
        }));
    }
    Ok(outcome)
}

/// The scores of predictions under each condition, in their order.
pub(crate) fn scored(space: &LabelSpace, conditions: &[Condition], predictions: &[Prediction]) -> Vec<ConditionScores> {
    let of = |&condition: &Condition| {
        let name = condition.to_string();
        let under: Vec<&Prediction> = predictions.iter().filter(|p| p.condition == name).collect();
        ConditionScores { condition, scores: scores(space, &under) }
    };
    conditions.iter().map(of).collect()
}
