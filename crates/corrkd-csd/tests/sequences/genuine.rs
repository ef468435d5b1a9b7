//! Genuine files of the field, read completely. Expected numbers from h5py:
//! `f = h5py.File(p)["<root>/data"]; len(f); sum(len(f[k]["features"]) for k in f)`, sums in f64.

use std::io::Write as _;
use std::path::PathBuf;

use corrkd_csd::{Features, Sequence, check_file, read, write};

fn place(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/real")).join(name)
}

fn genuine(name: &str) -> Option<Sequence> {
    let path = place(name);
    if !path.exists() {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = std::io::stderr().write_all(format!("skipped: {} is absent\n", path.display()).as_bytes());
        return None;
    }
    Some(read(&path).expect("a genuine file is sound"))
}

fn rows(sequence: &Sequence) -> usize {
    sequence.entries.values().map(|entry| entry.features.rows()).sum()
}

#[test]
fn mosi_words() {
    let Some(words) = genuine("mosi/CMU_MOSI_ModifiedTimestampedWords.csd") else { return };
    assert_eq!((words.entries.len(), rows(&words)), (93, 51_056));
    // Metadata of the first generation: raw text.
    assert_eq!(words.metadata["root name"], "CMU_MOSI_ModifiedTimestampedWords");
    let pauses = words.entries.values().map(|entry| match &entry.features {
        Features::Texts(texts) => texts.values.iter().filter(|&text| text == "sp").count(),
        _ => panic!("words are texts"),
    });
    assert_eq!(pauses.sum::<usize>(), 8_287);
    assert_eq!(check_file(&place("mosi/CMU_MOSI_ModifiedTimestampedWords.csd")).unwrap(), []);
}

#[test]
fn mosi_labels() {
    let Some(labels) = genuine("mosi/CMU_MOSI_Opinion_Labels.csd") else { return };
    assert_eq!((labels.entries.len(), rows(&labels)), (93, 2_199));
    assert_eq!(labels.root, "Opinion Segment Labels");
    // Metadata of the second generation: JSON.
    assert_eq!(labels.metadata["dimension names"], serde_json::json!(["sentiment score"]));
    let values: Vec<f32> = labels
        .entries
        .values()
        .flat_map(|entry| match &entry.features {
            Features::F32(rows) => rows.values.clone(),
            _ => panic!("labels are f32"),
        })
        .collect();
    assert!(values.iter().all(|value| (-3.0..=3.0).contains(value)));
    assert_eq!(values.iter().filter(|&&value| value == 0.0).count(), 96);
    // The one label that the SDK's alignment drops.
    let path = place("mosi/CMU_MOSI_Opinion_Labels.csd");
    let findings: Vec<String> = check_file(&path).unwrap().iter().map(ToString::to_string).collect();
    let moment = format!("{}: at `2WGyTLYerpo` row 43: interval of no length at 127.21337890625", path.display());
    assert!(findings.contains(&moment), "{findings:?}");
}

#[test]
fn utterance_features() {
    for (name, width) in [("audio", 73), ("language", 100), ("visual", 100), ("labels", 1)] {
        let Some(sequence) = genuine(&format!("mosi-utterance/{name}.csd")) else { return };
        assert_eq!(rows(&sequence), 2_199, "{name}");
        assert!(sequence.entries.values().all(|entry| entry.features.width() == width), "{name}");
    }
}

#[test]
fn a_genuine_sequence_survives_writing() {
    let Some(mut words) = genuine("mosi/CMU_MOSI_ModifiedTimestampedWords.csd") else { return };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("words.csd");
    write(&path, &words).unwrap();
    let again = read(&path).unwrap();
    words.metadata.entry("root name".into()).or_insert("never".into());
    assert_eq!(again, words);
}
