//! `predictions.csv`: every test sample under every condition, so that a new metric never needs retraining.
//!
//! Columns: `condition, id, label, category, r0, .., r{K-1}` and, where the task gives one, `score`. Numbers are
//! written with the fewest digits that read back to the same bits.

use crate::RecordError;
use crate::lines::{self, Lines};
use std::path::Path;

/// A test sample under a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The condition, as [`Condition`](corrkd_config::Condition) is written: `lav`, `lav@0.3`.
    pub condition: String,
    /// The sample.
    pub id: String,
    /// The true sentiment score, [-3, 3].
    pub label: f32,
    /// The true category, 0..K.
    pub category: usize,
    /// The response: a probability for each of the K categories.
    pub response: Vec<f32>,
    /// The predicted sentiment score, where the task gives any.
    pub score: Option<f32>,
}

const FIXED: [&str; 4] = ["condition", "id", "label", "category"];

impl Prediction {
    /// Writes predictions, all with the same K and all or none with a score, replacing the file at once.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] for predictions of different shapes; [`RecordError::Io`].
    pub fn write(path: &Path, predictions: &[Self]) -> Result<(), RecordError> {
        let (categories, scored) = predictions.first().map_or((0, false), |p| (p.response.len(), p.score.is_some()));
        if let Some(p) = predictions.iter().find(|p| p.score.is_some() != scored) {
            return Err(RecordError::damaged(
                path,
                format!("{} under {}: a score here but not there", p.id, p.condition),
            ));
        }
        let line = |p: &Self| {
            // `{:?}` gives an exponent to tiny and huge numbers, and a sign to -0.
            let numbers = p.response.iter().chain(&p.score).map(|number| format!("{number:?}"));
            let fixed = [p.condition.clone(), p.id.clone(), format!("{:?}", p.label), p.category.to_string()];
            fixed.into_iter().chain(numbers).collect()
        };
        lines::write(path, header(categories, scored), predictions.iter().map(line))
    }

    /// Reads predictions.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] with the line; [`RecordError::Io`].
    pub fn read(path: &Path) -> Result<Vec<Self>, RecordError> {
        let lines = Lines::open(path)?;
        let scored = lines.header.last().is_some_and(|name| name == "score");
        let categories = lines.header.len().saturating_sub(FIXED.len() + usize::from(scored));
        lines.read(&header(categories, scored), |line| {
            Ok(Self {
                condition: line.text(0),
                id: line.text(1),
                label: line.number(2)?,
                category: line.value(3, "a category")?,
                response: (0..categories).map(|k| line.number(FIXED.len() + k)).collect::<Result<_, _>>()?,
                score: scored.then(|| line.number(FIXED.len() + categories)).transpose()?,
            })
        })
    }
}

fn header(categories: usize, scored: bool) -> Vec<String> {
    let responses = (0..categories).map(|k| format!("r{k}"));
    FIXED.into_iter().map(str::to_owned).chain(responses).chain(scored.then(|| "score".to_owned())).collect()
}
