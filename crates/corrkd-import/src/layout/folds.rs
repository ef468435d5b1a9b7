//! A dictionary of folds, each a dictionary of fields: MulT, MultiBench, MMSA, LMF. Also the same flattened into one
//! `.npz` or into a folder of `.npy`, and one file for each fold.

use corrkd_config::{Modality, PerModality};
use corrkd_data::Fold;
use corrkd_numpy::{Document, Value};
use std::collections::BTreeMap;
use std::path::Path;

use crate::field::{self, Field};
use crate::id::NoIds;
use crate::layout::refused::{described, misfit, unknown};
use crate::layout::{Layout, Recognised};
use crate::split::Split;
use crate::track::Track;
use crate::{ImportError, id, label};

/// Lines of an outline in an error.
const SCREENFUL: usize = 40;

/// A field's name in the file, and its value.
type Fields<'a> = BTreeMap<Field, (String, Value<'a>)>;

/// Recognises one document, or one for each fold; a fold that is absent has no samples.
pub(super) fn recognise<'a>(
    path: &Path,
    documents: &[Option<&'a Document>],
    labelled: bool,
) -> Result<Recognised<'a>, ImportError> {
    let outline = || {
        let lines = SCREENFUL / documents.len().max(1);
        documents.iter().flatten().map(|document| document.outline(lines)).collect::<Vec<_>>().join("\n")
    };
    let found = match documents {
        [Some(one)] => match nested(one.root(), labelled)? {
            Some(fields) => Some(fields),
            None => flattened(named(one.root())?, labelled),
        },
        several => {
            let of = |document: &Option<&'a Document>| document.map_or_else(|| Ok(Fields::new()), |d| fields(d.root()));
            <[Fields<'a>; 3]>::try_from(several.iter().map(of).collect::<Result<Vec<_>, _>>()?).ok()
        }
    };
    let Some(found) = found else { return Err(unknown(path, "no train, valid and test in it", outline())) };
    // A fold may be absent, but not under a name that is not known.
    if let ([Some(one)], true) = (documents, labelled)
        && let Some(lacking) = Fold::ALL.into_iter().find(|&fold| found[fold as usize].is_empty())
        && let Some(name) = stranger(one.root())?
    {
        return Err(unknown(path, misnamed(lacking, &name), outline()));
    }
    of(path, found, labelled, &outline)
}

/// Recognises arrays in files of their own, whose names join fold and field.
pub(super) fn arrays<'a>(
    path: &Path,
    arrays: &'a [(String, Document)],
    labelled: bool,
) -> Result<Recognised<'a>, ImportError> {
    let lines = || arrays.iter().map(|(name, array)| format!("{name}: {}", array.outline(1))).take(SCREENFUL);
    let outline = || lines().collect::<Vec<_>>().join("\n");
    let values = arrays.iter().map(|(name, array)| (name.clone(), array.root()));
    let found = flattened(values, labelled).ok_or_else(|| unknown(path, "no arrays of train in it", outline()))?;
    let lacking = Fold::ALL.into_iter().find(|&fold| found[fold as usize].is_empty());
    let stranger = arrays.iter().find(|(name, _)| field::joined(name).is_none() && field::ends(name));
    if let (Some(lacking), Some((name, _)), true) = (lacking, stranger, labelled) {
        return Err(unknown(path, misnamed(lacking, name), outline()));
    }
    of(path, found, labelled, &outline)
}

/// Why a file with something under another name than a fold's is not read.
fn misnamed(lacking: Fold, name: &str) -> String {
    format!("no {lacking} in it, but `{}` (valid may be val, validation or dev)", name.escape_debug())
}

/// The samples in the fields of three folds.
fn of<'a>(
    path: &Path,
    found: [Fields<'a>; 3],
    labelled: bool,
    outline: &dyn Fn() -> String,
) -> Result<Recognised<'a>, ImportError> {
    let needed = |fold: Fold, fields: &Fields<'_>| (labelled && fold == Fold::Train) || !fields.is_empty();
    for (fold, fields) in Fold::ALL.into_iter().zip(&found).filter(|(fold, fields)| needed(*fold, fields)) {
        let features = Modality::ALL.iter().filter(|&&m| fields.contains_key(&Field::Features(m))).count();
        if features == 0 || (labelled && !fields.contains_key(&Field::Labels)) {
            let what = if features == 0 { "features of any modality" } else { "labels" };
            return Err(unknown(path, format!("{fold} has no {what}"), outline()));
        }
    }
    let layout = found.iter().find(|fields| !fields.is_empty()).map_or(Layout::MulT, layout);
    let [train, valid, test] = found;
    let labels = [&train, &valid, &test].into_iter().filter_map(|fields| fields.get(&Field::Labels));
    let names = label::names(labels.map(|(_, value)| *value).filter(|_| labelled))?;
    let split = |fold: Fold, fields: &Fields<'a>| split(path, fold, fields, labelled.then_some(&names));
    Ok(Recognised {
        layout,
        splits: [split(Fold::Train, &train)?, split(Fold::Valid, &valid)?, split(Fold::Test, &test)?],
    })
}

