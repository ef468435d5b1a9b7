//! How many rows of a label sequence are in each of a recipe's categories.

use corrkd_csd::Entry;
use corrkd_data::{Fold, LabelFile, LabelKind};
use serde::Serialize;

/// One category: all its rows, also those that no sample is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Category {
    /// Its name, which is its column's.
    pub name: String,
    /// All its rows.
    pub all: usize,
    /// Rows of training videos.
    pub train: usize,
    /// Rows of validation videos.
    pub valid: usize,
    /// Rows of test videos.
    pub test: usize,
}

/// Categories being counted.
pub(crate) struct CategoryCount<'a> {
    labels: &'a LabelFile,
    categories: Vec<Category>,
}

impl<'a> CategoryCount<'a> {
    /// Nothing yet; `None` where the recipe's labels are scores.
    pub(crate) fn of(labels: &'a LabelFile) -> Option<Self> {
        let LabelKind::Category { categories } = &labels.kind else { return None };
        let empty = |name: &String| Category { name: name.clone(), all: 0, train: 0, valid: 0, test: 0 };
        Some(Self { labels, categories: categories.iter().map(empty).collect() })
    }

    /// Adds the rows of an entry, whose video is in `fold`; those that are in no category are left out.
    pub(crate) fn add(&mut self, entry: &Entry, fold: Option<Fold>) {
        let columns = self.labels.columns.len();
        let Some(rows) = entry.features.clone().into_f32().filter(|rows| rows.width() == columns) else { return };
        for label in rows.values.chunks_exact(columns).filter_map(|row| self.labels.label(row)) {
            let category = &mut self.categories[label.value as usize];
            category.all += 1;
            match fold {
                Some(Fold::Train) => category.train += 1,
                Some(Fold::Valid) => category.valid += 1,
                Some(Fold::Test) => category.test += 1,
                None => {}
            }
        }
    }

    /// The categories in the recipe's order.
    pub(crate) fn finish(self) -> Vec<Category> {
        self.categories
    }
}
