//! The recipe of an imported data set, with the folds in a file beside it.

use corrkd_config::PerModality;
use corrkd_data::{Samples, Zeros};
use toml::{Table, Value};

use crate::report::Width;
use crate::write::{FOLDS, LABELS, file};
use crate::{Meaning, Side};

/// What the recipe is made of.
pub(crate) struct Contents<'a> {
    pub(crate) title: String,
    pub(crate) features: &'a PerModality<Option<Width>>,
    /// Whether the modalities of each sample have equally many frames.
    pub(crate) aligned: bool,
    /// The label columns.
    pub(crate) columns: &'a [String],
    pub(crate) meaning: &'a Meaning,
    pub(crate) samples: Samples,
}

/// The recipe's text.
///
/// All frames stay, so that it does not matter which are kept; features are scaled over the training fold.
pub(crate) fn text(contents: &Contents<'_>) -> String {
    let Contents { title, features, aligned, columns, meaning, samples } = contents;
    let tracks = || features.iter().filter_map(|(modality, width)| Some((modality, width.as_ref()?)));
    let mut recipe = Table::new();
    let mut set = |key: &str, value: Value| recipe.insert(key.to_owned(), value);
    set("title", title.clone().into());
    let longest = tracks().map(|(_, width)| width.padded).max();
    // The recipe has a length for each modality, also of one that the data set does not have.
    let length = |width: &Option<Width>| width.as_ref().map_or(1, |width| width.padded);
    let each = features.iter().map(|(modality, width)| (modality.name().to_owned(), whole(length(width))));
    set("time", if *aligned { whole(longest.unwrap_or(1)) } else { each.collect::<Table>().into() });
    set("keep", "last".into());
    let back = tracks().any(|(_, width)| width.padding == Some(Side::Back));
    set("pad", if back { "back" } else { "front" }.into());
    set("standardise", "train".into());
    set("labels", labels(columns, meaning).into());
    let each = tracks().map(|(modality, width)| {
        let mut track =
            Table::from_iter([("file".to_owned(), file(modality).into()), ("width".to_owned(), whole(width.width))]);
        if width.zeros == Zeros::Missing {
            track.insert("zeros".to_owned(), "missing".into());
        }
        (modality.name().to_owned(), track.into())
    });
    set("features", each.collect::<Table>().into());
    set("folds", Table::from_iter([("file".to_owned(), FOLDS.into())]).into());
    let expected = [("train", samples.train), ("valid", samples.valid), ("test", samples.test)];
    // Where a fold is empty, the samples are divided otherwise before they can be used.
    if expected.iter().all(|(_, count)| *count > 0) {
        let expected = expected.map(|(fold, count)| (fold.to_owned(), whole(count)));
        set("expected", expected.into_iter().collect::<Table>().into());
    }
    recipe.to_string()
}

/// The recipe's table of labels.
fn labels(columns: &[String], meaning: &Meaning) -> Table {
    let mut label = Table::new();
    let mut set = |key: &str, value: Value| label.insert(key.to_owned(), value);
    set("file", LABELS.into());
    set("columns", columns.to_vec().into());
    if let Some(column) = meaning.column() {
        set("column", column.into());
    }
    match meaning {
        Meaning::Columns { categories } | Meaning::Numbers { categories, .. } => {
            set("categories", categories.clone().into());
        }
        Meaning::Score { range, neutral, cuts, beyond, .. } => {
            set("range", range.to_vec().into());
            if *neutral != 0.0 {
                set("neutral", (*neutral).into());
            }
            if *beyond > 0 {
                set("outside", "clip".into());
            }
            let each = [
                ("binary", cuts.binary.as_ref().map(|cuts| &cuts[..])),
                ("ternary", cuts.ternary.as_ref().map(|cuts| &cuts[..])),
                ("five", cuts.five.as_ref().map(|cuts| &cuts[..])),
                ("seven", cuts.seven.as_ref().map(|cuts| &cuts[..])),
            ];
            let cuts = each.iter().filter_map(|(ways, cuts)| Some(((*ways).to_owned(), decimal((*cuts)?))));
            let cuts: Table = cuts.collect();
            if !cuts.is_empty() {
                set("cuts", cuts.into());
            }
        }
    }
    label
}

/// The numbers as they are written in decimals: -0.1, not what is nearest to it in single precision.
fn decimal(cuts: &[f32]) -> Value {
    cuts.iter().filter_map(|cut| cut.to_string().parse::<f64>().ok()).collect::<Vec<_>>().into()
}

fn whole(number: usize) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}
