//! What a run answers, from its `predictions.csv`: for each condition and test sample its category, and its answer to
//! each yes-no question that weighted F1 is reported of; with the samples in the order of their names.

use crate::ReportError;
use corrkd_config::{Task, most_probable};
use corrkd_record::{Prediction, RecordError};
use std::collections::BTreeMap;
use std::path::Path;

/// A test sample: its name, and its true label.
pub(crate) type Sample = (String, f32);

/// What a run answers to N samples.
pub(crate) struct Answers {
    /// The samples, N.
    pub(crate) samples: Vec<Sample>,
    /// By condition.
    pub(crate) under: BTreeMap<String, Answered>,
}

/// The answers under one condition.
pub(crate) struct Answered {
    /// The most probable category of each sample, N.
    pub(crate) categories: Vec<usize>,
    /// For each of the task's targets whether the answer is yes, N.
    pub(crate) targets: Vec<Vec<bool>>,
}

impl Answers {
    /// Reads the predictions of a run with this task.
    pub(crate) fn read(path: &Path, task: Task) -> Result<Self, ReportError> {
        let damaged = |reason: String| RecordError::Damaged { path: path.to_owned(), reason };
        let mut predictions = Prediction::read(path)?;
        predictions.sort_by(|a, b| (&a.condition, &a.id).cmp(&(&b.condition, &b.id)));
        let mut answers: Option<Self> = None;
        for of_condition in predictions.chunk_by(|a, b| a.condition == b.condition) {
            let condition = &of_condition[0].condition;
            if of_condition.iter().any(|p| p.response.len() != task.categories()) {
                return Err(
                    damaged(format!("a response under {condition} has not {} numbers", task.categories())).into()
                );
            }
            let samples: Vec<Sample> = of_condition.iter().map(|p| (p.id.clone(), p.label)).collect();
            let answers = answers.get_or_insert_with(|| Self { samples: samples.clone(), under: BTreeMap::new() });
            if !same(&answers.samples, &samples) {
                let first = &predictions[0].condition;
                return Err(damaged(format!("the samples under {condition} are not those under {first}")).into());
            }
            let of_target = |k| of_condition.iter().map(|p| task.answer(k, &p.response)).collect();
            let answered = Answered {
                categories: of_condition.iter().map(|p| most_probable(&p.response)).collect(),
                targets: (0..task.targets().len()).map(of_target).collect(),
            };
            answers.under.insert(condition.clone(), answered);
        }
        answers.ok_or_else(|| damaged("it holds no prediction".to_owned()).into())
    }
}

/// Whether two lists hold the same samples with the same labels.
pub(crate) fn same(a: &[Sample], b: &[Sample]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && a.1.to_bits() == b.1.to_bits())
}
