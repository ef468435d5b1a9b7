//! The way to a data set: recipe -> files -> aligned segments -> folds -> scaled samples, or from the cache.

use corrkd_config::{DatasetRef, Modality, PerModality};
use std::collections::BTreeMap;
use std::path::Path;

use crate::cache::{self, Hashes, Stage};
use crate::fingerprint::fingerprint;
use crate::gather::{self, Files, Segment};
use crate::place::place;
use crate::progress::{failed, unwritten};
use crate::standardise::Scaling;
use crate::{
    DataError, Dataset, Fold, Folds, Preparation, Progress, Sample, Samples, Split, Standardise, Summary, Trust,
    catalog,
};

/// Makes a data set ready: from `cache` if it was made there before, else from the recipe's files in `source`.
///
/// A generated data set needs no `source`: its files are written below `cache` once, and read as any others. The cache and
/// generated files are proved by their content; what is not what was written is made again, with a note. How the files in
/// `source` are proved, `trust` says.
///
/// # Errors
/// [`DataError`]: the recipe is unknown or wrong, the files are absent, damaged or not as the recipe says, the cache cannot be
/// written, or `progress` says to stop.
pub fn load(
    dataset: &DatasetRef,
    source: Option<&Path>,
    cache: &Path,
    trust: Trust,
    progress: &Progress<'_>,
) -> Result<Dataset, DataError> {
    let found = catalog::find(&dataset.name)?;
    let files = place(&found, dataset, source, cache, progress)?;
    let mut hashes = Hashes::open(cache);
    let key = |hashes: &mut Hashes, trust| fingerprint(&found, &files, hashes, trust, progress);
    let mut empty = Dataset {
        name: files.name.clone(),
        modalities: found.recipe.presence(),
        labels: found.recipe.labels.kind.labels(),
        widths: found.recipe.widths(),
        time: found.recipe.time,
        words: found.recipe.has_words(),
        preparation: Preparation::new(&found),
        fingerprint: key(&mut hashes, trust)?,
        train: Split::default(),
        valid: Split::default(),
        test: Split::default(),
        summary: Summary::default(),
    };
    let file = |empty: &Dataset| cache.join(format!("{}-{}.safetensors", empty.name, &empty.fingerprint[..32]));
    let cached = |empty: &Dataset| cache::read(&file(empty), empty, progress).map_err(failed(&file(empty)));
    if let Some(dataset) = cached(&empty)? {
        return Ok(dataset);
    }
    if hashes.relied() {
        // What is remembered finds samples, but makes none.
        let read = key(&mut hashes, Trust::Read)?;
        if read != empty.fingerprint {
            empty.fingerprint = read;
            if let Some(dataset) = cached(&empty)? {
                return Ok(dataset);
            }
        }
    }
    std::fs::create_dir_all(cache).map_err(unwritten(cache))?;
    corrkd_system::sweep(cache);
    let mut stage = Stage::new(cache, &empty.widths).map_err(unwritten(cache))?;
    let mut summary = fill(&mut stage, cache, &empty.preparation, &files.folds, &files.folder, progress)?;
    if dataset.fold.is_some() {
        summary.expected = None; // that is known of the recipe's own folds alone
    }
    let scaling = match found.recipe.standardise {
        Standardise::Train => Some(Scaling::fit(&mut stage).map_err(unwritten(cache))?),
        Standardise::Utterance | Standardise::None => None,
    };
    let file = file(&empty);
    let written = cache::write(&file, &empty.fingerprint, &mut stage, scaling.as_ref(), &summary, progress);
    written.map_err(unwritten(&file))?;
    match cached(&empty)? {
        Some(dataset) => Ok(dataset),
        None => Err(failed(&file)(std::io::Error::other("what was written just now reads otherwise"))),
    }
}

/// Stages all samples, in the order of the label sequence.
fn fill(
    stage: &mut Stage,
    cache: &Path,
    preparation: &Preparation,
    folds: &Folds,
    folder: &Path,
    progress: &Progress<'_>,
) -> Result<Summary, DataError> {
    let recipe = preparation.recipe();
    let files = Files::open(recipe, folder)?;
    let allowed = recipe.folds.as_ref().map_or(0, |table| table.unlabelled);
    let lists = recipe.folds.as_ref().and_then(|table| table.file.as_ref());
    let lists = lists.map_or_else(|| "the recipe".to_owned(), |file| folder.join(file).display().to_string());
    let unlabelled = folds.unlabelled(
        &files.segments.videos(&files.features),
        allowed,
        &folder.join(&recipe.labels.file),
        &lists,
    )?;
    let folds = folds.by_video();
    let mut without_fold = 0;
    let met = gather::each(&files, progress, |segment| {
        without_fold += usize::from(!take(stage, cache, preparation, &folds, segment)?);
        Ok::<_, DataError>(())
    })?;
    let (mut lacking, mut without_data) = (PerModality::<usize>::default(), PerModality::<usize>::default());
    for fold in Fold::ALL {
        let part = stage.part(fold);
        if part.ids.is_empty() {
            return Err(DataError::EmptySplit { fold });
        }
        for (modality, _) in recipe.modalities() {
            *lacking.get_mut(modality) += *part.lacking.get(modality);
            *without_data.get_mut(modality) += *part.without_data.get(modality);
        }
    }
    let [train, valid, test] = Fold::ALL.map(|fold| stage.part(fold).ids.len());
    for (modality, file) in recipe.modalities() {
        if *lacking.get(modality) == train + valid + test {
            return Err(DataError::ModalityAbsent { modality, path: folder.join(&file.file) });
        }
    }
    Ok(Summary {
        samples: Samples { train, valid, test },
        expected: recipe.expected,
        dropped: crate::Dropped { without_fold, ..met.dropped },
        non_finite: met.non_finite,
        lacking,
        without_data,
        clipped: met.clipped,
        pauses: met.pauses,
        unlabelled,
    })
}

/// Stages a segment as a sample of its fold; whether it has one.
fn take(
    stage: &mut Stage,
    cache: &Path,
    preparation: &Preparation,
    folds: &BTreeMap<&str, Fold>,
    segment: Segment,
) -> Result<bool, DataError> {
    let Some(&fold) = folds.get(segment.video()) else { return Ok(false) };
    let part = stage.part(fold);
    let lacks = PerModality::from_fn(|m| segment.lacks(m));
    let Sample { id, label, present, features } = preparation.unscaled(segment)?;
    for (modality, _) in preparation.recipe().modalities() {
        let missing = present.get(modality).iter().filter(|&&present| !present).count();
        if missing < present.get(modality).len() {
            *part.without_data.get_mut(modality) += missing;
        }
    }
    for modality in Modality::ALL {
        let frames = present.get(modality);
        part.lengths.get_mut(modality).push(frames.len() as u32);
        part.frames.get_mut(modality).push(features.get(modality), frames).map_err(unwritten(cache))?;
        *part.lacking.get_mut(modality) += usize::from(*lacks.get(modality));
    }
    part.ids.push(id);
    part.labels.push(label);
    Ok(true)
}
