//! The recipe of an imported data set, with the folds in a file beside it.

use corrkd_config::{PerModality, Task};
use corrkd_data::Samples;
use toml::{Table, Value};

use crate::Side;
use crate::label::{IEMOCAP, SENTIMENT};
use crate::report::Width;
use crate::write::{FOLDS, LABELS, file};

/// The range of a sentiment score.
const RANGE: [f64; 2] = [-3.0, 3.0];

/// What the recipe is made of.
pub(crate) struct Contents<'a> {
    pub(crate) title: String,
    pub(crate) features: &'a PerModality<Option<Width>>,
    /// Columns with their least and greatest value.
    pub(crate) labels: &'a [(String, f64, f64)],
    pub(crate) samples: Samples,
}

/// The recipe's text.
///
/// All frames stay, so that it does not matter which are kept; features are scaled over the training fold. The label is
/// the sentiment, or which of IEMOCAP's emotions it is, else the first column. A score beyond [-3, 3], as in old files
/// of CMU-MOSEI, is clipped.
pub(crate) fn text(contents: &Contents<'_>) -> String {
    let Contents { title, features, labels, samples } = contents;
    let longest = features.iter().filter_map(|(_, width)| width.as_ref().map(|width| width.padded)).max();
    let mut recipe = Table::new();
    let mut set = |key: &str, value: Value| recipe.insert(key.to_owned(), value);
    set("title", title.clone().into());
    set("time", whole(longest.unwrap_or(1)));
    set("keep", "last".into());
    let back = features.iter().any(|(_, width)| width.as_ref().is_some_and(|width| width.padding == Some(Side::Back)));
    set("pad", if back { "back" } else { "front" }.into());
    set("standardise", "train".into());
    let mut label = Table::new();
    label.insert("file".into(), LABELS.into());
    label.insert("columns".into(), labels.iter().map(|(name, ..)| name.clone()).collect::<Vec<_>>().into());
    let scored = labels.iter().find(|(name, ..)| name == SENTIMENT);
    if labels.iter().map(|(name, ..)| name).eq(IEMOCAP) {
        label.insert("categories".into(), Task::Emotion.names().to_vec().into());
    } else if let Some((name, least, greatest)) = scored.or(labels.first()) {
        label.insert("column".into(), name.clone().into());
        let range = if scored.is_some() { RANGE } else { [least.min(0.0), greatest.max(1.0)] };
        label.insert("range".into(), range.to_vec().into());
        if scored.is_some() && (*least < RANGE[0] || *greatest > RANGE[1]) {
            label.insert("outside".into(), "clip".into());
        }
    }
    set("labels", label.into());
    let mut tracks = Table::new();
    for (modality, width) in features.iter() {
        if let Some(width) = width {
            let file = [("file".to_owned(), file(modality).into()), ("width".to_owned(), whole(width.width))];
            tracks.insert(modality.name().to_owned(), file.into_iter().collect::<Table>().into());
        }
    }
    set("features", tracks.into());
    set("folds", Table::from_iter([("file".to_owned(), FOLDS.into())]).into());
    let expected = [("train", samples.train), ("valid", samples.valid), ("test", samples.test)];
    set(
        "expected",
        expected.map(|(fold, count)| (fold.to_owned(), whole(count))).into_iter().collect::<Table>().into(),
    );
    recipe.to_string()
}

fn whole(number: usize) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}
