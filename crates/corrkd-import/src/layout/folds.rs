//! A dictionary of folds, each a dictionary of fields: MulT, MultiBench, MMSA, LMF. Also the same flattened into one
//! `.npz`, and one file for each fold.

use corrkd_config::{Modality, PerModality};
use corrkd_data::Fold;
use corrkd_numpy::{Document, Value};
use std::collections::BTreeMap;
use std::path::Path;

use crate::field::{self, Field};
use crate::layout::{Layout, Recognised, misfit, unknown};
use crate::split::Split;
use crate::track::Track;
use crate::{ImportError, id, label};

/// Lines of an outline in an error.
const SCREENFUL: usize = 40;

/// A field's name in the file, and its value.
type Fields<'a> = BTreeMap<Field, (String, Value<'a>)>;

/// Recognises one document, or three of one fold each.
pub(super) fn recognise<'a>(path: &Path, documents: &[&'a Document]) -> Result<Recognised<'a>, ImportError> {
    let outline = || {
        let lines = SCREENFUL / documents.len().max(1);
        documents.iter().map(|document| document.outline(lines)).collect::<Vec<_>>().join("\n")
    };
    let found = match documents {
        [one] => nested(one.root())?.map_or_else(|| flattened(one.root()), |fields| Ok(Some(fields)))?,
        several => {
            let fields =
                several.iter().map(|document| fields(unwrapped(document.root()))).collect::<Result<Vec<_>, _>>()?;
            <[Fields<'a>; 3]>::try_from(fields).ok()
        }
    };
    let Some(found) = found else { return Err(unknown(path, "no train, valid and test in it", outline())) };
    for (fold, fields) in Fold::ALL.into_iter().zip(&found) {
        let features = Modality::ALL.iter().filter(|&&m| fields.contains_key(&Field::Features(m))).count();
        if features == 0 || !fields.contains_key(&Field::Labels) {
            let what = if features == 0 { "features of any modality" } else { "labels" };
            return Err(unknown(path, format!("{fold} has no {what}"), outline()));
        }
    }
    let layout = layout(&found[0]);
    let [train, valid, test] = found;
    let split = |fold: Fold, fields: &Fields<'a>| split(path, fold, fields);
    Ok(Recognised {
        layout,
        splits: [split(Fold::Train, &train)?, split(Fold::Valid, &valid)?, split(Fold::Test, &test)?],
    })
}

/// The fields of each fold of a dictionary of folds; nothing if it is none.
fn nested(root: Value<'_>) -> Result<Option<[Fields<'_>; 3]>, ImportError> {
    let mut found: BTreeMap<Fold, Value<'_>> = BTreeMap::new();
    for (key, value) in unwrapped(root).entries().into_iter().flatten() {
        if let Some(fold) = key.text()?.as_deref().and_then(field::fold) {
            found.insert(fold, value);
        }
    }
    let values: Option<Vec<Value<'_>>> = Fold::ALL.iter().map(|fold| found.get(fold).copied()).collect();
    let Some(values) = values else { return Ok(None) };
    let fields = values.into_iter().map(|value| fields(unwrapped(value))).collect::<Result<Vec<_>, _>>()?;
    Ok(fields.try_into().ok())
}

/// The same of a dictionary whose keys join fold and field.
fn flattened(root: Value<'_>) -> Result<Option<[Fields<'_>; 3]>, ImportError> {
    let mut found: [Fields<'_>; 3] = Default::default();
    for (key, value) in root.entries().into_iter().flatten() {
        let Some(name) = key.text()? else { continue };
        if let Some((fold, field)) = field::joined(&name) {
            found[fold as usize].insert(field, (name, value));
        }
    }
    Ok(found.iter().all(|fields| !fields.is_empty()).then_some(found))
}

/// The known fields of a dictionary.
fn fields(value: Value<'_>) -> Result<Fields<'_>, ImportError> {
    let mut fields = Fields::new();
    for (key, value) in value.entries().into_iter().flatten() {
        let Some(name) = key.text()? else { continue };
        if let Some(field) = field::field(&name) {
            fields.insert(field, (name, value));
        }
    }
    Ok(fields)
}

/// What is in an array without axes, as `numpy.save` wraps a dictionary.
fn unwrapped(value: Value<'_>) -> Value<'_> {
    match value.array() {
        Some(array) if array.shape().is_empty() => value.items().and_then(|mut items| items.next()).unwrap_or(value),
        _ => value,
    }
}

fn layout(fields: &Fields<'_>) -> Layout {
    let named = |field: Field, name: &str| fields.get(&field).is_some_and(|(other, _)| other.contains(name));
    if named(Field::Labels, "regression_labels") {
        Layout::Mmsa
    } else if named(Field::Features(Modality::Audio), "covarep") {
        Layout::Lmf
    } else {
        Layout::MulT
    }
}

fn split<'a>(path: &Path, fold: Fold, fields: &Fields<'a>) -> Result<Split<'a>, ImportError> {
    let tracks = PerModality::try_from_fn(|modality| {
        let Some((name, value)) = fields.get(&Field::Features(modality)) else { return Ok(None) };
        match Track::of(*value) {
            Some(track) => Ok(Some(track)),
            None => Err(misfit(path, fold, name, "numbers, (N, T, D) or N times (T, D)", described(*value))),
        }
    })?;
    let count = tracks.iter().find_map(|(_, track)| track.as_ref().map(Track::count)).unwrap_or(0);
    let lengths = PerModality::try_from_fn(|modality| {
        let Some((name, value)) = fields.get(&Field::Length(modality)) else { return Ok(None) };
        let lengths = label::numbers(*value)?.filter(|lengths| lengths.values.len() == count);
        let whole = |value: &f64| (*value >= 0.0 && value.fract() == 0.0).then_some(*value as usize);
        match lengths.and_then(|lengths| lengths.values.iter().map(whole).collect::<Option<Vec<usize>>>()) {
            Some(lengths) => Ok(Some(lengths)),
            None => Err(misfit(path, fold, name, format!("{count} lengths"), described(*value))),
        }
    })?;
    let mut labels = Vec::new();
    let per_modality = Modality::ALL.into_iter().map(|modality| (Field::LabelsOf(modality), Some(modality)));
    for (field, modality) in std::iter::once((Field::Labels, None)).chain(per_modality) {
        let Some((name, value)) = fields.get(&field) else { continue };
        match label::numbers(*value)?.and_then(|table| label::Labels::of(table, count, modality)) {
            Some(more) => labels.push(more),
            None => return Err(misfit(path, fold, name, format!("labels of {count} samples"), described(*value))),
        }
    }
    let ids = match fields.get(&Field::Ids) {
        None => None,
        Some((name, value)) => match id::read(*value)?.filter(|ids| ids.len() == count) {
            Some(ids) => Some(ids),
            None => return Err(misfit(path, fold, name, format!("ids of {count} samples"), described(*value))),
        },
    };
    for (modality, track) in tracks.iter() {
        if let Some(track) = track.as_ref().filter(|track| track.count() != count) {
            let got = format!("{} samples of {modality}", track.count());
            return Err(misfit(path, fold, modality.name(), format!("{count} samples in each modality"), got));
        }
    }
    Ok(Split { tracks, lengths, labels: label::Labels::beside(labels), ids })
}

/// A value in a message.
fn described(value: Value<'_>) -> String {
    match value.array() {
        Some(array) => format!("an array of shape {:?} of {}", array.shape(), array.dtype()),
        None => format!("a {}", value.kind()),
    }
}
