//! A small sound data set in real files, to be spoilt in one way at a time.

use corrkd_config::DatasetRef;
use corrkd_csd::{Entry, Features, Rows, Sequence, write};
use corrkd_data::unseen;
use corrkd_inspect::{Finding, Inspection, Target, inspect};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub(crate) const RECIPE: &str = r#"
title = "small"
time = 3
keep = "first"
standardise = "none"
reference = "language"
[words]
file = "words.csd"
[labels]
file = "labels.csd"
roots = ["Opinion Segment Labels"]
columns = ["sentiment", "anger"]
column = "sentiment"
range = [-3.0, 3.0]
[features.language]
file = "vectors.csd"
roots = ["glove_vectors"]
width = 2
[features.audio]
file = "audio.csd"
width = 3
[folds]
train = ["a", "b"]
valid = ["c"]
test = ["d"]
"#;

/// Four videos of six seconds: a word each second with a pause as the fourth one, two segments of three seconds.
pub(crate) struct World {
    pub(crate) dir: TempDir,
    pub(crate) recipe: String,
    pub(crate) files: BTreeMap<&'static str, Sequence>,
}

impl World {
    pub(crate) fn new() -> Self {
        let mut files = BTreeMap::new();
        let mut add = |file, root: &str, entry: &dyn Fn(usize) -> Entry| {
            let entries = ["a", "b", "c", "d"].iter().enumerate().map(|(v, id)| ((*id).to_owned(), entry(v))).collect();
            files.insert(file, sequence(root, entries));
        };
        add("labels.csd", "Opinion Segment Labels", &|v| {
            numbers(2, &[[0.0, 3.0], [3.0, 6.0]], |i| [-2.6, -1.0, 3.0, 0.5][(i + v) % 4])
        });
        add("words.csd", "words", &|_| {
            let words = ["it", "was", "very", "sp", "good", "really"].map(str::to_owned);
            Entry { intervals: seconds(6), features: Features::Texts(Rows { shape: vec![1], values: words.into() }) }
        });
        add("vectors.csd", "glove_vectors", &|v| numbers(2, &seconds(6), |i| (v + i + 1) as f32));
        add("audio.csd", "COVAREP", &|v| numbers(3, &seconds(6), |i| (v * i + 1) as f32));
        Self { dir: tempfile::tempdir().unwrap(), recipe: RECIPE.to_owned(), files }
    }

    pub(crate) fn entry(&mut self, file: &str, id: &str) -> &mut Entry {
        self.files.get_mut(file).unwrap().entries.get_mut(id).unwrap()
    }

    pub(crate) fn interval(&mut self, file: &str, id: &str, row: usize, interval: [f64; 2]) {
        self.entry(file, id).intervals[row] = interval;
    }

    pub(crate) fn value(&mut self, file: &str, id: &str, place: usize, value: f32) {
        match &mut self.entry(file, id).features {
            Features::F32(rows) => rows.values[place] = value,
            _ => panic!("numbers"),
        }
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.dir.path().join(file)
    }

    pub(crate) fn write(&self) {
        for (file, sequence) in &self.files {
            write(&self.path(file), sequence).unwrap();
        }
        std::fs::write(self.path("small.toml"), &self.recipe).unwrap();
    }

    /// What is told of the recipe.
    pub(crate) fn inspect(&self) -> Inspection {
        self.write();
        let dataset = DatasetRef { name: self.path("small.toml").display().to_string(), size: None, fold: None };
        let cache = self.path("cache");
        let target = Target::Recipe { dataset: &dataset, source: Some(self.dir.path()), cache: &cache };
        inspect(target, &unseen).unwrap()
    }

    /// The findings about the recipe.
    pub(crate) fn findings(&self) -> Vec<String> {
        lines(&self.inspect().findings.findings)
    }
}

/// What is told of files.
pub(crate) fn of_files(files: &[PathBuf]) -> Inspection {
    inspect(Target::Files(files), &unseen).unwrap()
}

/// `warning no-length labels.csd a [1] [] 1: message`: severity, kind, file, entry, rows, columns and count.
pub(crate) fn lines(findings: &[Finding]) -> Vec<String> {
    let line = |finding: &Finding| {
        let Finding { severity, kind, file, id, rows, columns, count, message } = finding;
        let kind = serde_json::to_value(kind).unwrap();
        let file = file.as_ref().map_or("-", |file| Path::new(file).file_name().unwrap().to_str().unwrap());
        let id = id.as_deref().unwrap_or("-");
        format!("{severity} {} {file} {id} {rows:?} {columns:?} {count}: {message}", kind.as_str().unwrap())
    };
    findings.iter().map(line).collect()
}

pub(crate) fn seconds(rows: usize) -> Vec<[f64; 2]> {
    (0..rows).map(|row| [row as f64, row as f64 + 1.0]).collect()
}

pub(crate) fn numbers(width: usize, intervals: &[[f64; 2]], value: impl Fn(usize) -> f32) -> Entry {
    let values = (0..intervals.len() * width).map(value).collect();
    Entry { intervals: intervals.to_vec(), features: Features::F32(Rows::flat(width, values)) }
}

pub(crate) fn sequence(root: &str, entries: BTreeMap<String, Entry>) -> Sequence {
    Sequence { root: root.to_owned(), metadata: [("root name".to_owned(), root.into())].into(), entries }
}
