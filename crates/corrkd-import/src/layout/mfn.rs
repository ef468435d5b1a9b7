//! MFN's arrays (`pliang279/MFN`): for each fold `X_FOLD.h5` with (N, T, D) of all modalities side by side, and
//! `y_FOLD.h5` with (N) labels; each file has one dataset, `data` or `d1`. There are no ids.

use corrkd_config::{Modality, PerModality};
use corrkd_csd::{Array, Content};
use corrkd_data::Fold;
use std::path::Path;

use crate::ImportError;
use crate::document::FoldArrays;
use crate::label::{Labels, Table};
use crate::layout::{Layout, Recognised, misfit, unknown};
use crate::split::Split;
use crate::track::Track;

/// Columns of language, audio and vision: GloVe with COVAREP and FACET, five and twenty of these for CMU-MOSI.
const WIDTHS: [[usize; 3]; 2] = [[300, 5, 20], [300, 74, 35]];

/// Recognises the arrays of three folds.
pub(super) fn recognise<'a>(path: &Path, files: &'a [FoldArrays; 3]) -> Result<Recognised<'a>, ImportError> {
    let [train, valid, test] = files;
    Ok(Recognised {
        layout: Layout::Mfn,
        splits: [split(path, Fold::Train, train)?, split(path, Fold::Valid, valid)?, split(path, Fold::Test, test)?],
    })
}

fn split<'a>(path: &Path, fold: Fold, files: &'a FoldArrays) -> Result<Split<'a>, ImportError> {
    let FoldArrays { features, labels } = files;
    let shape = |array: &Array| format!("shape {:?}", array.shape);
    let numeric = |array: &Array| !matches!(array.content, Content::Texts(_));
    let [count, frames, columns] = features.shape[..] else {
        return Err(misfit(path, fold, "X", "(N, T, D)", shape(features)));
    };
    if frames == 0 || !numeric(features) || !numeric(labels) {
        return Err(misfit(path, fold, "X", "numbers, (N, T, D)", shape(features)));
    }
    let Some(widths) = WIDTHS.iter().find(|widths| widths.iter().sum::<usize>() == columns) else {
        let sums: Vec<String> = WIDTHS.iter().map(|[l, a, v]| format!("{} ({l}, {a}, {v})", l + a + v)).collect();
        let why = format!("X of {fold} has {columns} columns, expected {}", sums.join(" or "));
        return Err(unknown(path, why, shape(features)));
    };
    let mut start = 0;
    let tracks = PerModality::from_fn(|modality| {
        let width = widths[modality as usize];
        let columns = start..start + width;
        start += width;
        Some(Track::Columns { array: features, columns })
    });
    let values = match &labels.content {
        Content::F32(values) => values.iter().map(|&value| f64::from(value)).collect(),
        Content::F64(values) => values.clone(),
        Content::Texts(_) => Vec::new(),
    };
    let table = Table { shape: labels.shape.clone(), values };
    let labels = Labels::of(table, count, None)
        .ok_or_else(|| misfit(path, fold, "y", format!("labels of {count} samples"), shape(labels)))?;
    let lengths = PerModality::from_fn(|_: Modality| None);
    Ok(Split { tracks, lengths, labels, ids: None })
}
