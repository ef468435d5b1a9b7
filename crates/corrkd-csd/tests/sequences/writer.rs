//! The writer by itself: what it refuses, what it leaves behind, and that its bytes do not depend on threads.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use corrkd_csd::{CsdError, Entry, Features, Rows, Writer, read};

fn entry(rows: usize, width: usize) -> Entry {
    Entry {
        intervals: (0..rows).map(|row| [row as f64, row as f64 + 1.0]).collect(),
        features: Features::F32(Rows::flat(width, (0..rows * width).map(|i| (i % 1013) as f32).collect())),
    }
}

fn files(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn names_that_no_file_can_hold_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.csd");
    let none = BTreeMap::new();
    for name in ["", ".", "a/b", "/", "a\0", "a\nb", "a\u{1b}"] {
        assert!(matches!(Writer::create(&path, name, &none), Err(CsdError::Unwritable { .. })), "root {name:?}");
        let metadata = [(name.to_owned(), "x".into())].into();
        assert!(matches!(Writer::create(&path, "S", &metadata), Err(CsdError::Unwritable { .. })), "key {name:?}");
        let mut writer = Writer::create(&path, "S", &none).unwrap();
        let error = writer.add(name, &entry(1, 1)).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "cannot write entry `{name}`: expected a name that is neither empty nor `.` and has neither `/` nor \
                 control characters, got {name:?}"
            )
        );
        // What was refused is not in the file, and the rest is.
        writer.add("v", &entry(1, 1)).unwrap();
        let error = writer.add("v", &entry(2, 1)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot write entry `v`: expected an id for each entry, got two entries of this id"
        );
        writer.finish().unwrap();
        assert_eq!(read(&path).unwrap().entries, [("v".to_owned(), entry(1, 1))].into());
    }
}

#[test]
fn an_id_written_already_is_refused_and_stays() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.csd");
    let mut writer = Writer::create(&path, "S", &BTreeMap::new()).unwrap();
    // More than one batch.
    let long = entry(50_000, 60);
    writer.add("long", &long).unwrap();
    assert!(matches!(writer.add("long", &entry(1, 1)), Err(CsdError::Unwritable { .. })));
    writer.finish().unwrap();
    assert_eq!(read(&path).unwrap().entries, [("long".to_owned(), long)].into());
}

#[test]
fn an_unfinished_file_is_removed_and_an_old_one_stays() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.csd");
    fs::write(&path, "old").unwrap();
    let mut writer = Writer::create(&path, "S", &BTreeMap::new()).unwrap();
    writer.add("long", &entry(50_000, 60)).unwrap();
    assert_eq!(files(dir.path()).len(), 2);
    assert_eq!(fs::read(&path).unwrap(), b"old");
    drop(writer);
    assert_eq!(files(dir.path()), ["s.csd"]);
    assert_eq!(fs::read(&path).unwrap(), b"old");
}

#[test]
fn a_folder_that_is_absent() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("none/s.csd");
    assert!(matches!(Writer::create(&path, "S", &BTreeMap::new()), Err(CsdError::Io { path: at, .. }) if at == path));
}

#[cfg(unix)]
#[test]
fn others_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let (path, other) = (dir.path().join("s.csd"), dir.path().join("other"));
    Writer::create(&path, "S", &BTreeMap::new()).unwrap().finish().unwrap();
    fs::write(&other, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&path), mode(&other));
}

/// Several batches, by one thread and by three.
#[test]
fn bytes_do_not_depend_on_threads() {
    let dir = tempfile::tempdir().unwrap();
    let bytes = |name: &str, threads: usize| {
        let path = dir.path().join(name);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut writer = Writer::create(&path, "S", &BTreeMap::new()).unwrap();
            for number in 0..40 {
                writer.add(&format!("v{number}"), &entry(number * 300, 40)).unwrap();
            }
            writer.finish().unwrap();
        });
        fs::read(path).unwrap()
    };
    let one = bytes("one", 1);
    assert!(one == bytes("three", 3));
}

#[test]
fn entries_may_come_in_any_order() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.csd");
    let mut writer = Writer::create(&path, "S", &BTreeMap::new()).unwrap();
    for id in ["z", "a", "m", "B"] {
        writer.add(id, &entry(2, 3)).unwrap();
    }
    writer.finish().unwrap();
    assert!(read(&path).unwrap().entries.keys().eq(["B", "a", "m", "z"]));
}
