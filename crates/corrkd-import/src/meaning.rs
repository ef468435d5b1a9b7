//! What labels mean, held against their values: scores on a scale, or categories.
//!
//! - Columns of zeros and ones with exactly one 1 in each row are categories. Several ones in a row, or none, are several
//!   emotions at once: one of the columns has to be chosen.
//! - Whole numbers of which none is below zero are no sentiment: numbers of classes, or points of a questionnaire. Which
//!   of the two has to be said.
//! - Other numbers are scores if they lie on both sides of zero, on the smallest known scale that holds them all. What a
//!   few old files of CMU-MOSEI have beyond 3 (10/3 to 5) becomes 3, and is counted.

use corrkd_config::Cuts;
use std::path::Path;

use crate::ImportError;
use crate::choices::{Choices, LabelValues};
use crate::label::{IEMOCAP, Labels, MOSEI, SENTIMENT};
use crate::split::Split;
use crate::values::Values;

/// Scales of sentiment: CH-SIMS's, and that of CMU-MOSI and CMU-MOSEI.
const SCALES: [[f64; 2]; 2] = [[-1.0, 1.0], [-3.0, 3.0]];
/// The order in which CorrKD counts IEMOCAP's emotions.
const COUNTED: [&str; 4] = ["happy", "sad", "angry", "neutral"];
/// Names and columns that a message lists.
const LISTED: usize = 12;

/// What labels mean.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// Scores in one column.
    Score {
        /// The column.
        column: String,
        /// The least and the greatest score of the scale.
        range: [f64; 2],
        /// The neutral score.
        neutral: f64,
        /// Where the scale is cut, if not by whole steps.
        cuts: Cuts,
        /// Labels beyond the scale, which become its ends.
        beyond: usize,
        /// Whether the scale is the smallest known that holds the labels, and may be a wider one.
        guessed: bool,
    },
    /// Categories with a column each, in the order that they are counted in.
    Columns {
        /// Their names.
        categories: Vec<String>,
    },
    /// Categories by number in one column, from 0.
    Numbers {
        /// The column.
        column: String,
        /// Their names.
        categories: Vec<String>,
        /// Whether they are numbered from 1 in the file.
        from_one: bool,
    },
}

impl Meaning {
    /// That of labels that nobody asks for.
    pub(crate) fn unasked() -> Self {
        let column = SENTIMENT.to_owned();
        Self::Score { column, range: SCALES[1], neutral: 0.0, cuts: Cuts::default(), beyond: 0, guessed: false }
    }

