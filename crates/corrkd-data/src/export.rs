//! The aligned segments as computational sequences, for the Python SDK and whoever reads its files.

use corrkd_config::{DatasetRef, Modality, PerModality};
use corrkd_csd::{Entry, Writer};
use corrkd_system::{WholeFolder, parent, sweep};
use std::path::{Path, PathBuf};

use crate::gather::{self, Files, Segment};
use crate::place::{DataFiles, place};
use crate::progress::failed;
use crate::transcript::Transcript;
use crate::{DataError, Dropped, Fold, Progress, Summary, Trust, catalog, load, write_tensors};

/// What was written, and what was met on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The files: labels, then each modality that the data set has, then the words if it has them, then the folds.
    pub files: Vec<PathBuf>,
    /// Segments in each of the sequences, by fold, and what was met on the way. Segments in no fold are written, too.
    pub summary: Summary,
}

/// Aligns a recipe's files and writes `labels.csd`, `language.csd`, `audio.csd`, `vision.csd` (of those that there are)
/// and `folds.toml` into the new folder `out`: entries `video[i]`, the same in each sequence, under the names that the
/// sequences had; and `words.csd` of a recipe with `[words]`, a text for each frame of language, or of the first modality
/// that there is. All rows of a segment are written, unscaled: `time`, `keep` and `standardise` are the networks'
/// affair. With `tensors`, what the networks see goes to `tensors/` as well ([`crate::write_tensors`]).
///
/// Everything is written beside `out`, which appears when all of it is there.
///
/// # Errors
/// As [`crate::load`], and [`DataError::Occupied`] where `out` has something in it.
pub fn export(
    dataset: &DatasetRef,
    source: Option<&Path>,
    cache: &Path,
    out: &Path,
    tensors: bool,
    progress: &Progress<'_>,
) -> Result<Exported, DataError> {
    vacant(out)?;
    let found = catalog::find(&dataset.name)?;
    let DataFiles { folder, folds, .. } = place(&found, dataset, source, cache, progress)?;
    let files = Files::open(&found.recipe, &folder)?;
    sweep(parent(out));
    let unfinished = WholeFolder::create(out).map_err(failed(out))?;

    let begin = |name: &str, source: &gather::Source| {
        let reader = source.reader();
        Writer::create(&unfinished.path().join(name), reader.root(), reader.metadata())
    };
    let mut labels = files.segments.labels().map(|source| begin("labels.csd", source)).transpose()?;
    let mut features = PerModality::try_from_fn(|m| {
        files.features.get(m).as_ref().map(|source| begin(&format!("{m}.csd"), source)).transpose()
    })?;
    let mut words = match &files.words {
        Some(source) => Some((begin("words.csd", source)?, Transcript::new(source, found.recipe.reference.is_none()))),
        None => None,
    };
    let fold_of = folds.by_video();
    let mut summary = Summary { expected: found.recipe.expected, ..Summary::default() };
    let met = gather::each(&files, progress, |segment| {
        match fold_of.get(segment.video()) {
            Some(Fold::Train) => summary.samples.train += 1,
            Some(Fold::Valid) => summary.samples.valid += 1,
            Some(Fold::Test) => summary.samples.test += 1,
            None => summary.dropped.without_fold += 1,
        }
        for (modality, _) in found.recipe.modalities() {
            *summary.lacking.get_mut(modality) += usize::from(segment.lacks(modality));
        }
        let Segment { id, interval, labels: row, mut tracks, .. } = segment;
        if let Some(labels) = &mut labels {
            labels.add(&id, &Entry { intervals: vec![interval], features: row })?;
        }
        if let Some((writer, transcript)) = &mut words
            && let Some(track) = Modality::ALL.iter().find_map(|&modality| tracks.get(modality).as_ref())
        {
            writer.add(&id, &transcript.of(&id, &track.intervals)?)?;
        }
        for (modality, _) in found.recipe.modalities() {
            if let (Some(writer), Some(track)) = (features.get_mut(modality), tracks.get_mut(modality).take()) {
                writer.add(&id, &Entry { intervals: track.intervals, features: track.features })?;
            }
        }
        Ok::<_, DataError>(())
    })?;
    let mut names = vec!["labels.csd".to_owned()];
    labels.map(Writer::finish).transpose()?;
    for (modality, _) in found.recipe.modalities() {
        if let Some(writer) = features.get_mut(modality).take() {
            writer.finish()?;
            names.push(format!("{modality}.csd"));
        }
    }
    if let Some((writer, _)) = words {
        writer.finish()?;
        names.push("words.csd".to_owned());
    }
    let lists = unfinished.path().join("folds.toml");
    let text = toml::to_string(&folds).map_err(|error| failed(&lists)(std::io::Error::other(error)))?;
    std::fs::write(&lists, text).map_err(failed(&lists))?;
    names.push("folds.toml".to_owned());
    let mut files: Vec<PathBuf> = names.iter().map(|name| out.join(name)).collect();
    if tensors {
        let samples = load(dataset, source, cache, Trust::Remembered, progress)?;
        for file in write_tensors(&samples, found.recipe.pad, &unfinished.path().join("tensors"))? {
            files.extend(file.strip_prefix(unfinished.path()).map(|file| out.join(file)));
        }
    }
    unfinished.publish().map_err(failed(out))?;
    let without_fold = summary.dropped.without_fold;
    let summary = Summary {
        dropped: Dropped { without_fold, ..met.dropped },
        non_finite: met.non_finite,
        clipped: met.clipped,
        pauses: met.pauses,
        ..summary
    };
    Ok(Exported { files, summary })
}

/// Refuses a place for a folder where there is something, or that is none to be made.
///
/// # Errors
/// [`DataError::Occupied`], [`DataError::Io`].
pub fn vacant(out: &Path) -> Result<(), DataError> {
    let occupied = || DataError::Occupied { path: out.to_owned() };
    match std::fs::read_dir(out) {
        _ if out.file_name().is_none() => Err(occupied()),
        Ok(mut entries) => {
            if entries.next().is_some() {
                Err(occupied())
            } else {
                Ok(())
            }
        }
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotADirectory => Err(occupied()),
        Err(cause) => Err(failed(out)(cause)),
    }
}
