//! What the writer writes, h5py reads to the bit, and holds to what the SDK asks of a file.
//!
//! `CORRKD_PYTHON` names a Python with h5py and NumPy. Without it the test is left out, and says so.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::expected::compare;
use corrkd_csd::{Entry, Features, Rows, Sequence, read, write};
use serde_json::{Value, json};

fn entry(features: Features) -> Entry {
    let row = |row: usize| [row as f64 * 0.1, row as f64 * 0.1 + 0.1];
    Entry { intervals: (0..features.rows()).map(row).collect(), features }
}

fn numbers(rows: usize, shape: &[usize]) -> Vec<f64> {
    (0..rows * shape.iter().product::<usize>()).map(|i| (i as f64 * 0.37).sin() * 1e3).collect()
}

fn single(rows: usize, shape: &[usize]) -> Entry {
    let values = numbers(rows, shape).into_iter().map(|value| value as f32).collect();
    entry(Features::F32(Rows { shape: shape.to_vec(), values }))
}

fn double(rows: usize, shape: &[usize]) -> Entry {
    entry(Features::F64(Rows { shape: shape.to_vec(), values: numbers(rows, shape) }))
}

fn texts(width: usize, texts: &[&str]) -> Entry {
    entry(Features::Texts(Rows::flat(width, texts.iter().map(ToString::to_string).collect())))
}

fn sequence(root: &str, entries: Vec<(String, Entry)>) -> Sequence {
    let metadata = [
        ("root name", json!(root)),
        ("dimension names", json!(["a", "b"])),
        ("description", json!("ü \"quoted\" \n".repeat(900))),
        ("version", json!(1.5)),
        ("md5", json!(null)),
    ];
    let metadata = metadata.map(|(key, value)| (key.to_owned(), value)).into();
    Sequence { root: root.to_owned(), metadata, entries: entries.into_iter().collect() }
}

/// One file for each form that the writer knows: contiguous and chunked rows, trees and groups of one to four levels.
fn sequences() -> Vec<(&'static str, Sequence)> {
    let many = |count: usize| (0..count).map(|i| (format!("video{i}[{}]", i % 7), single(1, &[2]))).collect();
    let mut special = single(3, &[2]);
    let Features::F32(rows) = &mut special.features else { unreachable!("these are f32") };
    rows.values.copy_from_slice(&[f32::NAN, f32::NEG_INFINITY, -0.0, f32::MIN_POSITIVE / 2.0, f32::MAX, 0.0]);
    let forms = [
        ("small", single(5, &[3])),
        ("chunk", single(300, &[5])),
        ("chunks ragged", single(3001, &[74])),
        ("two levels", double(8000, &[50])),
        ("three levels", double(24_000, &[100])),
        ("wide", single(2, &[200_000])),
        ("rank four", double(200, &[3, 2, 2])),
        ("special", special),
        ("no rows", single(0, &[4])),
        ("no texts", texts(1, &[])),
    ];
    let words = [
        ("a", texts(1, &["sp", "anyhow", "it", "was", ""])),
        ("b[0]", texts(2, &["café", "你好", "two words", " led"])),
        ("ünï", texts(1, &["word"; 2000])),
    ];
    let owned = |(id, entry): (&str, Entry)| (id.to_owned(), entry);
    vec![
        ("forms", sequence("FACET 4.2", forms.map(owned).into())),
        ("words", sequence("ünï.cödé", words.map(owned).into())),
        ("none", sequence("none", vec![])),
        ("many", sequence("many", many(3000))),
    ]
}

fn python(script: &str, files: &[PathBuf]) -> Option<String> {
    let Some(python) = std::env::var_os("CORRKD_PYTHON") else {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = std::io::stderr().write_all(b"skipped: CORRKD_PYTHON names no Python with h5py\n");
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop").join(script);
    let output = Command::new(python).arg("-B").arg(script).args(files).output().expect("CORRKD_PYTHON starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    Some(said)
}

#[test]
fn h5py_and_the_sdk_read_what_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (name, sequence) in sequences() {
        files.push(dir.path().join(name).with_extension("csd"));
        write(&files[files.len() - 1], &sequence).unwrap();
        // NaN never equals.
        if name != "forms" {
            assert!(read(&files[files.len() - 1]).unwrap() == sequence, "{name}");
        }
    }
    let Some(said) = python("h5py_reads.py", &files) else { return };
    let mut said = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    for (name, sequence) in sequences() {
        let said = said.next().expect("a line for each file");
        assert_eq!(said["root"], sequence.root, "{name}");
        assert_eq!(said["metadata"], json!(sequence.metadata), "{name}");
        let entries = said["entries"].as_object().expect("entries");
        assert!(entries.keys().eq(sequence.entries.keys()), "{name}: {:?}", entries.keys());
        for (id, entry) in &sequence.entries {
            compare(&format!("{name} `{id}`"), entry, &entries[id]);
        }
    }
    python("sdk_reads.py", &files);
}
