//! Samples as entries of computational sequences.

use corrkd_csd::{Entry, Features, Rows, Writer};
use corrkd_numpy::Numbers;
use serde_json::json;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::ImportError;
use crate::id::Names;
use crate::split::Split;
use crate::track::Sample;
use crate::write::{LABELS, Target};

/// The frames of a sample that stay. They share its interval evenly.
pub(crate) fn entry(sample: Sample, kept: Range<usize>, span: [f64; 2], double: bool) -> Entry {
    let width = sample.width;
    let [start, end] = span;
    let step = (end - start) / kept.len() as f64;
    let bound = |frame: usize| if frame == kept.len() { end } else { (frame as f64).mul_add(step, start) };
    let intervals = (0..kept.len()).map(|frame| [bound(frame), bound(frame + 1)]).collect();
    let values = kept.start * width..kept.end * width;
    let features = match sample.numbers {
        Numbers::Single(all) if double => {
            Features::F64(Rows::flat(width, all[values].iter().map(|&value| f64::from(value)).collect()))
        }
        Numbers::Single(all) => Features::F32(Rows::flat(width, all[values].to_vec())),
        Numbers::Double(all) => Features::F64(Rows::flat(width, all[values].to_vec())),
    };
    Entry { intervals, features }
}

/// Writes the label sequence.
pub(crate) fn write_labels(
    target: &Target,
    metadata: &BTreeMap<String, serde_json::Value>,
    splits: &[Split<'_>; 3],
    names: &Names,
    spans: &[Vec<[f64; 2]>; 3],
) -> Result<(), ImportError> {
    let mut writer = Writer::create(&target.path(LABELS), "labels", metadata)?;
    for (fold, split) in splits.iter().enumerate() {
        let columns = split.labels.columns.len().max(1);
        let rows = split.labels.values.chunks_exact(columns);
        for ((name, span), row) in names.samples[fold].iter().zip(&spans[fold]).zip(rows) {
            let features = Features::F64(Rows::flat(columns, row.to_vec()));
            writer.add(name, &Entry { intervals: vec![*span], features })?;
        }
    }
    Ok(writer.finish()?)
}

/// The SDK's metadata keys that mean something here.
pub(crate) fn metadata(about: &str, root: &str, columns: Option<&[String]>) -> BTreeMap<String, serde_json::Value> {
    let mut metadata = BTreeMap::from([
        ("root name".to_owned(), json!(root)),
        ("computational sequence description".to_owned(), json!(about)),
        ("alignment compatible".to_owned(), json!(true)),
    ]);
    if let Some(columns) = columns {
        metadata.insert("dimension names".to_owned(), json!(columns));
    }
    metadata
}
