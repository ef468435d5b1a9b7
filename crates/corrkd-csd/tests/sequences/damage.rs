//! Absent and damaged files: each is refused with a message that says what, where and what was expected.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use corrkd_csd::{CsdError, Entry, Features, Reader, Rows, Sequence, check_file, read, write};
use hdf5::FileBuilder;
use proptest::prelude::*;
use tempfile::TempDir;

fn place(name: &str) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join(name);
    (dir, path)
}

/// The message without the path in front.
fn message(error: &CsdError, path: &Path) -> String {
    error
        .to_string()
        .strip_prefix(&format!("{}: ", path.display()))
        .expect("a message that opens with the path")
        .to_owned()
}

/// A file `/S/data/v/{features,intervals}` with the given shapes, filled with zeros.
fn shaped(features: &[u64], intervals: &[u64]) -> (TempDir, PathBuf) {
    let (dir, path) = place("s.csd");
    let mut file = FileBuilder::new();
    let mut root = file.create_group("S");
    let mut data = root.create_group("data");
    let mut entry = data.create_group("v");
    for (name, shape) in [("features", features), ("intervals", intervals)] {
        let zeros = vec![0.0; shape.iter().product::<u64>() as usize];
        entry.create_dataset(name).with_f64_data(&zeros).with_shape(shape);
    }
    data.add_group(entry.finish());
    root.add_group(data.finish());
    file.add_group(root.finish());
    file.write(&path).expect("a file of zeros");
    (dir, path)
}

fn small() -> Sequence {
    let entry = Entry {
        intervals: (0..100).map(|row| [f64::from(row), f64::from(row) + 1.0]).collect(),
        features: Features::F32(Rows::flat(5, (0..500).map(|i| i as f32 * 0.37).collect())),
    };
    let entries = ["a", "b", "c"].map(|id| (id.to_owned(), entry.clone())).into();
    Sequence { root: "S".into(), metadata: [("root name".into(), "S".into())].into(), entries }
}

#[test]
fn an_absent_file() {
    let (_dir, path) = place("none.csd");
    let error = read(&path).unwrap_err();
    assert!(matches!(error, CsdError::Absent { .. }));
    assert_eq!(message(&error, &path), "no such file; fetch it or correct the path");
}

/// What would end a line of a table, or be obeyed by a terminal, is no name.
#[test]
fn names_with_control_characters() {
    let (_dir, path) = place("s.csd");
    let entries = [("vid+1".to_owned(), small().entries.into_values().next().unwrap())].into();
    write(&path, &Sequence { root: "Ro+t".to_owned(), entries, ..small() }).unwrap();
    let sound = fs::read(&path).unwrap();
    let with = |from: &[u8], to: &[u8]| {
        let at = sound.windows(from.len()).position(|bytes| bytes == from).unwrap();
        let mut bytes = sound.clone();
        bytes[at..at + to.len()].copy_from_slice(to);
        fs::write(&path, bytes).unwrap();
        message(&read(&path).unwrap_err(), &path)
    };
    let expected = "expected names without control characters, got";
    let remedy = "fetch it again or leave the entry out";
    assert_eq!(with(b"vid+1", b"vid\n1"), format!("at `Ro+t`: {expected} \"vid\\n1\"; {remedy}"));
    assert_eq!(with(b"vid+1", b"vid\x1b1"), format!("at `Ro+t`: {expected} \"vid\\u{{1b}}1\"; {remedy}"));
    assert_eq!(with(b"Ro+t", b"Ro\rt"), format!("at `/`: {expected} \"Ro\\rt\"; {remedy}"));
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_not_waited_for() {
    let (_dir, path) = place("s.csd");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    for path in [path.as_path(), Path::new("/dev/zero")] {
        let error = read(path).err().unwrap();
        assert_eq!(message(&error, path), "it is a pipe, a socket or a device, expected a regular file");
    }
}

#[test]
fn a_saved_web_page() {
    let (_dir, path) = place("page.csd");
    fs::write(&path, "<html><body>403</body></html>").unwrap();
    let error = read(&path).unwrap_err();
    assert!(matches!(error, CsdError::NotHdf5 { .. }));
    assert_eq!(
        message(&error, &path),
        "expected an HDF5 file, got 29 bytes starting \"<html><body>403<\"; fetch it again"
    );
}

#[test]
fn a_truncated_file() {
    let (_dir, path) = place("s.csd");
    write(&path, &small()).unwrap();
    let bytes = fs::read(&path).unwrap();
    for keep in [600, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&path, &bytes[..keep]).unwrap();
        let error = read(&path).unwrap_err();
        assert!(matches!(error, CsdError::Truncated { .. }), "{keep}: {error}");
        assert_eq!(
            message(&error, &path),
            format!("truncated: expected {} bytes, got {keep}; fetch it again", bytes.len())
        );
    }
}