/// The fields of each fold of a dictionary of folds; nothing if it is none: one has a training fold, or, where it need not be
/// labelled, any.
fn nested(root: Value<'_>, labelled: bool) -> Result<Option<[Fields<'_>; 3]>, ImportError> {
    let mut found: [Option<Fields<'_>>; 3] = Default::default();
    for (name, value) in named(root)? {
        if let Some(fold) = field::fold(&name) {
            found[fold as usize] = Some(fields(value)?);
        }
    }
    let any = !labelled && found.iter().any(Option::is_some);
    Ok((any || found[0].is_some()).then(|| found.map(Option::unwrap_or_default)))
}

/// The same of values whose names join fold and field; or, where it need not be labelled, name a field alone.
fn flattened<'a>(values: impl IntoIterator<Item = (String, Value<'a>)>, labelled: bool) -> Option<[Fields<'a>; 3]> {
    let mut found: [Fields<'_>; 3] = Default::default();
    for (name, value) in values {
        let alone = || field::field(&name).filter(|_| !labelled).map(|field| (Fold::Test, field));
        if let Some((fold, field)) = field::joined(&name).or_else(alone) {
            found[fold as usize].insert(field, (name, value));
        }
    }
    let any = !labelled && found.iter().any(|fields| !fields.is_empty());
    (any || !found[0].is_empty()).then_some(found)
}

/// The values of a dictionary whose keys are texts.
fn named(value: Value<'_>) -> Result<Vec<(String, Value<'_>)>, ImportError> {
    let entries = unwrapped(value).entries().into_iter().flatten();
    let named = entries.map(|(key, value)| Ok(key.text()?.map(|name| (name, value))));
    Ok(named.collect::<Result<Vec<_>, ImportError>>()?.into_iter().flatten().collect())
}

/// The name of something in a dictionary that is of a fold which is not known by this name.
fn stranger(root: Value<'_>) -> Result<Option<String>, ImportError> {
    for (name, value) in named(root)? {
        let features = |fields: &Fields<'_>| fields.keys().any(|field| matches!(field, Field::Features(_)));
        let nested = field::fold(&name).is_none() && features(&fields(value)?);
        if nested || (field::joined(&name).is_none() && field::ends(&name)) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// The known fields of a dictionary.
fn fields(value: Value<'_>) -> Result<Fields<'_>, ImportError> {
    let mut fields = Fields::new();
    for (name, value) in named(value)? {
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

/// One fold; `names` are the categories of all folds where their labels are texts, nothing where labels are not asked for.
fn split<'a>(
    path: &Path,
    fold: Fold,
    fields: &Fields<'a>,
    names: Option<&Vec<String>>,
) -> Result<Split<'a>, ImportError> {
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
        let (Some((name, value)), Some(names)) = (fields.get(&field), names) else { continue };
        let named = if modality.is_none() { label::by_name(*value, names, count)? } else { None };
        let read = match named {
            Some(named) => Some(named),
            None => label::numbers(*value)?.and_then(|table| label::Labels::of(table, count, modality)),
        };
        match read {
            Some(more) => labels.push(more),
            None => return Err(misfit(path, fold, name, format!("labels of {count} samples"), described(*value))),
        }
    }
    let ids = match fields.get(&Field::Ids) {
        None => None,
        Some((name, value)) => match id::read(*value)? {
            Ok(ids) if ids.len() == count => Some(ids),
            Err(NoIds::Id(expected, got)) => return Err(misfit(path, fold, name, expected, got)),
            Ok(_) | Err(NoIds::Kind) => {
                let expected = format!("ids of {count} samples, texts or numbers that are exact in their type");
                return Err(misfit(path, fold, name, expected, described(*value)));
            }
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
