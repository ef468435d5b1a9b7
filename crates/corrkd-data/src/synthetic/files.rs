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

/// Writes `words.csd`, `glove_vectors.csd`, `COVAREP.csd`, `FACET.csd`, `labels.csd` and `emotions.csd` into `dir`, which
/// is made where it is absent. The same size always gives the same bytes.
///
/// # Errors
/// [`DataError::Io`] and [`DataError::Csd`] where the folder or a file cannot be written, [`DataError::Interrupted`].
pub fn generate(size: Size, dir: &Path, progress: &Progress<'_>) -> Result<(), DataError> {
    fs::create_dir_all(dir).map_err(failed(dir))?;
    let file =
        |name: &str, root: &str, description: &str, dimensions: Value, entry: &dyn Fn(&Video) -> Option<Entry>| {
            let metadata = metadata(size, root, description, dimensions);
            let mut writer = Writer::create(&dir.join(name), root, &metadata)?;
            let outlines = outlines(size);
            let all = outlines.len();
            for (number, outline) in outlines.into_iter().enumerate() {
                tell(progress, number, all)?;
                let video = video(size, outline);
                if let Some(entry) = entry(&video) {
                    writer.add(&video.outline.id(), &entry)?;
                }
            }
            Ok::<_, DataError>(writer.finish()?)
        };
    file("words.csd", "words", "words and pauses in time", json!(["word"]), &|video| Some(video.words()))?;
    file("glove_vectors.csd", "glove_vectors", "word vectors", json!(null), &|video| Some(video.vectors()))?;
    file("COVAREP.csd", "COVAREP", "voice", json!(null), &|video| Some(frames::audio(size, video)))?;
    file("FACET.csd", "FACET_4.2", "face", json!(null), &|video| frames::vision(size, video))?;
    let names = json!(["sentiment score"]);
    file("labels.csd", "Opinion Segment Labels", "sentiment of segments", names, &|video| Some(video.labels()))?;
    let names = json!(EMOTIONS);
    file("emotions.csd", "Emotion Labels", "emotions of segments", names, &|video| Some(video.emotions()))
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
