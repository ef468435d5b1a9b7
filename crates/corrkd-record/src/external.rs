//! Another program's predictions: a CSV file as people write them.
//!
//! A header, and a line for each sample under each condition, with commas, semicolons or tabs between cells. Columns, in any
//! order: `id` (or `sample_id`) as the data set has it, `video[3]`; optional `condition` (`lav` where there is none), `seed` (lines
//! of other seeds are passed over), and `label`, which is held against the data set's. Then the answer: `score` (or `pred`,
//! `prediction`) on the data set's scale, or the name of a category; or a probability for each of the task's K categories, which
//! sum to one, in columns called as these are (`positive`, or `p_positive` as `corrkd predict` has it) or `r0`, .., `r{K-1}`; or
//! `p0`, .., `p{N-1}`, one for each target.

use crate::digest::hash;
use crate::{Answer, Prediction, RecordError};
use corrkd_config::{Condition, LabelSpace, Task};
use corrkd_system::{from_cell, read};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// More than any predictions take.
const LIMIT: u64 = 1 << 31;
/// How far probabilities may be from a sum of one, and a label from the data set's: people round.
const ROUNDING: f64 = 2e-3;
/// Names of samples in a message.
const SOME: usize = 3;

/// What stands for the version of the code in a run of such predictions; another reading of the files is another version.
pub const EXTERNAL_CODE: &str = "predictions-2";

/// What such a file says of one seed.
#[derive(Clone, Debug, PartialEq)]
pub struct External {
    path: PathBuf,
    /// BLAKE3 of the file.
    pub digest: String,
    /// By condition, in the file's order: the answer for each sample.
    answers: Vec<(Condition, BTreeMap<String, Answer>)>,
    labels: BTreeMap<String, f32>,
}

