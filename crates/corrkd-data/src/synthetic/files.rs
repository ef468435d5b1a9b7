//! The made data set's files, one after another, each video by video: memory holds one file's rows at a time.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use corrkd_csd::{Entry, Writer};
use serde_json::{Value, json};

use super::emotion::EMOTIONS;
use super::folds::outlines;
use super::video::{Video, video};
use super::{Size, frames};
use crate::progress::{failed, tell};
use crate::{DataError, Progress};

/// One file: its name, its sequence's, what is in it, its columns, and a video's entry.
struct Made {
    name: &'static str,
    root: &'static str,
    description: &'static str,
    dimensions: Value,
    entry: fn(Size, &Video) -> Option<Entry>,
}

/// The files that most recipes of generated data read.
fn shared() -> [Made; 6] {
    let made = |name, root, description, dimensions, entry| Made { name, root, description, dimensions, entry };
    [
        made("words.csd", "words", "words and pauses in time", json!(["word"]), |_, video| Some(video.words())),
        made("glove_vectors.csd", "glove_vectors", "word vectors", json!(null), |_, video| Some(video.vectors())),
        made("COVAREP.csd", "COVAREP", "voice", json!(null), |size, video| {
            Some(frames::audio(size, video, size.extent().rates[0]))
        }),
        made("FACET.csd", "FACET_4.2", "face", json!(null), |size, video| {
            frames::vision(size, video, size.extent().rates[1])
        }),
        made(
            "labels.csd",
            "Opinion Segment Labels",
            "sentiment of segments",
            json!(["sentiment score"]),
            |_, video| Some(video.labels()),
        ),
        made("emotions.csd", "Emotion Labels", "emotions of segments", json!(EMOTIONS), |_, video| {
            Some(video.emotions())
        }),
    ]
}

/// Those that only some read.
fn others() -> [Made; 2] {
    let made = |name, root, description, entry| Made { name, root, description, dimensions: json!(null), entry };
    [
        made("voice.csd", "voice", "voice, by a clock of its own", |size, video| {
            Some(frames::audio(size, video, size.extent().own_rates[0]))
        }),
        made("face.csd", "face", "face, by a clock of its own", |size, video| {
            frames::vision(size, video, size.extent().own_rates[1])
        }),
    ]
}

/// Writes `words.csd`, `glove_vectors.csd`, `COVAREP.csd`, `FACET.csd`, `labels.csd` and `emotions.csd` into `dir`, which
/// is made where it is absent. The same size always gives the same bytes.
///
/// # Errors
/// [`DataError::Io`] and [`DataError::Csd`] where the folder or a file cannot be written, [`DataError::Interrupted`].
pub fn generate(size: Size, dir: &Path, progress: &Progress<'_>) -> Result<(), DataError> {
    fs::create_dir_all(dir).map_err(failed(dir))?;
    shared().iter().try_for_each(|made| write(made, size, &dir.join(made.name), progress))
}

/// Writes one file to `path`, also `voice.csd` or `face.csd`, which only unaligned data have; whether there is one of this
/// `name`.
///
/// # Errors
/// As [`generate`].
pub(crate) fn generate_one(size: Size, name: &str, path: &Path, progress: &Progress<'_>) -> Result<bool, DataError> {
    match shared().iter().chain(&others()).find(|made| made.name == name) {
        Some(made) => write(made, size, path, progress).map(|()| true),
        None => Ok(false),
    }
}

fn write(made: &Made, size: Size, path: &Path, progress: &Progress<'_>) -> Result<(), DataError> {
    let Made { root, description, dimensions, entry, .. } = made;
    let mut writer = Writer::create(path, root, &metadata(size, root, description, dimensions.clone()))?;
    let outlines = outlines(size);
    let all = outlines.len();
    for (number, outline) in outlines.into_iter().enumerate() {
        tell(progress, number, all)?;
        let video = video(size, outline);
        if let Some(entry) = entry(size, &video) {
            writer.add(&video.outline.id(), &entry)?;
        }
    }
    Ok(writer.finish()?)
}

/// The SDK's mandatory keys that mean something here.
fn metadata(size: Size, root: &str, description: &str, dimensions: Value) -> BTreeMap<String, Value> {
    [
        ("root name", json!(root)),
        ("computational sequence description", json!(format!("made up: {description}"))),
        ("dimension names", dimensions),
        ("computational sequence version", json!("1.0")),
        ("alignment compatible", json!(true)),
        ("dataset name", json!(format!("synthetic {size}"))),
        ("dataset version", json!("1.0")),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}