    /// Decides what the labels mean. Names that only the shape of the file gave may change in `splits`, and numbers of
    /// categories are counted from 0 there afterwards.
    ///
    /// # Errors
    /// [`ImportError::Labels`] where the values do not tell or contradict what was said, [`ImportError::Column`] where no
    /// column is as chosen.
    pub(crate) fn decide(path: &Path, splits: &mut [Split<'_>; 3], choices: &Choices) -> Result<Self, ImportError> {
        let columns = columns(splits).to_vec();
        let decision = Decision { path, columns: &columns, choices };
        let chosen = decision.chosen()?;
        let yes_or_no = (0..columns.len()).all(|column| Values::of(splits, column).are_yes_or_no());
        if chosen.is_none() && columns.len() > 1 && yes_or_no {
            decision.one_in_each_row(splits)?;
            let names = decision.column_names()?;
            for split in splits.iter_mut() {
                split.labels.columns.clone_from(&names);
            }
            let categories = match &choices.values {
                Some(LabelValues::Categories(order)) => order.clone(),
                _ if names.iter().eq(IEMOCAP.iter()) => COUNTED.map(str::to_owned).to_vec(),
                _ => names,
            };
            return Ok(Self::Columns { categories });
        }
        let sentiment = columns.iter().position(|name| name == SENTIMENT);
        let column = chosen.or(sentiment).unwrap_or(0);
        let values = Values::of(splits, column);
        match &choices.values {
            Some(LabelValues::Categories(names)) => decision.numbers(splits, column, &values, names),
            Some(LabelValues::Scale([low, neutral, high])) => decision.scores(column, &values, [*low, *high], *neutral),
            // Whether it is this emotion: the others do not matter.
            None if chosen.is_some() && columns.len() > 1 && yes_or_no => {
                let name = &columns[column];
                let categories = vec![format!("not {name}"), name.clone()];
                Ok(Self::Numbers { column: name.clone(), categories, from_one: false })
            }
            None => decision.derived(column, &values),
        }
    }

    /// The column that holds the label, if it is one.
    pub(crate) fn column(&self) -> Option<&str> {
        match self {
            Self::Score { column, .. } | Self::Numbers { column, .. } => Some(column),
            Self::Columns { .. } => None,
        }
    }

    /// Whether each sample of a fold has a label, which takes finite values.
    pub(crate) fn told(&self, labels: &Labels) -> Vec<bool> {
        let column = self.column().and_then(|column| labels.columns.iter().position(|name| name == column));
        let rows = labels.values.chunks(labels.columns.len().max(1));
        rows.map(|row| match column {
            Some(column) => row[column].is_finite(),
            None => row.iter().all(|value| value.is_finite()),
        })
        .collect()
    }

    /// How often each category is the label in a fold; nothing where labels are scores.
    pub(crate) fn counts(&self, labels: &Labels) -> Option<Vec<(String, usize)>> {
        let place = |name: &str| labels.columns.iter().position(|column| column == name);
        let count = |column: &str, number: f64| {
            place(column).map_or(0, |column| labels.column(column).filter(|&value| value == number).count())
        };
        match self {
            Self::Score { .. } => None,
            Self::Columns { categories } => {
                Some(categories.iter().map(|name| (name.clone(), count(name, 1.0))).collect())
            }
            Self::Numbers { column, categories, .. } => {
                let each = categories.iter().enumerate();
                Some(each.map(|(number, name)| (name.clone(), count(column, number as f64))).collect())
            }
        }
    }

    /// What the labels of the training fold lack for a task to be learnt from them.
    pub(crate) fn lacking(&self, labels: &Labels) -> Option<String> {
        match self {
            Self::Score { column, neutral, .. } => {
                let column = labels.columns.iter().position(|name| name == column)?;
                let least = labels.column(column).filter(|value| value.is_finite()).reduce(f64::min)?;
                let greatest = labels.column(column).filter(|value| value.is_finite()).reduce(f64::max)?;
                match (least == greatest, least < *neutral, greatest > *neutral) {
                    (true, ..) => Some(format!("all labels of the training fold are {}", least as f32)),
                    (_, true, true) => None,
                    (_, false, _) => Some(format!("no label of the training fold lies below {neutral}")),
                    (_, _, false) => Some(format!("no label of the training fold lies above {neutral}")),
                }
            }
            _ => {
                let counts = self.counts(labels)?;
                let none: Vec<&str> = counts.iter().filter(|(_, n)| *n == 0).map(|(name, _)| &name[..]).collect();
                match (none.len(), counts.iter().find(|(_, n)| *n > 0)) {
                    (0, _) | (_, None) => None,
                    (lacking, Some((name, _))) if lacking + 1 == counts.len() => {
                        Some(format!("all labels of the training fold are {name}"))
                    }
                    _ => Some(format!("the training fold has no label {}", listed(&none))),
                }
            }
        }
    }
}

/// The label columns, as the first fold that has samples names them.
pub(crate) fn columns<'a>(splits: &'a [Split<'_>; 3]) -> &'a [String] {
    &splits.iter().find(|split| split.count() > 0).unwrap_or(&splits[0]).labels.columns
}

/// A decision on its way.
struct Decision<'a> {
    path: &'a Path,
    columns: &'a [String],
    choices: &'a Choices,
}

impl Decision<'_> {
    fn refused(&self, expected: impl Into<String>, got: impl Into<String>, remedy: String) -> ImportError {
        let (expected, got) = (expected.into(), got.into());
        ImportError::Labels { path: self.path.to_owned(), expected, got, remedy }
    }

    /// The column that the user chose.
    fn chosen(&self) -> Result<Option<usize>, ImportError> {
        let Some(label) = &self.choices.label else { return Ok(None) };
        let by_name = self.columns.iter().position(|name| name == label);
        let by_number = || label.parse().ok().filter(|&number: &usize| number < self.columns.len());
        match by_name.or_else(by_number) {
            Some(column) => Ok(Some(column)),
            None => Err(ImportError::Column { label: label.clone(), columns: self.columns.to_vec() }),
        }
    }

    /// The column to choose, for a message; nothing where there is no other.
    fn another(&self) -> String {
        match self.columns.len() {
            1 => String::new(),
            _ => format!("; or choose another column of {} with --label", listed(self.columns)),
        }
    }

