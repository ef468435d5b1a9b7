//! The genuine CMU-MOSI files, where they are at hand: alignment as the SDK has it, and the utterance features.

use corrkd_config::{DatasetRef, PerModality};
use corrkd_csd::{Entry, Features};
use corrkd_data::{Time, Trust, load, overlaps, unseen};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn real(part: &str) -> Option<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/real")).join(part);
    if folder.is_dir() {
        return Some(folder);
    }
    // Not `eprintln!`, which the harness hides in a test that passes.
    let _ = std::io::stderr().write_all(format!("skipped: {} is not there\n", folder.display()).as_bytes());
    None
}

/// A segment's words, their intervals cut to it, its own interval and its label.
struct Aligned {
    words: Vec<String>,
    intervals: Vec<[f64; 2]>,
    segment: [f64; 2],
    label: f32,
}

/// Golden: the unmodified Python SDK, 19 of the 93 videos, made by
/// `d = mmdataset({'words': ..., 'labels': ...}); d.align('labels')` and written out as JSON.
#[test]
fn words_align_to_labels_as_in_the_sdk() {
    let Some(folder) = real("mosi") else { return };
    let words = corrkd_csd::read(&folder.join("CMU_MOSI_ModifiedTimestampedWords.csd")).unwrap();
    let labels = corrkd_csd::read(&folder.join("CMU_MOSI_Opinion_Labels.csd")).unwrap();
    let mut aligned: BTreeMap<String, Aligned> = BTreeMap::new();
    let mut skipped = Vec::new();
    for (video, Entry { intervals: segments, features: scores }) in &labels.entries {
        let Features::F32(scores) = scores else { panic!("labels are f32") };
        let Entry { intervals, features: Features::Texts(texts) } = &words.entries[video] else {
            panic!("words are texts")
        };
        for (i, found) in overlaps(segments, intervals).into_iter().enumerate() {
            let id = format!("{video}[{i}]");
            let Some(found) = found else {
                skipped.push(id);
                continue;
            };
            aligned.insert(
                id,
                Aligned {
                    words: found.iter().map(|overlap| texts.values[overlap.row].clone()).collect(),
                    intervals: found.iter().map(|overlap| overlap.interval).collect(),
                    segment: segments[i],
                    label: scores.row(i).expect("a label for each segment")[0],
                },
            );
        }
    }
    assert_eq!(skipped, ["2WGyTLYerpo[43]"], "the one label without duration");
    assert_eq!(aligned.len(), 2198);

    let golden = std::fs::read(folder.join("words_aligned_by_mmsdk.json")).unwrap();
    let golden: BTreeMap<String, Value> = serde_json::from_slice(&golden).unwrap();
    let pair = |value: &Value| [0, 1].map(|i| value[i].as_f64().expect("a time"));
    let near = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).abs() < 1e-9 && (a[1] - b[1]).abs() < 1e-9;
    let videos: std::collections::BTreeSet<&str> = golden.keys().filter_map(|id| id.split('[').next()).collect();
    let ours = aligned.keys().filter(|id| videos.contains(id.split('[').next().unwrap()));
    assert!(ours.eq(golden.keys()), "the same segments of these {} videos", videos.len());
    assert_eq!(videos.len(), 19);
    for (id, expected) in &golden {
        let got = &aligned[id];
        assert_eq!(Value::from(got.words.clone()), expected["words"], "{id}");
        let times: Vec<[f64; 2]> = expected["word_intervals"].as_array().unwrap().iter().map(pair).collect();
        assert_eq!(got.intervals.len(), times.len(), "{id}");
        assert!(got.intervals.iter().zip(&times).all(|(&a, &b)| near(a, b)), "{id}: {:?}\n{times:?}", got.intervals);
        assert!(near(got.segment, pair(&expected["seg"])), "{id}");
        assert_eq!(f64::from(got.label), expected["label"].as_f64().unwrap(), "{id}");
    }
}

#[test]
fn utterance_features_load_with_their_published_split() {
    let Some(folder) = real("mosi-utterance") else { return };
    let cache = tempfile::tempdir().unwrap();
    let name = DatasetRef { name: "mosi-utterance".to_owned(), size: None, fold: None };
    let dataset = load(&name, Some(&folder), cache.path(), Trust::Read, &unseen).unwrap();
    let counts = [&dataset.train, &dataset.valid, &dataset.test].map(|split| split.samples.len());
    assert_eq!(counts, [1143, 304, 752]);
    assert_eq!(dataset.summary.to_string(), "samples: 1143 train, 304 valid, 752 test");
    assert_eq!(
        (dataset.time, dataset.widths),
        (Time::Aligned(1), PerModality { language: 100, audio: 73, vision: 100 })
    );
    // The majority of the test fold is 62.1 % (shared facts of the data: the sign, zeros being positive, over 752).
    let negative = dataset.test.samples.iter().filter(|sample| sample.label < 0.0).count();
    let majority = negative.max(752 - negative) as f64 / 752.0;
    assert!((majority - 0.621).abs() < 0.0006, "{majority}");
    for (modality, &width) in dataset.widths.iter() {
        for column in 0..width {
            let values = || dataset.train.samples.iter().map(|s| f64::from(s.features.get(modality)[column]));
            let mean = values().sum::<f64>() / 1143.0;
            let deviation = (values().map(|x| (x - mean).powi(2)).sum::<f64>() / 1143.0).sqrt();
            assert!(mean.abs() < 1e-5, "{modality} {column}: mean {mean}");
            let constant = values().all(|value| value == 0.0);
            assert!(constant || (deviation - 1.0).abs() < 1e-4, "{modality} {column}: deviation {deviation}");
        }
    }
    assert_eq!(load(&name, Some(&folder), cache.path(), Trust::Read, &unseen).unwrap(), dataset, "from the cache");
}
