//! `predictions.csv`: every test sample under every condition, so that a new metric never needs retraining.
//!
//! Columns: `condition, id, label, category, r0, .., r{K-1}` and, where the task gives one, `score`. Numbers are
//! written with the fewest digits that read back to the same bits.

use crate::{RecordError, replace};
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
        let failed = |e: csv::Error| RecordError::damaged(path, e);
        let (categories, scored) = predictions.first().map_or((0, false), |p| (p.response.len(), p.score.is_some()));
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(header(categories, scored)).map_err(failed)?;
        for p in predictions {
            if p.score.is_some() != scored {
                return Err(RecordError::damaged(
                    path,
                    format!("{} under {}: a score here but not there", p.id, p.condition),
                ));
            }
            // `{:?}` gives an exponent to tiny and huge numbers, and a sign to -0.
            let numbers = p.response.iter().chain(&p.score).map(|number| format!("{number:?}"));
            let fixed = [p.condition.clone(), p.id.clone(), format!("{:?}", p.label), p.category.to_string()];
            writer.write_record(fixed.into_iter().chain(numbers)).map_err(failed)?;
        }
        let text = writer.into_inner().map_err(|e| RecordError::damaged(path, e))?;
        replace(path, &text)
    }

    /// Reads predictions.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] with the line; [`RecordError::Io`].
    pub fn read(path: &Path) -> Result<Vec<Self>, RecordError> {
        let bytes = std::fs::read(path).map_err(RecordError::io(path, "read it"))?;
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let got: Vec<String> =
            reader.headers().map_err(|e| RecordError::damaged(path, e))?.iter().map(str::to_owned).collect();
        let scored = got.last().is_some_and(|name| name == "score");
        let categories = got.len().saturating_sub(FIXED.len() + usize::from(scored));
        let expected = header(categories, scored);
        if got != expected {
            let reason = format!("its columns are {}, expected {}", got.join(","), expected.join(","));
            return Err(RecordError::damaged(path, reason));
        }
        reader
            .records()
            .map(|record| {
                let record = record.map_err(|e| RecordError::damaged(path, e))?;
                let line = record.position().map_or(0, csv::Position::line);
                let number = |column: usize| -> Result<f32, RecordError> {
                    record[column].parse().map_err(|_| {
                        let reason = format!("line {line}: `{}` is not a number", &record[column]);
                        RecordError::damaged(path, reason)
                    })
                };
                let category = record[3].parse().map_err(|_| {
                    RecordError::damaged(path, format!("line {line}: `{}` is not a category", &record[3]))
                })?;
                Ok(Self {
                    condition: record[0].to_owned(),
                    id: record[1].to_owned(),
                    label: number(2)?,
                    category,
                    response: (0..categories).map(|k| number(FIXED.len() + k)).collect::<Result<_, _>>()?,
                    score: scored.then(|| number(FIXED.len() + categories)).transpose()?,
                })
            })
            .collect()
    }
}

fn header(categories: usize, scored: bool) -> Vec<String> {
    let responses = (0..categories).map(|k| format!("r{k}"));
    FIXED.into_iter().map(str::to_owned).chain(responses).chain(scored.then(|| "score".to_owned())).collect()
}
