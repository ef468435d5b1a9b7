//! The signs that a run predicts, from its `predictions.csv`: for each condition, whether each test sample is called
//! positive, with the samples in the order of their names.

use crate::ReportError;
use corrkd_config::Task;
use corrkd_record::{Prediction, RecordError};
use std::collections::BTreeMap;
use std::path::Path;

/// A test sample: its name, and its true sentiment score.
pub(crate) type Sample = (String, f32);

/// What a run predicts of N samples.
pub(crate) struct Signs {
    /// The samples, N.
    pub(crate) samples: Vec<Sample>,
    /// By condition, true where a sample is called positive, N.
    pub(crate) positive: BTreeMap<String, Vec<bool>>,
}

impl Signs {
    /// Reads the predictions of a run with this task.
    pub(crate) fn read(path: &Path, task: Task) -> Result<Self, ReportError> {
        let damaged = |reason: String| RecordError::Damaged { path: path.to_owned(), reason };
        let mut predictions = Prediction::read(path)?;
        predictions.sort_by(|a, b| (&a.condition, &a.id).cmp(&(&b.condition, &b.id)));
        let mut signs: Option<Self> = None;
        for of_condition in predictions.chunk_by(|a, b| a.condition == b.condition) {
            let condition = &of_condition[0].condition;
            if of_condition.iter().any(|p| p.response.len() != task.categories()) {
                return Err(
                    damaged(format!("a response under {condition} has not {} numbers", task.categories())).into()
                );
            }
            let samples: Vec<Sample> = of_condition.iter().map(|p| (p.id.clone(), p.label)).collect();
            let positive = of_condition.iter().map(|p| task.positive(&p.response) > 0.5).collect();
            let signs = signs.get_or_insert_with(|| Self { samples: samples.clone(), positive: BTreeMap::new() });
            if !same(&signs.samples, &samples) {
                let first = &predictions[0].condition;
                return Err(damaged(format!("the samples under {condition} are not those under {first}")).into());
            }
            signs.positive.insert(condition.clone(), positive);
        }
        signs.ok_or_else(|| damaged("it holds no prediction".to_owned()).into())
    }
}

/// Whether two lists hold the same samples with the same labels.
pub(crate) fn same(a: &[Sample], b: &[Sample]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && a.1.to_bits() == b.1.to_bits())
}
