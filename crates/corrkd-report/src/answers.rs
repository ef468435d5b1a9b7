//! What a run answers, from its `predictions.csv`: for each condition and test sample its category, its score, and its
//! answer to each yes-no question that weighted F1 is reported of, with the samples in the order of their names; and what
//! these score. No score is read off `result.json`, which only says which predictions are the run's. The answers of a
//! cross-validation's folds are pooled: together they are those to the whole data set, each sample answered once.

use corrkd_config::{Condition, LabelSpace};
use corrkd_metrics::Scores;
use corrkd_record::{Prediction, RecordError, RunDir, RunResult, scores};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A test sample: its name, and its true label.
pub(crate) type Sample = (String, f32);

/// What a run answers to N samples.
pub(crate) struct Answers {
    /// The samples, N.
    pub(crate) samples: Vec<Sample>,
    /// What it answers under each condition, in the order in which it was judged.
    pub(crate) under: Vec<Answered>,
}

/// The answers under one condition.
pub(crate) struct Answered {
    /// What was missing.
    pub(crate) condition: Condition,
    /// The category of each answer, N.
    pub(crate) categories: Vec<usize>,
    /// The score of each answer, N, where they have any.
    pub(crate) predicted: Option<Vec<f32>>,
    /// For each of the task's targets whether the answer is yes, N.
    pub(crate) targets: Vec<Vec<bool>>,
    /// How well it went.
    pub(crate) scores: Scores,
}

impl Answers {
    /// Reads the predictions of a finished run, if they are those that its result names.
    pub(crate) fn read(dir: &RunDir, result: &RunResult, space: &LabelSpace) -> Result<Self, RecordError> {
        Self::of(&dir.predictions_path(), space, dir.predictions(result)?)
    }

    /// The answers of a cross-validation's folds, pooled, under the conditions that all were judged under; and those of
    /// each fold. Each sample is to be tested once.
    pub(crate) fn pooled(folds: &[(RunDir, &RunResult)], space: &LabelSpace) -> Result<(Self, Vec<Self>), RecordError> {
        let mut of_folds: Vec<Self> = Vec::new();
        let mut all: Vec<Prediction> = Vec::new();
        let mut tested: BTreeSet<String> = BTreeSet::new();
        for (dir, result) in folds {
            let predictions = dir.predictions(result)?;
            let path = dir.predictions_path();
            let fold = Self::of(&path, space, predictions.clone())?;
            if let Some((id, _)) = fold.samples.iter().find(|(id, _)| !tested.insert(id.clone())) {
                let reason = format!("it tests the sample {id}, which another fold tests as well");
                return Err(RecordError::Damaged { path, reason });
            }
            of_folds.push(fold);
            all.extend(predictions);
        }
        all.retain(|p| of_folds.iter().all(|fold| fold.under(&p.condition).is_some()));
        let path = folds.first().map(|(dir, _)| dir.predictions_path()).unwrap_or_default();
        Ok((Self::of(&path, space, all)?, of_folds))
    }

    /// What is answered under a condition, as it is written.
    pub(crate) fn under(&self, condition: &str) -> Option<&Answered> {
        self.under.iter().find(|answered| answered.condition.to_string() == condition)
    }

    fn of(path: &Path, space: &LabelSpace, predictions: Vec<Prediction>) -> Result<Self, RecordError> {
        let damaged = |reason: String| RecordError::Damaged { path: path.to_owned(), reason };
        let mut answers: Option<Self> = None;
        for mut predictions in by_condition(predictions) {
            predictions.sort_by(|a, b| a.id.cmp(&b.id));
            let condition = &predictions[0].condition;
            if !predictions.iter().all(|p| p.answer.fits(space)) {
                return Err(damaged(format!("an answer under {condition} is not one of {}", shapes(space))));
            }
            let known =
                |p: &Prediction| p.category < space.categories() && space.category(p.label) < space.categories();
            if let Some(p) = predictions.iter().find(|p| !known(p)) {
                return Err(damaged(format!("{} is of no category that there is", p.id)));
            }
            if let Some(twice) = predictions.windows(2).find(|two| two[0].id == two[1].id) {
                return Err(damaged(format!("{} is there twice under {condition}", twice[0].id)));
            }
            let samples: Vec<Sample> = predictions.iter().map(|p| (p.id.clone(), p.label)).collect();
            let answered = Answered {
                condition: condition.parse().map_err(|error| damaged(format!("{error}")))?,
                categories: predictions.iter().map(|p| p.answer.category(space)).collect(),
                predicted: predictions.iter().map(|p| p.answer.score()).collect(),
                targets: (0..space.targets().len())
                    .map(|target| predictions.iter().map(|p| p.answer.says_yes(space, target)).collect())
                    .collect(),
                scores: scores(space, &predictions.iter().collect::<Vec<_>>()),
            };
            match &mut answers {
                None => answers = Some(Self { samples, under: vec![answered] }),
                Some(answers) if same(&answers.samples, &samples) => answers.under.push(answered),
                Some(answers) => {
                    let first = answers.under[0].condition;
                    return Err(damaged(format!("the samples under {condition} are not those under {first}")));
                }
            }
        }
        answers.ok_or_else(|| damaged("it holds no prediction".to_owned()))
    }
}

/// The predictions of each condition, in the order in which the conditions first come.
fn by_condition(predictions: Vec<Prediction>) -> Vec<Vec<Prediction>> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<Prediction>> = Vec::new();
    for prediction in predictions {
        match places.get(&prediction.condition) {
            Some(&place) => groups[place].push(prediction),
            None => {
                places.insert(prediction.condition.clone(), groups.len());
                groups.push(vec![prediction]);
            }
        }
    }
    groups
}

/// The shapes that answers to a task may have.
fn shapes(space: &LabelSpace) -> String {
    let [categories, targets] = [space.categories(), space.targets().len()];
    let score = if space.is_score() { ", or a score" } else { "" };
    format!("{categories} probabilities of categories, {targets} of targets{score}")
}

/// Whether two lists hold the same samples with the same labels.
pub(crate) fn same(a: &[Sample], b: &[Sample]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && a.1.to_bits() == b.1.to_bits())
}