impl External {
    /// Reads what a file says of a seed, for a task.
    ///
    /// # Errors
    /// [`RecordError::External`] with the line, what was expected and what to do; [`RecordError::Io`].
    pub fn read(path: &Path, space: &LabelSpace, seed: u64) -> Result<Self, RecordError> {
        let bytes = read(path, LIMIT).map_err(RecordError::io(path, "read the predictions"))?;
        let digest = hash(&bytes);
        let fault = |reason: String| RecordError::External { path: path.to_owned(), reason };
        let text = String::from_utf8(bytes).map_err(|_| fault("not UTF-8; save it anew in UTF-8".to_owned()))?;
        // The reader counts a line too few where lines end as on Windows.
        let text = text.replace("\r\n", "\n");
        let header = text.lines().next().unwrap_or_default();
        let delimiter = ['\t', ';'].into_iter().find(|&delimiter| header.contains(delimiter)).unwrap_or(',') as u8;
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes());
        let header = reader.headers().map_err(|e| fault(e.to_string()))?;
        let columns = Columns::read(header, space).map_err(&fault)?;
        let mut external = Self { path: path.to_owned(), digest, answers: Vec::new(), labels: BTreeMap::new() };
        for cells in reader.records() {
            let cells = cells.map_err(|e| fault(e.to_string()))?;
            let line = cells.position().map_or(0, csv::Position::line);
            let at = |reason: String| fault(format!("line {line}: {reason}"));
            if columns.is_of(&cells, seed).map_err(at)? {
                external.take(&columns, &cells, space).map_err(at)?;
            }
        }
        match external.answers.is_empty() {
            true => Err(fault(format!("it has no line of seed {seed}"))),
            false => Ok(external),
        }
    }

    fn take(&mut self, columns: &Columns, cells: &csv::StringRecord, space: &LabelSpace) -> Result<(), String> {
        let id = from_cell(&cells[columns.id]).to_owned();
        let condition = match columns.condition {
            Some(column) => cells[column].parse::<Condition>().map_err(|e| e.to_string())?,
            None => Condition::COMPLETE,
        };
        if let Some(column) = columns.label {
            // Of categories a name would do as well; what is no number is not compared.
            self.labels.extend(cells[column].parse().ok().map(|label: f32| (id.clone(), label)));
        }
        let answer = columns.answer(cells, space)?;
        let place = match self.answers.iter().position(|(of, _)| *of == condition) {
            Some(place) => place,
            None => {
                self.answers.push((condition, BTreeMap::new()));
                self.answers.len() - 1
            }
        };
        match self.answers[place].1.insert(id.clone(), answer) {
            None => Ok(()),
            Some(_) => Err(format!("`{id}` is there twice under {condition}")),
        }
    }

    /// The predictions for the samples of a test split, under every condition that the file has. `elsewhere` are names of
    /// samples that may be in the file and are not asked for, as those of other folds.
    ///
    /// # Errors
    /// [`RecordError::External`] for a sample that is lacking or unknown, or that has another label.
    pub fn predictions(
        &self,
        space: &LabelSpace,
        samples: &[(&str, f32)],
        elsewhere: &BTreeSet<&str>,
    ) -> Result<Vec<Prediction>, RecordError> {
        let fault = |reason: String| RecordError::External { path: self.path.clone(), reason };
        let known: BTreeSet<&str> = samples.iter().map(|&(id, _)| id).collect();
        let mut predictions = Vec::with_capacity(samples.len() * self.answers.len());
        for (condition, answers) in &self.answers {
            let ids = answers.keys().map(String::as_str);
            let unknown: Vec<&str> = ids.filter(|id| !known.contains(id) && !elsewhere.contains(id)).collect();
            if !unknown.is_empty() {
                return Err(fault(format!(
                    "under {condition} {} are no test samples of the data set, which has {}, such as {}",
                    some(&unknown),
                    samples.len(),
                    some(&known.iter().take(1).copied().collect::<Vec<_>>())
                )));
            }
            let lacking: Vec<&str> = known.iter().filter(|id| !answers.contains_key(**id)).copied().collect();
            if !lacking.is_empty() {
                return Err(fault(format!(
                    "under {condition} there is no prediction for {} of {} test samples: {}; predict each once",
                    lacking.len(),
                    samples.len(),
                    some(&lacking)
                )));
            }
            predictions.extend(samples.iter().map(|&(id, label)| Prediction {
                condition: condition.to_string(),
                id: id.to_owned(),
                label,
                category: space.category(label),
                answer: answers[id].clone(),
            }));
        }
        let other = |&&(id, label): &&(&str, f32)| {
            self.labels.get(id).is_some_and(|&own| f64::from((own - label).abs()) > ROUNDING)
        };
        match samples.iter().find(other) {
            None => Ok(predictions),
            Some((id, label)) => Err(fault(format!(
                "`{id}` has the label {}, and {label} in the data set: these are predictions for other data; leave the column \
                 out if it holds something else",
                self.labels[*id]
            ))),
        }
    }

    /// The conditions that it has answers under, in its order.
    #[must_use]
    pub fn conditions(&self) -> Vec<Condition> {
        self.answers.iter().map(|&(condition, _)| condition).collect()
    }
}

/// Which column holds what.
struct Columns {
    id: usize,
    condition: Option<usize>,
    seed: Option<usize>,
    label: Option<usize>,
    answer: Kind,
}

enum Kind {
    Categories(Vec<usize>),
    Targets(Vec<usize>),
    Score(usize),
}

