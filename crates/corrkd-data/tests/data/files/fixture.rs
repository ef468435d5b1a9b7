//! A small data set on disk: three videos, one in each fold, raw or aligned already.

use corrkd_config::DatasetRef;
use corrkd_csd::{Entry, Features, Rows, Sequence};
use corrkd_data::{DataError, Dataset, Trust, load, unseen};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The data set's sequences and recipe, to change before they are written.
pub(crate) struct Fixture {
    /// By file name.
    pub(crate) files: BTreeMap<&'static str, Sequence>,
    /// The recipe's text.
    pub(crate) recipe: String,
}

/// An entry of numbers: intervals and rows.
pub(crate) fn entry(rows: &[([f64; 2], &[f32])]) -> Entry {
    Entry {
        intervals: rows.iter().map(|(interval, _)| *interval).collect(),
        features: Features::F32(Rows::flat(
            rows[0].1.len(),
            rows.iter().flat_map(|(_, values)| values.iter().copied()).collect(),
        )),
    }
}

fn sequence(root: &str) -> Sequence {
    Sequence { root: root.to_owned(), ..Sequence::default() }
}

const COMMON: &str = r#"
title = "A fixture"
time = 4
keep = "last"
standardise = "none"
labels = { file = "labels.csd", roots = ["labels"], columns = ["score"], column = "score", range = [-3.0, 3.0] }
features.language = { file = "language.csd", width = 2 }
features.audio = { file = "audio.csd", roots = ["audio", "voice"], width = 1 }
features.vision = { file = "vision.csd", width = 1 }
folds = { train = ["a"], valid = ["b"], test = ["c"] }
"#;

/// Words at 0-1, 1-2 and 2-3 s, voice and face over them, labels at 0-2 and 2-3 s.
pub(crate) fn raw() -> Fixture {
    let mut files = BTreeMap::from([
        ("labels.csd", sequence("Labels")),
        ("language.csd", sequence("glove_vectors")),
        ("audio.csd", sequence("voice")),
        ("vision.csd", sequence("face")),
    ]);
    for (k, video) in ["a", "b", "c"].into_iter().enumerate() {
        let k = k as f32;
        let mut put = |file: &str, rows: &[([f64; 2], &[f32])]| {
            files.get_mut(file).expect("named above").entries.insert(video.to_owned(), entry(rows));
        };
        put("labels.csd", &[([0.0, 2.0], &[k]), ([2.0, 3.0], &[-k])]);
        put("language.csd", &[([0.0, 1.0], &[k, 1.0]), ([1.0, 2.0], &[k, 2.0]), ([2.0, 3.0], &[k, 3.0])]);
        put("audio.csd", &[([0.0, 0.5], &[10.0]), ([0.5, 1.0], &[20.0]), ([2.0, 3.0], &[30.0 + k])]);
        put("vision.csd", &[([0.0, 3.0], &[5.0])]);
    }
    Fixture { files, recipe: format!("reference = \"language\"\n{COMMON}") }
}

/// One segment for each video, `video[0]`, of two frames.
pub(crate) fn given() -> Fixture {
    let mut files = BTreeMap::from([
        ("labels.csd", sequence("labels")),
        ("language.csd", sequence("language")),
        ("audio.csd", sequence("audio")),
        ("vision.csd", sequence("vision")),
    ]);
    for id in ["a[0]", "b[0]", "c[0]"] {
        let mut put = |file: &str, rows: &[([f64; 2], &[f32])]| {
            files.get_mut(file).expect("named above").entries.insert(id.to_owned(), entry(rows));
        };
        put("labels.csd", &[([0.0, 2.0], &[1.0])]);
        put("language.csd", &[([0.0, 1.0], &[1.0, 2.0]), ([1.0, 2.0], &[3.0, 4.0])]);
        put("audio.csd", &[([0.0, 1.0], &[5.0]), ([1.0, 2.0], &[6.0])]);
        put("vision.csd", &[([0.0, 1.0], &[7.0]), ([1.0, 2.0], &[8.0])]);
    }
    Fixture { files, recipe: COMMON.to_owned() }
}

impl Fixture {
    /// A sequence, to change.
    pub(crate) fn file(&mut self, name: &str) -> &mut Sequence {
        self.files.get_mut(name).expect("one of the fixture's files")
    }

    /// Writes everything into a folder; the recipe's path.
    pub(crate) fn write(&self, folder: &Path) -> PathBuf {
        for (name, sequence) in &self.files {
            corrkd_csd::write(&folder.join(name), sequence).expect("a sound sequence");
        }
        let recipe = folder.join("fixture.toml");
        std::fs::write(&recipe, &self.recipe).expect("a writable folder");
        recipe
    }

    /// Writes everything into a fresh folder and loads it.
    pub(crate) fn load(&self) -> Result<Dataset, DataError> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let recipe = self.write(folder.path());
        load(&by_path(&recipe), Some(folder.path()), &folder.path().join("cache"), Trust::Read, &unseen)
    }
}

/// A reference to a recipe's file.
pub(crate) fn by_path(recipe: &Path) -> DatasetRef {
    DatasetRef { name: recipe.to_str().expect("a path in UTF-8").to_owned(), size: None, fold: None }
}
