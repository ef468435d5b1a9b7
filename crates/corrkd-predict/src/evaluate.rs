//! A finished network on the labelled samples of a fold, under any conditions, without training.

use corrkd_config::{Condition, LabelSpace, Mechanism};
use corrkd_data::{DataError, DataStatistics, Fold, Located, Progress, Split, labelled};
use corrkd_record::{Answer, ConditionScores, Prediction, scores};
use corrkd_train::{Context, predict};
use std::sync::Arc;

use crate::{PredictError, Predictor};

impl Predictor {
    /// The scores on a fold of a data set, whose frames are as wide and whose labels are of the same kind as the run's; what
    /// a condition leaves to chance is drawn by the run's seed, as in its own test. What a condition takes from training
    /// samples (their noise, means and words) it takes from that data set's training fold.
    ///
    /// # Errors
    /// [`PredictError`]: the labels are of another kind, the fold is empty, a condition concerns nothing that the data set
    /// has, or the data cannot be read.
    pub fn evaluate(
        &self,
        located: &Located,
        fold: Fold,
        conditions: &[Condition],
        progress: &Progress<'_>,
    ) -> Result<Vec<ConditionScores>, PredictError> {
        let finished = self.finished();
        let context = &finished.context;
        let labels = located.recipe.labels.kind.labels();
        let other = || {
            let (expected, got) = (context.space.labels().to_string(), labels.to_string());
            PredictError::Labels { recipe: located.name.clone(), expected, got }
        };
        let space = LabelSpace::new(context.space.task(), &labels).ok();
        let space = space.filter(|space| space.is_answered_as(&context.space)).ok_or_else(other)?;
        let read = |fold| -> Result<Split, PredictError> {
            let split = labelled(&finished.preparation, located, fold, progress)?;
            match split.samples.is_empty() {
                true => Err(DataError::EmptySplit { fold }.into()),
                false => Ok(split),
            }
        };
        let split = read(fold)?;
        let train = match conditions.iter().any(asks_for_training_samples) {
            true => read(Fold::Train)?,
            false => Split::default(),
        };
        let (has, words) = (located.recipe.presence(), located.recipe.has_words());
        let statistics = DataStatistics::new(has, labels.range(), context.widths, train, words);
        if let Some(condition) = conditions.iter().find(|condition| !statistics.concerns(condition)) {
            return Err(PredictError::Condition { recipe: located.name.clone(), condition: Box::new(*condition) });
        }
        let context = Context { statistics: Arc::new(statistics), ..context.clone() };
        let seed = finished.result.spec.seed;
        let of = |&condition: &Condition| {
            let answers = predict(&*finished.model, &split, condition, seed, &context)?.answers;
            // Some methods regress whatever the task asks of a score, and what they answer is one on their own scale.
            if space != context.space && answers.iter().any(|answer| matches!(answer, Answer::Score(_))) {
                return Err(other());
            }
            let predictions: Vec<Prediction> = split
                .samples
                .iter()
                .zip(answers)
                .map(|(sample, answer)| Prediction {
                    condition: String::new(),
                    id: sample.id.clone(),
                    label: sample.label,
                    category: space.category(sample.label),
                    answer,
                })
                .collect();
            let predictions: Vec<&Prediction> = predictions.iter().collect();
            Ok(ConditionScores { condition, scores: scores(&space, &predictions) })
        };
        conditions.iter().map(of).collect()
    }
}

/// Whether what happens to frames depends on those of training samples.
fn asks_for_training_samples(condition: &Condition) -> bool {
    let asks = |mechanism| matches!(mechanism, Mechanism::Noise | Mechanism::Mean | Mechanism::Words);
    condition.damage.iter().any(|(_, damage)| damage.is_some_and(|damage| asks(damage.mechanism)))
}