impl Columns {
    fn read(header: &csv::StringRecord, space: &LabelSpace) -> Result<Self, String> {
        let names: Vec<String> = header.iter().map(|name| name.trim_start_matches('\u{feff}').to_lowercase()).collect();
        let of = |names_of: &[&str]| names.iter().position(|name| names_of.contains(&name.as_str()));
        let id = of(&["id", "sample_id"]).ok_or_else(|| format!("it has no column `id`, only {}", names.join(", ")))?;
        let (condition, seed, label) = (of(&["condition"]), of(&["seed"]), of(&["label", "category"]));
        let numbered = |letter: char, count: usize| {
            (0..count).map(|n| of(&[&format!("{letter}{n}")])).collect::<Option<Vec<usize>>>()
        };
        let of_category = |name: &String| {
            let name = name.to_lowercase();
            of(&[&name, &format!("p_{name}")])
        };
        let named = || categories(space).iter().map(of_category).collect::<Option<Vec<usize>>>();
        let score = of(&["score", "pred", "prediction"]);
        let shares = numbered('r', space.categories()).or_else(|| named().filter(|columns| !columns.is_empty()));
        let answer = match (shares, numbered('p', space.targets().len()), score) {
            (Some(columns), ..) => Kind::Categories(columns),
            (None, Some(columns), _) => Kind::Targets(columns),
            (None, None, Some(column)) => Kind::Score(column),
            (None, None, None) => {
                return Err(format!(
                    "it has no answers, only {}; expected `score`, or a probability for each of {} categories, in columns \
                     called {} or r0 to r{}, or for each of {} targets, p0 ..",
                    names.join(", "),
                    space.categories(),
                    space.names().join(", "),
                    space.categories() - 1,
                    space.targets().len()
                ));
            }
        };
        Ok(Self { id, condition, seed, label, answer })
    }

    /// Whether a line is of a seed.
    fn is_of(&self, cells: &csv::StringRecord, seed: u64) -> Result<bool, String> {
        let Some(column) = self.seed else { return Ok(true) };
        let own: u64 = cells[column].parse().map_err(|_| format!("`{}` is not a seed", &cells[column]))?;
        Ok(own == seed)
    }

    fn answer(&self, cells: &csv::StringRecord, space: &LabelSpace) -> Result<Answer, String> {
        let number = |column: usize| {
            let number = cells[column].parse::<f32>().ok().filter(|number| number.is_finite());
            number.ok_or_else(|| format!("`{}` is not a finite number", &cells[column]))
        };
        let shares = |columns: &[usize]| {
            let shares = columns.iter().map(|&column| number(column)).collect::<Result<Vec<f32>, _>>()?;
            match shares.iter().find(|share| !(0.0..=1.0).contains(*share)) {
                None => Ok(shares),
                Some(share) => Err(format!("{share} is not a probability")),
            }
        };
        match &self.answer {
            Kind::Targets(columns) => Ok(Answer::Targets(shares(columns)?)),
            Kind::Categories(columns) => {
                let probabilities = shares(columns)?;
                let sum: f64 = probabilities.iter().map(|&p| f64::from(p)).sum();
                if (sum - 1.0).abs() > ROUNDING {
                    return Err(format!("the probabilities of the categories sum to {sum:.4}, expected 1"));
                }
                let score = space.score(&probabilities);
                Ok(Answer::Categories { probabilities, score })
            }
            &Kind::Score(column) => {
                let (said, names) = (&cells[column], categories(space));
                match names.iter().position(|name| name == said) {
                    // Of five or seven steps of a scale a number is a score.
                    Some(place) if !(space.is_score() && said.parse::<f32>().is_ok()) => {
                        let probabilities: Vec<f32> =
                            (0..names.len()).map(|k| f32::from(u8::from(k == place))).collect();
                        let score = space.score(&probabilities);
                        Ok(Answer::Categories { probabilities, score })
                    }
                    _ if space.is_score() => Ok(Answer::Score(number(column)?)),
                    _ => Err(format!("`{said}` is no category of the data set, expected one of {}", names.join(", "))),
                }
            }
        }
    }
}

/// The categories that an answer may name: a regression has none.
fn categories(space: &LabelSpace) -> &[String] {
    if space.task() == Task::Regression { &[] } else { space.names() }
}

/// The first of some names, in a message.
fn some(names: &[&str]) -> String {
    let first: Vec<String> = names.iter().take(SOME).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(SOME) {
        0 => first.join(", "),
        more => format!("{} and {more} others", first.join(", ")),
    }
}
