//! `predictions.csv`: every test sample under every condition, so that a new metric never needs retraining.
//!
//! Columns: `condition, id, label, category`, then the answer's: `r0, .., r{K-1}` and, where the task gives one, `score`; or
//! `score` alone of a network that regresses; or `p0, .., p{N-1}` of one that answers to each target. Numbers are written
//! with the fewest digits that read back to the same bits.

use crate::lines::{self, Lines};
use crate::{Answer, RecordError};
use corrkd_system::cell;
use std::path::Path;

/// A test sample under a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The condition, as [`Condition`](corrkd_config::Condition) is written: `lav`, `lav@0.3`.
    pub condition: String,
    /// The sample.
    pub id: String,
    /// The true label: a sentiment score, or the category's place.
    pub label: f32,
    /// The true category, 0..K.
    pub category: usize,
    /// What the network answers.
    pub answer: Answer,
}

const FIXED: [&str; 4] = ["condition", "id", "label", "category"];

impl Prediction {
    /// Writes predictions whose answers all have one shape, replacing the file at once; the hash of its bytes.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] for answers of different shapes; [`RecordError::Io`].
    pub fn write(path: &Path, predictions: &[Self]) -> Result<String, RecordError> {
        let columns = |p: &Self| Shape::of(&p.answer).columns();
        let expected = predictions.first().map_or_else(Vec::new, columns);
        if let Some(p) = predictions.iter().find(|p| columns(p) != expected) {
            let reason = format!("{} under {}: an answer of another shape than the first", p.id, p.condition);
            return Err(RecordError::damaged(path, reason));
        }
        let line = |p: &Self| {
            // `{:?}` gives an exponent to tiny and huge numbers, and a sign to -0.
            let numbers = p.answer.numbers().into_iter().map(|number| format!("{number:?}"));
            let fixed =
                [p.condition.clone(), cell(&p.id).into_owned(), format!("{:?}", p.label), p.category.to_string()];
            fixed.into_iter().chain(numbers).collect()
        };
        lines::write(path, header(&expected), predictions.iter().map(line))
    }

    /// Reads predictions from a file whose bytes have the hash `expected`.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] for another hash, or with the line; [`RecordError::Io`].
    pub fn read(path: &Path, expected: &str) -> Result<Vec<Self>, RecordError> {
        let lines = Lines::open(path, expected)?;
        let shape = Shape::read(lines.header.get(FIXED.len()..).unwrap_or_default());
        lines.read(&header(&shape.columns()), |line| {
            let number = |place: usize| line.number(FIXED.len() + place);
            let numbers = |count: usize| (0..count).map(number).collect::<Result<Vec<f32>, _>>();
            Ok(Self {
                condition: line.text(0),
                id: line.text(1),
                label: line.number(2)?,
                category: line.value(3, "a category")?,
                answer: match shape {
                    Shape::Categories { count, scored } => Answer::Categories {
                        probabilities: numbers(count)?,
                        score: scored.then(|| number(count)).transpose()?,
                    },
                    Shape::Score => Answer::Score(number(0)?),
                    Shape::Targets { count } => Answer::Targets(numbers(count)?),
                },
            })
        })
    }
}

/// Which columns an answer has.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Categories { count: usize, scored: bool },
    Score,
    Targets { count: usize },
}

impl Shape {
    fn of(answer: &Answer) -> Self {
        match answer {
            Answer::Categories { probabilities, score } => {
                Self::Categories { count: probabilities.len(), scored: score.is_some() }
            }
            Answer::Score(_) => Self::Score,
            Answer::Targets(probabilities) => Self::Targets { count: probabilities.len() },
        }
    }

    /// The shape that these columns look most like.
    fn read(columns: &[String]) -> Self {
        let scored = columns.last().is_some_and(|name| name == "score");
        match columns {
            [_] if scored => Self::Score,
            [first, ..] if first == "p0" => Self::Targets { count: columns.len() },
            _ => Self::Categories { count: columns.len() - usize::from(scored), scored },
        }
    }

    fn columns(self) -> Vec<String> {
        let score = || "score".to_owned();
        match self {
            Self::Categories { count, scored } => {
                (0..count).map(|k| format!("r{k}")).chain(scored.then(score)).collect()
            }
            Self::Score => vec![score()],
            Self::Targets { count } => (0..count).map(|n| format!("p{n}")).collect(),
        }
    }
}

fn header(answer: &[String]) -> Vec<String> {
    FIXED.into_iter().map(str::to_owned).chain(answer.iter().cloned()).collect()
}
