//! The label sequence: its columns, and what label a row of them stands for.

use corrkd_config::{Cuts, Labels, Scale};
use serde::Deserialize;

use super::files::Download;

/// The label sequence.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Keys")]
pub struct LabelFile {
    /// The file's name in the data folder.
    pub file: String,
    /// Accepted names of the sequence, letter case and punctuation aside; any name where empty.
    pub roots: Vec<String>,
    /// Where the file can be downloaded.
    pub url: Option<String>,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: Option<String>,
    /// The names of the file's columns, in order.
    pub columns: Vec<String>,
    /// Which of them are the label, and how.
    pub kind: LabelKind,
}

/// What labels are.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelKind {
    /// The value of one column.
    Score {
        /// The column's name.
        column: String,
        /// Least, greatest and neutral label, and how the scale is divided.
        scale: Scale,
        /// What becomes of a label outside the range.
        outside: Outside,
    },
    /// One of several categories. The label is the category's place in this list.
    Category {
        /// The categories' names. Each is a column that is 1 where it holds and else 0; the file may have them in another
        /// order.
        categories: Vec<String>,
        /// The one column that holds the category's number instead, from 0 in the order of the list.
        column: Option<String>,
    },
}

impl LabelKind {
    /// What they are to tasks, which do not ask where a label comes from.
    #[must_use]
    pub fn labels(&self) -> Labels {
        match self {
            Self::Score { scale, .. } => Labels::Score(scale.clone()),
            Self::Category { categories, .. } => Labels::Categories(categories.clone()),
        }
    }
}

/// What becomes of a label outside the range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outside {
    /// It is an error.
    #[default]
    Error,
    /// It becomes the nearest label within, and is counted.
    Clip,
}

/// The label of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// The score, or the category's place in the recipe's list.
    pub value: f32,
    /// Whether it was outside the recipe's range.
    pub clipped: bool,
}

/// `[labels]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    file: String,
    #[serde(default)]
    roots: Vec<String>,
    url: Option<String>,
    sha256: Option<String>,
    columns: Vec<String>,
    column: Option<String>,
    range: Option<[f32; 2]>,
    neutral: Option<f32>,
    cuts: Option<Cuts>,
    outside: Option<Outside>,
    categories: Option<Vec<String>>,
}

impl TryFrom<Keys> for LabelFile {
    type Error = &'static str;

    fn try_from(keys: Keys) -> Result<Self, Self::Error> {
        let Keys { file, roots, url, sha256, columns, column, range, neutral, cuts, outside, categories } = keys;
        let of_a_score = neutral.is_some() || cuts.is_some() || outside.is_some();
        let kind = match (column, range, categories) {
            (Some(column), Some(range), None) => {
                let scale = Scale { range, neutral: neutral.unwrap_or(0.0), cuts: cuts.unwrap_or_default() };
                LabelKind::Score { column, scale, outside: outside.unwrap_or_default() }
            }
            (column, None, Some(categories)) if !of_a_score => LabelKind::Category { categories, column },
            _ => {
                return Err("expected `column` and `range` (a score; with `neutral`, `cuts` and `outside`), or \
                            `categories` (a column each, or their numbers in one `column`)");
            }
        };
        Ok(Self { file, roots, url, sha256, columns, kind })
    }
}

