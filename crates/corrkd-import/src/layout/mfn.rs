//! MFN's arrays (`pliang279/MFN`), without ids, each the one dataset of its file, `data` or `d1`.
//!
//! - `data`: for each fold `X_FOLD.h5` with (N, T, D) of all modalities side by side, and `y_FOLD.h5` with (N) labels.
//! - `new_data`: for each fold and modality `text_FOLD_emb.h5`, `audio_FOLD.h5`, `video_FOLD.h5` with (N, T, D), of any
//!   width, and `y_FOLD.h5` with (N) or (N, C) labels. A fold may lack a modality.

use corrkd_config::{Modality, PerModality};
use corrkd_csd::{Array, Content};
use corrkd_data::Fold;
use std::path::Path;

use crate::ImportError;
use crate::document::{ArrayFeatures, FoldArrays};
use crate::label::{Labels, Table};
use crate::layout::refused::{misfit, unknown};
use crate::layout::{Layout, Recognised};
use crate::split::Split;
use crate::track::Track;

/// Columns of language, audio and vision: GloVe with COVAREP and FACET, five and twenty of these for CMU-MOSI.
const WIDTHS: [[usize; 3]; 2] = [[300, 5, 20], [300, 74, 35]];

/// Recognises the arrays of the folds; one that is absent has no samples.
pub(super) fn recognise<'a>(path: &Path, files: &'a [Option<FoldArrays>; 3]) -> Result<Recognised<'a>, ImportError> {
    let [train, valid, test] = files;
    Ok(Recognised {
        layout: Layout::Mfn,
        splits: [split(path, Fold::Train, train)?, split(path, Fold::Valid, valid)?, split(path, Fold::Test, test)?],
    })
}

fn split<'a>(path: &Path, fold: Fold, files: &'a Option<FoldArrays>) -> Result<Split<'a>, ImportError> {
    let lengths = PerModality::from_fn(|_: Modality| None);
    let Some(FoldArrays { features, labels }) = files else {
        return Ok(Split { tracks: PerModality::from_fn(|_| None), lengths, labels: Labels::default(), ids: None });
    };
    let sound = |name: &str, array: &Array| match array.shape[..] {
        [count, (1..), (1..)] if !matches!(array.content, Content::Texts(_)) => Ok(count),
        _ => Err(misfit(path, fold, name, "numbers, (N, T, D)", shape(array))),
    };
    let (count, tracks) = match features {
        ArrayFeatures::Joined(array) => {
            let count = sound("X", array)?;
            let columns = array.shape[2];
            let Some(widths) = WIDTHS.iter().find(|widths| widths.iter().sum::<usize>() == columns) else {
                let sums: Vec<String> =
                    WIDTHS.iter().map(|[l, a, v]| format!("{} ({l}, {a}, {v})", l + a + v)).collect();
                let why = format!("X of {fold} has {columns} columns, expected {}", sums.join(" or "));
                return Err(unknown(path, why, shape(array)));
            };
            let mut start = 0;
            let tracks = PerModality::from_fn(|modality| {
                let width = widths[modality as usize];
                let columns = start..start + width;
                start += width;
                Some(Track::Columns { array, columns })
            });
            (count, tracks)
        }
        ArrayFeatures::Separate(arrays) => {
            let mut count = None;
            let tracks = PerModality::try_from_fn(|modality| {
                let Some(array) = arrays.get(modality) else { return Ok(None) };
                let got = sound(modality.name(), array)?;
                if *count.get_or_insert(got) != got {
                    let expected = format!("{} samples as in the modality before", count.unwrap_or(got));
                    return Err(misfit(path, fold, modality.name(), expected, shape(array)));
                }
                Ok(Some(Track::Columns { array, columns: 0..array.shape[2] }))
            })?;
            (count.unwrap_or(0), tracks)
        }
    };
    let Some(labels) = labels else { return Ok(Split { tracks, lengths, labels: Labels::unasked(count), ids: None }) };
    let values = match &labels.content {
        Content::F32(values) => values.iter().map(|&value| f64::from(value)).collect(),
        Content::F64(values) => values.clone(),
        Content::Texts(_) => Vec::new(),
    };
    let table = Table { shape: labels.shape.clone(), values };
    let read = match labels.content {
        Content::Texts(_) => None,
        _ => Labels::of(table, count, None),
    };
    let labels = read.ok_or_else(|| misfit(path, fold, "y", format!("labels of {count} samples"), shape(labels)))?;
    Ok(Split { tracks, lengths, labels, ids: None })
}

fn shape(array: &Array) -> String {
    format!("shape {:?}", array.shape)
}
