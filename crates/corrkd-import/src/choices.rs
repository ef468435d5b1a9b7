//! What the user says of a file that its values do not tell.

use corrkd_data::Zeros;

/// What the user says of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices {
    /// The column that is the label: its name, or its number from 0. Without it the sentiment, else the first.
    pub label: Option<String>,
    /// What the label's values are, where they do not tell.
    pub values: Option<LabelValues>,
    /// What a frame of zeros is. Without it, it is missing in a modality that is zero in all frames of some sample, and
    /// data in others.
    pub zeros: Option<Zeros>,
    /// Labels are not asked for: they may be absent, folds too, and are zero.
    pub unlabelled: bool,
}

/// What the label's values are.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelValues {
    /// Categories with these names: a column each, in the columns' order, or one column of their numbers, from 0 or 1.
    Categories(Vec<String>),
    /// Scores on a scale: the least, the neutral and the greatest.
    Scale([f64; 3]),
}