impl LabelFile {
    pub(crate) fn download(&self) -> Download<'_> {
        let Self { file, roots, url, sha256, .. } = self;
        Download { file, roots, url: url.as_deref(), parts: &[], sha256: sha256.as_deref() }
    }

    /// The columns that tell the label, in the order of the file.
    pub fn telling(&self) -> impl Iterator<Item = (usize, &str)> {
        let tells = |name: &str| match &self.kind {
            LabelKind::Score { column, .. } | LabelKind::Category { column: Some(column), .. } => column == name,
            LabelKind::Category { categories, column: None } => categories.iter().any(|category| category == name),
        };
        self.columns.iter().map(String::as_str).enumerate().filter(move |(_, name)| tells(name))
    }

    /// The label of a row, (columns). Nothing where a score is no number, or outside the range and not to be clipped; and
    /// where not exactly one category is 1 and the others are 0, or the number is that of none.
    #[must_use]
    pub fn label(&self, row: &[f32]) -> Option<Label> {
        match &self.kind {
            LabelKind::Score { scale: Scale { range: [low, high], .. }, outside, .. } => {
                let (column, _) = self.telling().next()?;
                let value = *row.get(column)?;
                let clipped = !(*low..=*high).contains(&value);
                let allowed = !clipped || (*outside == Outside::Clip && !value.is_nan());
                allowed.then(|| Label { value: value.clamp(*low, *high), clipped })
            }
            LabelKind::Category { categories, column: Some(_) } => {
                let (column, _) = self.telling().next()?;
                let value = *row.get(column)?;
                let known = (0..categories.len()).any(|place| place as f32 == value);
                known.then_some(Label { value, clipped: false })
            }
            LabelKind::Category { categories, column: None } => {
                let mut holding = None;
                for (column, name) in self.telling() {
                    match *row.get(column)? {
                        0.0 => {}
                        1.0 if holding.is_none() => holding = categories.iter().position(|category| category == name),
                        _ => return None,
                    }
                }
                holding.map(|place| Label { value: place as f32, clipped: false })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(kind: LabelKind) -> LabelFile {
        let columns = ["certain", "neutral", "happy", "sad"].map(str::to_owned).to_vec();
        LabelFile { file: String::new(), roots: Vec::new(), url: None, sha256: None, columns, kind }
    }

    #[test]
    fn a_category_is_the_place_in_the_recipes_list() {
        let emotions = file(LabelKind::Category {
            categories: ["happy", "sad", "neutral"].map(str::to_owned).to_vec(),
            column: None,
        });
        let value = |row: [f32; 4]| emotions.label(&row).map(|label| label.value);
        assert_eq!(emotions.kind.labels().range(), [0.0, 2.0]);
        assert_eq!(value([0.3, 0.0, 1.0, 0.0]), Some(0.0));
        assert_eq!(value([0.3, 0.0, 0.0, 1.0]), Some(1.0));
        assert_eq!(value([0.3, 1.0, -0.0, 0.0]), Some(2.0));
        for row in [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 1.0, 0.5, 0.0], [0.0, 1.0, f32::NAN, 0.0]] {
            assert_eq!(value(row), None, "{row:?}");
        }
        assert_eq!(emotions.label(&[0.0, 1.0]), None, "columns are lacking");
    }

    #[test]
    fn a_category_by_its_number() {
        let column = Some("happy".to_owned());
        let numbered = file(LabelKind::Category { categories: ["joy", "anger"].map(str::to_owned).to_vec(), column });
        let value = |number| numbered.label(&[9.0, 9.0, number, 9.0]).map(|label| label.value);
        assert_eq!([0.0, 1.0, 2.0, -1.0, 0.5, f32::NAN].map(value), [Some(0.0), Some(1.0), None, None, None, None]);
    }

    #[test]
    fn a_score_outside_is_clipped_where_the_recipe_says_so() {
        let score = |outside| {
            let scale = Scale { range: [-1.0, 2.0], neutral: 0.0, cuts: Cuts::default() };
            let score = file(LabelKind::Score { column: "happy".to_owned(), scale, outside });
            [2.0, 2.5, f32::NEG_INFINITY, f32::NAN].map(|value| score.label(&[9.0, 9.0, value, 9.0]))
        };
        let inside = Some(Label { value: 2.0, clipped: false });
        assert_eq!(score(Outside::Error), [inside, None, None, None]);
        let clipped = |value| Some(Label { value, clipped: true });
        assert_eq!(score(Outside::Clip), [inside, clipped(2.0), clipped(-1.0), None]);
    }
}
