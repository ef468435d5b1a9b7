//! What comes out of a file is what it was made of, before it was padded.

use crate::fixture;
use corrkd_csd::{Entry, Features};
use corrkd_data::{Recipe, unseen};
use corrkd_import::{Choices, Layout, Report, Side, import};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Each layout's samples, and the files that were made of them.
const FILES: [(&str, &[&str]); 10] = [
    (
        "mult-mosi",
        &[
            "mult-mosi-py2-p0.pkl",
            "mult-mosi-py2-p2.pkl",
            "mult-mosi-np1-p2.pkl",
            "mult-mosi-np1-p4.pkl",
            "mult-mosi-np2-p2.pkl",
            "mult-mosi-np2-p3.pkl",
            "mult-mosi-np2-p4.pkl",
            "mult-mosi-np2-p5.pkl",
        ],
    ),
    ("mult-mosei", &["mult-mosei-py2-p2.pkl", "mult-mosei-np1-p3.pkl", "mult-mosei-np2-p4.pkl"]),
    ("iemocap", &["iemocap-py2-p2.pkl", "iemocap-np2-p4.pkl"]),
    ("noalign", &["noalign-np2-p4.pkl"]),
    ("mmsa-aligned", &["mmsa-aligned-np1-p4.pkl", "mmsa-aligned-np2-p4.pkl", "mmsa-aligned-np2-p5.pkl"]),
    ("mmsa-unaligned", &["mmsa-unaligned-np1-p4.pkl", "mmsa-unaligned-np2-p4.pkl", "mmsa-unaligned-np2-p5.pkl"]),
    ("lmf", &["lmf-py2-p2.pkl", "lmf-np2-p3.pkl"]),
    ("npz", &["npz-flat.npz", "npz-paths.npz", "npz-folds", "ragged-np2-p5.pkl"]),
    ("mfn", &["mfn", "mfn/data"]),
    ("mfn-new", &["mfn-new"]),
];

fn expected(name: &str) -> Json {
    serde_json::from_slice(&std::fs::read(fixture(&format!("{name}.json"))).unwrap()).unwrap()
}

fn imported(file: &str, out: &Path) -> Report {
    import(&fixture(file), out, &Choices::default(), &unseen).unwrap_or_else(|error| panic!("{error}"))
}

/// The first columns of an entry's rows.
fn rows(entry: &Entry, columns: usize) -> Json {
    let number = |value: f64| {
        if value.is_finite() { json!(value) } else { json!(value.to_string().to_lowercase()) }
    };
    let values: Vec<f64> = match &entry.features {
        Features::F32(rows) => rows.values.iter().map(|&value| f64::from(value)).collect(),
        Features::F64(rows) => rows.values.clone(),
        Features::Texts(_) => panic!("features are numbers"),
    };
    let row = |row: &[f64]| row.iter().take(columns).map(|&value| number(value)).collect::<Json>();
    values.chunks(entry.features.width()).map(row).collect()
}

/// Frames of the longest modality.
fn longest(sample: &Json) -> usize {
    ["text", "audio", "vision"].iter().map(|key| sample[key].as_array().unwrap().len()).max().unwrap()
}

#[test]
fn every_file_yields_the_samples_it_was_made_of() {
    for (name, files) in FILES {
        let expected = expected(name);
        let columns = expected["columns_told"].as_u64().map_or(usize::MAX, |columns| columns as usize);
        for file in files {
            let folder = tempfile::tempdir().unwrap();
            let out = folder.path().join("out");
            let report = imported(file, &out);
            let entries = expected["entries"].as_object().unwrap();
            let ids: BTreeSet<&str> = entries.keys().map(String::as_str).collect();
            let labels = corrkd_csd::read(&out.join("labels.csd")).unwrap();
            assert!(labels.entries.keys().map(String::as_str).eq(ids.iter().copied()), "{file}");
            for (key, modality) in [("text", "language"), ("audio", "audio"), ("vision", "vision")] {
                let sequence = corrkd_csd::read(&out.join(format!("{modality}.csd"))).unwrap();
                assert_eq!(sequence.root, modality);
                assert!(sequence.entries.keys().map(String::as_str).eq(ids.iter().copied()), "{file}");
                for (id, entry) in &sequence.entries {
                    assert_eq!(rows(entry, columns), entries[id][key], "{file} {id} {key}");
                    let frames = entry.intervals.len();
                    let span = match entries[id]["interval"].as_array() {
                        Some(times) => [times[0].as_f64().unwrap(), times[1].as_f64().unwrap()],
                        // A sample without times lasts as many seconds as its longest modality has frames.
                        None => [0.0, longest(&entries[id]) as f64],
                    };
                    assert_eq!([entry.intervals[0][0], entry.intervals[frames - 1][1]], span, "{file} {id}");
                    assert!(entry.intervals.windows(2).all(|pair| pair[0][1] == pair[1][0]), "{file} {id}");
                }
            }
            for (id, entry) in &labels.entries {
                assert_eq!(rows(entry, usize::MAX), json!([entries[id]["labels"]]), "{file} {id}");
            }
            assert_eq!(labels.metadata["dimension names"], expected["columns"]);

            assert_eq!(report.layout.to_string(), expected["layout"].as_str().unwrap(), "{file}");
            let counts =
                json!({ "train": report.samples.train, "valid": report.samples.valid, "test": report.samples.test });
            assert_eq!(counts, expected["counts"], "{file}");
            assert_eq!(json!(report.aligned), expected.get("aligned").cloned().unwrap_or(json!(true)), "{file}");
            let folds: toml::Table = toml::from_str(&std::fs::read_to_string(out.join("folds.toml")).unwrap()).unwrap();
            assert_eq!(serde_json::to_value(folds).unwrap(), expected["videos"], "{file}");
            if let Some(not_finite) = expected["not_finite"].as_u64() {
                assert_eq!(report.features.audio.as_ref().unwrap().not_finite as u64, not_finite, "{file}");
            }
        }
    }
}

