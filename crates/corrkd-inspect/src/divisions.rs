//! How many labels are in each category: of a recipe's own categories, or of the divisions of its scale.

use corrkd_config::{Labels, Scale, Ways};
use corrkd_csd::Entry;
use corrkd_data::{Fold, LabelFile};
use serde::Serialize;
use std::collections::BTreeMap;

/// A division of all labels, and how many are in each of its categories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Division {
    /// Into how many categories.
    pub ways: usize,
    /// The categories in order, the lowest scores first.
    pub categories: Vec<Category>,
}

/// One category: all its rows, also those that no sample is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Category {
    /// Its name.
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

impl Category {
    /// The rows of one fold's videos.
    #[must_use]
    pub const fn fold(&self, fold: Fold) -> usize {
        match fold {
            Fold::Train => self.train,
            Fold::Valid => self.valid,
            Fold::Test => self.test,
        }
    }
}

impl Division {
    fn of(names: Vec<String>) -> Self {
        let empty = |name| Category { name, all: 0, train: 0, valid: 0, test: 0 };
        Self { ways: names.len(), categories: names.into_iter().map(empty).collect() }
    }

    /// The category that most labels of the training fold are in, the first of equals.
    #[must_use]
    pub fn most_frequent(&self) -> Option<&Category> {
        self.categories.iter().rev().max_by_key(|category| category.train)
    }

    /// The labels of one fold.
    #[must_use]
    pub fn rows(&self, fold: Fold) -> usize {
        self.categories.iter().map(|category| category.fold(fold)).sum()
    }
}

/// Labels being counted.
pub(crate) struct DivisionCount<'a> {
    file: &'a LabelFile,
    /// Nothing where labels are categories.
    scale: Option<Scale>,
    divisions: Vec<Division>,
    /// For each video the labels in each category of the coarsest division.
    videos: BTreeMap<String, Vec<usize>>,
}

impl<'a> DivisionCount<'a> {
    /// Nothing yet.
    pub(crate) fn of(file: &'a LabelFile) -> Self {
        match file.kind.labels() {
            Labels::Categories(names) => {
                Self { file, scale: None, divisions: vec![Division::of(names)], videos: BTreeMap::new() }
            }
            Labels::Score(scale) => {
                let divided = Ways::ALL.into_iter().filter(|&ways| scale.is_divided(ways));
                let divisions = divided.map(|ways| Division::of(scale.names(ways))).collect();
                Self { file, scale: Some(scale), divisions, videos: BTreeMap::new() }
            }
        }
    }

    /// Adds the rows of an entry of a video, which is in `fold`; those without a label that can be used are left out.
    pub(crate) fn add(&mut self, video: &str, entry: &Entry, fold: Option<Fold>) {
        let columns = self.file.columns.len();
        let Some(rows) = entry.features.clone().into_f32().filter(|rows| rows.width() == columns) else { return };
        for label in rows.values.chunks_exact(columns).filter_map(|row| self.file.label(row)) {
            for (number, division) in self.divisions.iter_mut().enumerate() {
                let place = match &self.scale {
                    None => Some(label.value as usize),
                    Some(scale) => {
                        let ways = Ways::ALL.into_iter().find(|ways| ways.categories() == division.ways);
                        ways.and_then(|ways| scale.division(ways, label.value))
                    }
                };
                let Some((place, category)) =
                    place.and_then(|place| Some((place, division.categories.get_mut(place)?)))
                else {
                    continue;
                };
                if number == 0 {
                    self.videos.entry(video.to_owned()).or_insert_with(|| vec![0; division.ways])[place] += 1;
                }
                category.all += 1;
                match fold {
                    Some(Fold::Train) => category.train += 1,
                    Some(Fold::Valid) => category.valid += 1,
                    Some(Fold::Test) => category.test += 1,
                    None => {}
                }
            }
        }
    }

    /// The only category that all labels of some videos are in; nothing where there are several, or no labels.
    pub(crate) fn only(&self, videos: &[String]) -> Option<&str> {
        let categories = &self.divisions.first()?.categories;
        let occurs =
            |place: usize| videos.iter().any(|video| self.videos.get(video).is_some_and(|counts| counts[place] > 0));
        let mut held = categories.iter().enumerate().filter(|(place, _)| occurs(*place)).map(|(_, c)| c.name.as_str());
        held.next().filter(|_| held.next().is_none())
    }

    /// The categories where labels are these, and the divisions where they are scores.
    pub(crate) fn finish(self) -> (Option<Vec<Category>>, Vec<Division>) {
        match self.scale {
            None => (self.divisions.into_iter().next().map(|division| division.categories), Vec::new()),
            Some(_) => (None, self.divisions),
        }
    }
}
