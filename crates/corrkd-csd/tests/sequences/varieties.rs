//! Every variety of file in `fixtures/`, against what h5py reads of it (`fixtures/make.py`).

use std::path::{Path, PathBuf};

use crate::expected::compare;
use corrkd_csd::{CsdError, Reader};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// What is not to be read says why.
fn refused<T>(place: &str, result: Result<T, CsdError>, reason: &Value) {
    let Err(error) = result else { panic!("{place}: was read") };
    let reason = reason.as_str().expect("a reason");
    assert!(error.to_string().contains(reason), "{place}: expected {reason:?}, got {error}");
}

#[test]
fn every_variety_reads_as_in_h5py() {
    let expected = std::fs::read_to_string(folder().join("expected.json")).unwrap();
    let expected: serde_json::Map<String, Value> = serde_json::from_str(&expected).unwrap();
    let files = std::fs::read_dir(folder())
        .unwrap()
        .filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|extension| extension == "csd"));
    assert_eq!(files.count(), expected.len(), "each file has its expectation");
    let mut failures = Vec::new();
    for (name, expected) in &expected {
        let outcome = std::panic::catch_unwind(|| one(name, expected));
        if let Err(cause) = outcome {
            failures.push(cause.downcast_ref::<String>().cloned().unwrap_or_default());
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn one(name: &str, expected: &Value) {
    let reader = Reader::open(&folder().join(format!("{name}.csd")));
    if let Some(reason) = expected.get("refused") {
        return refused(name, reader, reason);
    }
    let reader = reader.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(reader.root(), expected["root"], "{name}");
    assert_eq!(serde_json::json!(reader.metadata()), expected["metadata"], "{name}");
    let entries = expected["entries"].as_object().expect("entries");
    let ids: Vec<&str> = reader.ids().collect();
    let known: Vec<&str> = entries.keys().map(String::as_str).filter(|id| ids.contains(id)).collect();
    assert_eq!(ids, known, "{name}");
    for (id, expected) in entries {
        let (place, entry) = (format!("{name} `{id}`"), reader.entry(id));
        match expected.get("refused") {
            Some(reason) => refused(&place, entry, reason),
            None => compare(&place, &entry.unwrap_or_else(|error| panic!("{place}: {error}")), expected),
        }
    }
}