/// The recipe makes the program's samples of a file, as many as there are.
#[test]
fn the_recipe_loads() {
    for (name, files) in FILES {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let report = imported(files[0], &out);
        let recipe = out.join("recipe.toml");
        let dataset = corrkd_config::DatasetRef { name: recipe.to_str().unwrap().to_owned(), size: None, fold: None };
        let data =
            corrkd_data::load(&dataset, Some(&out), &folder.path().join("cache"), corrkd_data::Trust::Read, &unseen)
                .unwrap();
        assert_eq!(data.summary.samples, report.samples, "{name}");
        assert_eq!(data.summary.expected, Some(report.samples), "{name}");
    }
}

#[test]
fn the_report_and_the_recipe_in_full() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let report = imported("mult-mosi-np2-p4.pkl", &out);
    let text = report.to_string().replace(&format!("{}/", out.display()), "OUT/");
    let text = text.replace(&fixture("").display().to_string(), "");
    assert_eq!(
        text,
        "mult-mosi-np2-p4.pkl: layout of MulT
  dict of 3
    train: dict of 5
      text: array [4, 5, 4] f4
      audio: array [4, 5, 3] f4
      vision: array [4, 5, 2] f4
      id: array [4, 3] S3
      labels: array [4, 1, 1] f4
    valid: dict of 5
      text: array [2, 5, 4] f4
      audio: array [2, 5, 3] f4
      vision: array [2, 5, 2] f4
      id: array [2, 3] S3
      labels: array [2, 1, 1] f4
    test: dict of 5
      text: array [2, 5, 4] f4
  …
samples: 4 train, 2 valid, 2 test
videos: 2 train, 1 valid, 2 test
language: 4 columns of f4, frames: median 3, at most 5 (19 of padding before them taken away, 5 with it)
language: 1 frames of zeros, which are data (--zeros missing if not)
audio: 3 columns of f4, frames: median 3, at most 5 (19 of padding before them taken away, 5 with it); 2 values not finite, kept, the first in `v1[1]`
audio: 1 frames of zeros, which are data (--zeros missing if not)
vision: 2 columns of f4, frames: median 3, at most 5 (19 of padding before them taken away, 5 with it)
vision: 2 frames of zeros, which are data (--zeros missing if not)
labels: sentiment -1 to 2.5
label: sentiment, scores in [-3, 3], neutral 0
ids: video of the file, numbers by its order
times: 8 of 8 samples have them; their frames share them evenly
written:
  OUT/audio.csd
  OUT/folds.toml
  OUT/labels.csd
  OUT/language.csd
  OUT/recipe.toml
  OUT/vision.csd"
    );
    let recipe = std::fs::read_to_string(out.join("recipe.toml")).unwrap();
    assert_eq!(
        recipe,
        r#"title = "mult-mosi-np2-p4, imported from mult-mosi-np2-p4.pkl (layout of MulT)"
time = 5
keep = "last"
pad = "front"
standardise = "train"

[labels]
file = "labels.csd"
columns = ["sentiment"]
column = "sentiment"
range = [-3.0, 3.0]

[features.language]
file = "language.csd"
width = 4

[features.audio]
file = "audio.csd"
width = 3

[features.vision]
file = "vision.csd"
width = 2

[folds]
file = "folds.toml"

[expected]
train = 4
valid = 2
test = 2
"#
    );
}

#[test]
fn each_file_says_what_is_odd_about_it() {
    let folder = tempfile::tempdir().unwrap();
    let report = imported("noalign-np2-p4.pkl", &folder.path().join("noalign"));
    let told = "lengths: not aligned, each modality has its own: at most language 5, audio 8, vision 7 frames\n";
    assert!(report.to_string().contains(told), "{report}");
    assert_eq!(report.features.audio.as_ref().unwrap().padding, Some(Side::Front));
    let report = imported("mmsa-aligned-np2-p4.pkl", &folder.path().join("mmsa"));
    assert_eq!(report.layout, Layout::Mmsa);
    assert_eq!(report.features.vision.as_ref().unwrap().padding, Some(Side::Back));
    assert!(report.to_string().contains("\nids: video and number of the file\n"), "{report}");
    assert!(std::fs::read_to_string(folder.path().join("mmsa/recipe.toml")).unwrap().contains("pad = \"back\""));
    let report = imported("iemocap-np2-p4.pkl", &folder.path().join("iemocap"));
    assert!(report.to_string().contains("ids: none in the file"), "{report}");
    assert!(report.to_string().contains("columns of f8"), "{report}");
    let text = std::fs::read_to_string(folder.path().join("iemocap/recipe.toml")).unwrap();
    let recipe = Recipe::parse("iemocap", &text).unwrap();
    assert_eq!(recipe.labels.kind, corrkd_data::recipe("iemocap").unwrap().labels.kind);
    assert!(
        report.to_string().contains("label: which of 4 columns is 1: happy 2, sad 2, angry 2, neutral 2\n"),
        "{report}"
    );
    assert_eq!(recipe.labels.columns, ["neutral", "happy", "sad", "angry"]);
}
