//! The columns of a label sequence, and how their values are spread over the folds.

use corrkd_csd::{Entry, Features};
use corrkd_data::Fold;
use serde::Serialize;
use std::collections::BTreeMap;

use crate::column::Tally;
use crate::divisions::{Category, Division};

/// Wider sequences hold no labels.
const WIDEST: usize = 64;
/// Bins are counted up to this many.
const BINS: usize = 256;

/// The labels of a file: all rows, also those that no sample is made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Labels {
    /// The column that the recipe takes for the label, where that is a score.
    pub column: Option<String>,
    /// The recipe's categories, in its order, where labels are these.
    pub categories: Option<Vec<Category>>,
    /// The divisions that the recipe's scale has, the coarsest first, where labels are scores.
    pub divisions: Vec<Division>,
    /// All columns, in order.
    pub columns: Vec<LabelColumn>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabelColumn {
    /// Its name, of the recipe or the metadata; else its place from 0.
    pub name: String,
    /// All its rows.
    pub all: Spread,
    /// Rows of training videos; nothing where the folds are not known.
    pub train: Option<Spread>,
    /// Rows of validation videos.
    pub valid: Option<Spread>,
    /// Rows of test videos.
    pub test: Option<Spread>,
}

impl LabelColumn {
    /// The rows of one fold.
    #[must_use]
    pub const fn fold(&self, fold: Fold) -> Option<&Spread> {
        match fold {
            Fold::Train => self.train.as_ref(),
            Fold::Valid => self.valid.as_ref(),
            Fold::Test => self.test.as_ref(),
        }
    }
}

/// How values are spread.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// All values.
    pub rows: usize,
    /// Values that are NaN or infinite, also in 32 bits, and in none of the other numbers.
    pub not_finite: usize,
    /// Values below zero.
    pub negative: usize,
    /// Values that are exactly zero.
    pub zero: usize,
    /// Values above zero.
    pub positive: usize,
    /// Values that are whole numbers.
    pub whole: usize,
    /// The least.
    pub min: Option<f64>,
    /// The mean.
    pub mean: Option<f64>,
    /// The greatest.
    pub max: Option<f64>,
    /// Values by the nearest whole number, halves to the even one, as the seven classes of sentiment are made; ascending,
    /// at most 256.
    pub bins: Vec<Bin>,
}

/// Values that round to one whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bin {
    /// The number.
    pub value: i64,
    /// How many.
    pub rows: usize,
}

#[derive(Clone, Default)]
struct Count {
    tally: Tally,
    negative: usize,
    whole: usize,
    bins: BTreeMap<i64, usize>,
}

impl Count {
    fn add(&mut self, value: f64) {
        if !self.tally.add(value) {
            return;
        }
        self.negative += usize::from(value < 0.0);
        self.whole += usize::from(value.fract() == 0.0);
        let bin = value.round_ties_even() as i64;
        if self.bins.len() < BINS || self.bins.contains_key(&bin) {
            *self.bins.entry(bin).or_default() += 1;
        }
    }

    fn spread(&self) -> Spread {
        let column = self.tally.column(0);
        Spread {
            rows: self.tally.rows(),
            not_finite: self.tally.not_finite(),
            negative: self.negative,
            zero: column.zeros,
            positive: column.finite - column.zeros - self.negative,
            whole: self.whole,
            min: column.min,
            mean: column.mean,
            max: column.max,
            bins: self.bins.iter().map(|(&value, &rows)| Bin { value, rows }).collect(),
        }
    }
}

/// Labels being counted.
#[derive(Default)]
pub(crate) struct LabelCount {
    /// For each column all rows and those of each fold.
    columns: Vec<[Count; 4]>,
}

impl LabelCount {
    /// Adds the rows of an entry, whose video is in `fold`; those of other width than the first are left out.
    pub(crate) fn add(&mut self, entry: &Entry, fold: Option<Fold>) {
        let width = entry.features.width();
        if self.columns.is_empty() && entry.features.rows() > 0 && width <= WIDEST {
            self.columns = vec![Default::default(); width];
        }
        if self.columns.len() != width {
            return;
        }
        let mut add = |column: usize, value: f64| {
            let [all, folds @ ..] = &mut self.columns[column];
            all.add(value);
            if let Some(fold) = fold {
                folds[fold as usize].add(value);
            }
        };
        match &entry.features {
            Features::F32(rows) => {
                rows.values.iter().enumerate().for_each(|(i, &value)| add(i % width, f64::from(value)));
            }
            Features::F64(rows) => rows.values.iter().enumerate().for_each(|(i, &value)| add(i % width, value)),
            Features::Texts(_) => {}
        }
    }

    /// The labels, their columns named by `names` where there is one for each.
    pub(crate) fn labels(&self, names: &[String], folds: bool) -> Labels {
        let name = |i: usize| match names.len() == self.columns.len() {
            true => names[i].clone(),
            false => i.to_string(),
        };
        let spread = |count: &Count| folds.then(|| count.spread());
        let columns = self.columns.iter().enumerate().map(|(i, [all, train, valid, test])| LabelColumn {
            name: name(i),
            all: all.spread(),
            train: spread(train),
            valid: spread(valid),
            test: spread(test),
        });
        Labels { column: None, categories: None, divisions: Vec::new(), columns: columns.collect() }
    }
}

/// Whether a sequence of this name holds labels, as far as its name tells.
pub(crate) fn is_labels(root: &str) -> bool {
    root.to_lowercase().contains("label")
}