    /// Each row of zeros and ones must have exactly one 1.
    fn one_in_each_row(&self, splits: &[Split<'_>; 3]) -> Result<(), ImportError> {
        let width = self.columns.len();
        let rows = || splits.iter().flat_map(|split| split.labels.values.chunks_exact(width));
        let ones = |row: &[f64]| row.iter().filter(|value| **value == 1.0).count();
        let several = rows().filter(|row| ones(row) > 1).count();
        // A row that says nothing at all is a sample without a label.
        let none = rows().filter(|row| ones(row) == 0 && row.iter().any(|value| value.is_finite())).count();
        if several + none == 0 {
            return Ok(());
        }
        let expected = format!("exactly one 1 in each row of {}", listed(self.columns));
        let got = format!("several in {several} and none in {none} of {} rows", rows().count());
        // IEMOCAP's first column is `neutral`; a question of interest is another.
        let example = self.columns.get(1).unwrap_or(&self.columns[0]);
        let remedy = format!(
            "several emotions at once are several questions: choose the column of one with --label, such as --label {example}"
        );
        Err(self.refused(expected, got, remedy))
    }

    /// Names of categories that have a column each, in the columns' order.
    fn column_names(&self) -> Result<Vec<String>, ImportError> {
        match &self.choices.values {
            // Their order alone is said: the columns have these names.
            Some(LabelValues::Categories(names)) if self.are_columns(names) => Ok(self.columns.to_vec()),
            Some(LabelValues::Categories(names)) if names.len() != self.columns.len() || !self.can_be(names) => {
                let got = format!("{} in --categories ({})", names.len(), listed(names));
                let expected =
                    format!("a name for each of the {} label columns {}", self.columns.len(), listed(self.columns));
                Err(self.refused(expected, got, "name each of them once".to_owned()))
            }
            Some(LabelValues::Categories(names)) => Ok(names.clone()),
            Some(LabelValues::Scale(_)) => {
                let got = format!("exactly one 1 in each row of {}, which are categories", listed(self.columns));
                let remedy = "leave --scale out, or choose one column with --label".to_owned();
                Err(self.refused("scores for --scale", got, remedy))
            }
            // Seven columns are CMU-MOSEI's if the first is a score, which none is here.
            None if self.columns.iter().eq(MOSEI.iter()) => {
                Ok((0..MOSEI.len()).map(|column| format!("label_{column}")).collect())
            }
            None => Ok(self.columns.to_vec()),
        }
    }

    /// Whether these are the names of the columns, in any order.
    fn are_columns(&self, names: &[String]) -> bool {
        names.len() == self.columns.len() && names.iter().all(|name| self.columns.contains(name))
    }

    /// Whether the columns can be called so: the file has no names for them, but only their number or shape.
    fn can_be(&self, names: &[String]) -> bool {
        let numbered = |(column, name): (usize, &String)| *name == format!("label_{column}");
        let by_shape = self.columns.iter().eq(MOSEI.iter()) || self.columns.iter().eq(IEMOCAP.iter());
        let others = names.iter().all(|name| !self.columns.contains(name));
        self.columns.iter().enumerate().all(numbered) || (by_shape && others)
    }

    /// Categories by number in one column.
    fn numbers(
        &self,
        splits: &mut [Split<'_>; 3],
        column: usize,
        values: &Values,
        names: &[String],
    ) -> Result<Meaning, ImportError> {
        let Values { least, greatest, .. } = *values;
        if !values.are_whole() || least < 0.0 {
            let remedy = "leave --categories out, or give the scale of scores with --scale LOW,NEUTRAL,HIGH".to_owned();
            let expected = format!("numbers of categories in column `{}` for --categories", self.columns[column]);
            return Err(self.refused(expected, self.seen(values), remedy + &self.another()));
        }
        let from_one = greatest as usize == names.len() && least >= 1.0;
        if greatest as usize >= names.len() && !from_one {
            let got = format!("{} names in --categories ({})", names.len(), listed(names));
            let expected = format!("a name for each category, whose numbers are {least} to {greatest}");
            return Err(self.refused(expected, got, "name all of them, in the order of their numbers".to_owned()));
        }
        let name = match &self.columns[column] {
            // Which it was called only because it was the one column.
            name if name == SENTIMENT && self.columns.len() == 1 => "category".to_owned(),
            name => name.clone(),
        };
        for split in splits.iter_mut().filter(|split| split.count() > 0) {
            let labels = &mut split.labels;
            let width = labels.columns.len();
            labels.columns[column].clone_from(&name);
            if from_one {
                labels.values.iter_mut().skip(column).step_by(width).for_each(|value| *value -= 1.0);
            }
        }
        Ok(Meaning::Numbers { column: name, categories: names.to_vec(), from_one })
    }

    /// Scores on the scale that the user gave.
    fn scores(&self, column: usize, values: &Values, range: [f64; 2], neutral: f64) -> Result<Meaning, ImportError> {
        let Some(beyond) = values.beyond(range, neutral) else {
            let [low, high] = range;
            let beyond = values.finite.iter().filter(|value| !(low..=high).contains(*value)).count();
            let got = format!("{}; {beyond} lie outside", self.seen(values));
            let expected = format!("scores in [{low}, {high}] in column `{}`", self.columns[column]);
            return Err(self.refused(expected, got, "give a --scale that holds them".to_owned() + &self.another()));
        };
        let cuts = if range == SCALES[0] && neutral == 0.0 { self.cuts(values) } else { Cuts::default() };
        Ok(Meaning::Score { column: self.columns[column].clone(), range, neutral, cuts, beyond, guessed: false })
    }

    /// Scores on a scale that their values tell.
    fn derived(&self, column: usize, values: &Values) -> Result<Meaning, ImportError> {
        let Values { least, greatest, .. } = *values;
        let name = self.columns[column].clone();
        if values.finite.is_empty() {
            let range = SCALES[1];
            return Ok(Meaning::Score {
                column: name,
                range,
                neutral: 0.0,
                cuts: Cuts::default(),
                beyond: 0,
                guessed: true,
            });
        }
        if least >= 0.0 {
            let low = least.floor().min(greatest.ceil() - 1.0);
            let (middle, high) = ((low + greatest.ceil()) / 2.0, greatest.ceil());
            let scale = format!("--scale LOW,NEUTRAL,HIGH, such as --scale {low},{middle},{high}");
            let remedy = if values.are_whole() {
                let names: Vec<String> = (0..=(greatest as usize).min(LISTED)).map(|k| format!("NAME{k}")).collect();
                let more = if greatest as usize > LISTED { ",..." } else { "" };
                let names = if names.len() > 1 { names.join(",") } else { "NAME0,NAME1".to_owned() };
                format!(
                    "name the categories in the order of their numbers with --categories {names}{more}, or say that \
                         they are scores with {scale}"
                )
            } else {
                format!("give their scale with {scale}")
            };
            let expected = format!("scores with both signs in column `{name}`, or a column for each category");
            return Err(self.refused(expected, self.seen(values), remedy + &self.another()));
        }
        let holding = SCALES.into_iter().find(|[low, high]| *low <= least && greatest <= *high);
        let range = holding.unwrap_or(SCALES[1]);
        let Some(beyond) = values.beyond(range, 0.0) else {
            let most = least.abs().max(greatest).ceil();
            let remedy = format!("give their scale with --scale LOW,NEUTRAL,HIGH, such as --scale -{most},0,{most}");
            let expected = format!("scores in [-3, 3] in column `{name}`");
            return Err(self.refused(expected, self.seen(values), remedy + &self.another()));
        };
        let cuts = if range == SCALES[0] { self.cuts(values) } else { Cuts::default() };
        let guessed = range == SCALES[0] && cuts == Cuts::default();
        Ok(Meaning::Score { column: name, range, neutral: 0.0, cuts, beyond, guessed })
    }

    /// CH-SIMS's cuts for scores in [-1, 1] that look like its: with labels of single modalities beside them, or in tenths.
    fn cuts(&self, values: &Values) -> Cuts {
        let single = ["language", "audio", "vision"];
        let beside = single.iter().all(|modality| self.columns.iter().any(|column| column == modality));
        if !beside && !values.are_tenths() {
            return Cuts::default();
        }
        Cuts { binary: Some([0.0]), ternary: Some([-0.1, 0.1]), five: Some([-0.7, -0.1, 0.1, 0.7]), seven: None }
    }

    /// The values in a message.
    fn seen(&self, values: &Values) -> String {
        let Values { least, greatest, distinct, .. } = values;
        let kind = if values.are_whole() { "whole numbers" } else { "numbers" };
        format!("{kind} from {} to {}, {distinct} different", *least as f32, *greatest as f32)
    }
}

/// Names in a message, not all if they are many.
pub(crate) fn listed(names: &[impl AsRef<str>]) -> String {
    let some: Vec<&str> = names.iter().take(LISTED).map(AsRef::as_ref).collect();
    let more = if names.len() > LISTED { ", ..." } else { "" };
    some.join(", ") + more
}
