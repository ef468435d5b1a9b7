//! The yes-no questions that weighted F1 is reported of: whether a sentiment is positive, or for each category whether it
//! is that one. Each has a metric of its own, and lines of its own in the tables.

use corrkd_config::LabelSpace;

/// A question.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    /// Its place among the task's targets.
    pub(crate) index: usize,
    /// The metric of its weighted F1: `f1`, or `f1_happy` where there are several.
    pub(crate) metric: String,
    /// What tells its lines from those of others: `happy`; none where it is the only one.
    pub(crate) name: Option<String>,
    /// The truth for the test samples in the order of their names, N: above 0 yes, below 0 no, 0 neither.
    pub(crate) truth: Vec<f32>,
}

impl Target {
    /// The label of a row's line about this target.
    pub(crate) fn label(&self, row: &str) -> String {
        labelled(row, self.name.as_deref())
    }
}

/// The label of a row's line about something that has a name, or needs none.
pub(crate) fn labelled(row: &str, name: Option<&str>) -> String {
    name.map_or_else(|| row.to_owned(), |name| format!("{row}, {name}"))
}

/// The targets of a task, for the labels of a test split.
pub(crate) fn targets(space: &LabelSpace, labels: &[f32]) -> Vec<Target> {
    let names = space.targets();
    let target = |(index, name): (usize, &String)| Target {
        index,
        metric: if names.len() > 1 { format!("f1_{name}") } else { "f1".to_owned() },
        name: (names.len() > 1).then(|| name.clone()),
        truth: labels.iter().map(|&label| space.truth(index, label)).collect(),
    };
    names.iter().enumerate().map(target).collect()
}