#[test]
fn rows_and_intervals_of_unequal_number() {
    let (_dir, path) = shaped(&[7, 3], &[6, 2]);
    let error = read(&path).unwrap_err();
    assert_eq!(
        message(&error, &path),
        "at `v/features`: expected 6 rows, as many as intervals, got 7 rows; fetch it again or leave the entry out"
    );
}

#[test]
fn shapes_that_no_sequence_has() {
    for (features, intervals, expected) in [
        (
            &[4, 3][..],
            &[4, 3][..],
            "at `v/intervals`: expected shape [N, 2], start and end in seconds, got shape [4, 3]",
        ),
        (&[4, 3], &[8], "at `v/intervals`: expected two axes or more, rows first, got shape [8]"),
        (&[4], &[4, 2], "at `v/features`: expected two axes or more, rows first, got shape [4]"),
        (&[4, 0], &[4, 2], "at `v/features`: expected one column or more, got none"),
    ] {
        let (_dir, path) = shaped(features, intervals);
        let error = read(&path).unwrap_err();
        assert!(message(&error, &path).starts_with(expected), "{error}");
    }
}

#[test]
fn higher_ranks_keep_their_shape() {
    let (_dir, path) = shaped(&[4, 3, 2], &[4, 2]);
    let expected = Features::F64(Rows { shape: vec![3, 2], values: vec![0.0; 24] });
    assert_eq!(read(&path).unwrap().entries["v"].features, expected);
}

#[test]
fn whole_numbers_are_numbers() {
    let (_dir, path) = place("s.csd");
    let mut file = FileBuilder::new();
    let mut root = file.create_group("S");
    let mut data = root.create_group("data");
    let mut entry = data.create_group("v");
    entry.create_dataset("features").with_i64_data(&[-3, 2]).with_shape(&[2, 1]);
    entry.create_dataset("intervals").with_i32_data(&[0, 1, 1, 2]).with_shape(&[2, 2]);
    data.add_group(entry.finish());
    root.add_group(data.finish());
    file.add_group(root.finish());
    file.write(&path).unwrap();
    let sequence = read(&path).unwrap();
    assert_eq!(
        sequence.entries["v"],
        Entry { intervals: vec![[0.0, 1.0], [1.0, 2.0]], features: Features::F64(Rows::flat(1, vec![-3.0, 2.0])) }
    );
}

#[test]
fn a_file_without_entries_to_find() {
    let (_dir, path) = place("s.csd");
    let mut file = FileBuilder::new();
    let mut root = file.create_group("S");
    let other = root.create_group("other").finish();
    root.add_group(other);
    file.add_group(root.finish());
    file.write(&path).unwrap();
    let error = read(&path).unwrap_err();
    assert!(matches!(error, CsdError::Damaged { .. }));
    assert!(
        message(&error, &path)
            .starts_with("at `S`: expected a group `data` with one group for each entry, got groups other"),
        "{error}"
    );
}

#[test]
fn a_missing_dataset() {
    let (_dir, path) = place("s.csd");
    let mut file = FileBuilder::new();
    let mut root = file.create_group("S");
    let mut data = root.create_group("data");
    let mut entry = data.create_group("v");
    entry.create_dataset("intervals").with_f64_data(&[0.0, 1.0]).with_shape(&[1, 2]);
    data.add_group(entry.finish());
    root.add_group(data.finish());
    file.add_group(root.finish());
    file.write(&path).unwrap();
    let error = read(&path).unwrap_err();
    let expected = "at `v/features`: expected a dataset of this name, got none; fetch it again or leave the entry out";
    assert_eq!(message(&error, &path), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    /// Any damage to any bytes gives a sequence or an error, never a panic, an abort or an endless loop.
    #[test]
    fn arbitrary_damage_is_survived(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let (_dir, path) = place("s.csd");
        write(&path, &small()).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        fs::write(&path, &bytes).unwrap();
        let _ = read(&path);
    }
}

/// A file whose trees of this kind, 0 for names and 1 for chunks, each stand below 40 nodes of 8 times the next one.
/// Followed to the end, one entry would be 8^40.
fn multiplied(kind: u8) -> (TempDir, PathBuf) {
    let (dir, path) = place("s.csd");
    write(&path, &small()).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let key = if kind == 0 { 8 } else { 32 };
    let trees: Vec<usize> =
        (0..bytes.len()).filter(|&at| bytes[at..].starts_with(&[b'T', b'R', b'E', b'E', kind])).collect();
    assert!(trees.len() > 3);
    for tree in trees {
        let mut next = tree as u64;
        for level in 1..=40 {
            let at = bytes.len() as u64;
            bytes.extend([b'T', b'R', b'E', b'E', kind, level, 8, 0]);
            bytes.extend([0xff; 16]);
            for _ in 0..8 {
                bytes.extend(vec![0; key]);
                bytes.extend(next.to_le_bytes());
            }
            bytes.extend(vec![0; 33 * 40]);
            next = at;
        }
        // Whatever led to the tree leads to the topmost node.
        let address = (tree as u64).to_le_bytes();
        let header = (0..tree + 4000).filter(|&at| bytes[at..].starts_with(&address)).collect::<Vec<_>>();
        header.into_iter().for_each(|at| bytes[at..at + 8].copy_from_slice(&next.to_le_bytes()));
    }
    // The superblock's end of file.
    let end = bytes.len() as u64;
    bytes[44..52].copy_from_slice(&end.to_le_bytes());
    fs::write(&path, bytes).unwrap();
    (dir, path)
}

#[test]
fn an_index_that_multiplies_itself() {
    let (_dir, path) = multiplied(0);
    let error = read(&path).unwrap_err();
    assert!(error.to_string().contains("leads to the same places again and again"), "{error}");

    let (_dir, path) = multiplied(1);
    let findings = check_file(&path).unwrap();
    assert_eq!(findings.len(), 3, "{findings:?}");
    for finding in findings {
        assert!(finding.to_string().contains("leads to the same places again and again"), "{finding}");
    }
}

/// 400 ids for the same 4 MB, which deflate made a thousand times smaller.
#[test]
fn many_ids_of_the_same_rows() {
    let (_dir, path) = place("s.csd");
    let entry = |rows: u32| Entry {
        intervals: (0..rows).map(|_| [0.0, 1.0]).collect(),
        features: Features::F32(Rows::flat(100, vec![0.0; 100 * rows as usize])),
    };
    let mut entries: BTreeMap<String, Entry> = (0..400).map(|i| (format!("v{i}"), entry(1))).collect();
    entries.insert("long".into(), entry(10_000));
    let metadata = BTreeMap::new();
    write(&path, &Sequence { root: "S".into(), metadata, entries }).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    // A link is the place of its name and that of its group; "long" is the first of all names.
    let nodes: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at..].starts_with(b"SNOD\x01\0\x08\0")).collect();
    let long: [u8; 8] = bytes[nodes[0] + 16..nodes[0] + 24].try_into().unwrap();
    for link in nodes.iter().flat_map(|node| (0..8).map(move |link| node + 8 + 40 * link)) {
        bytes[link + 8..link + 16].copy_from_slice(&long);
    }
    fs::write(&path, &bytes).unwrap();
    let error = read(&path).unwrap_err();
    assert!(error.to_string().contains("expected entries that have no bytes in common, of the file's"), "{error}");
    // One of them is sound, however often it is read.
    let reader = Reader::open(&path).unwrap();
    for _ in 0..300 {
        assert_eq!(reader.entry("v399").unwrap().intervals.len(), 10_000);
    }
}
