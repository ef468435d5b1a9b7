//! Findings about files without a recipe.

use crate::world::{lines, numbers, of_files, seconds, sequence};
use corrkd_csd::write;
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../corrkd-csd/tests/fixtures")).join(name)
}

fn found(files: &[PathBuf]) -> Vec<String> {
    lines(&of_files(files).findings.findings)
}

/// Files that h5py wrote, each odd in its way.
#[test]
fn what_the_file_itself_is_at_fault_for() {
    for (file, expected) in [
        ("sdk.csd", "warning not-finite sdk.csd"),
        ("no_metadata.csd", "warning no-root-name no_metadata.csd - [] [] 1: no `root name` in the metadata"),
        ("roots.csd", "warning other-roots roots.csd - [] [] 1: beside the root, never read: Zebra, alone"),
        (
            "metadata.csd",
            "note unreadable-metadata metadata.csd - [] [] 1: metadata that are no texts, left out: no text",
        ),
        ("root_differs.csd", "note root-name root_differs.csd - [] [] 1: the root is `CMU_MOSEI_LabelsSentiment`"),
        ("empty.csd", "warning no-rows empty.csd contiguous [] [] 1: no rows"),
        ("cycle.csd", "error unreadable-entry cycle.csd loop [] [] 1: intervals: expected a dataset of this name"),
        ("ranks.csd", "error other-shape ranks.csd three [] [] 1: rows of shape"),
        ("latest.csd", "error other-kind latest.csd words [] [] 1: texts, but numbers in the first entry"),
        ("texts.csd", "note not-utf8 texts.csd Latin-1 [0] [] 1: text \"caf\u{fffd}\" was not UTF-8"),
    ] {
        let found = found(&[fixture(file)]);
        assert!(found.iter().any(|line| line.starts_with(expected)), "{file}: {found:#?}");
    }
    assert_eq!(found(&[fixture("filters.csd")]), [""; 0]);
}

#[test]
fn what_is_no_sequence_is_told_and_hides_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let page = dir.path().join("page.csd");
    std::fs::write(&page, "<html>not found</html>").unwrap();
    let seen = of_files(&[dir.path().join("absent.csd"), page, fixture("filters.csd")]);
    assert_eq!(
        lines(&seen.findings.findings),
        [
            "error unusable absent.csd - [] [] 1: no such file; fetch it or correct the path",
            "error unusable page.csd - [] [] 1: expected an HDF5 file, got 22 bytes starting \"<html>not found<\"; fetch \
             it again"
        ]
    );
    let [absent, page, sound] = &seen.description.files[..] else { panic!("three files") };
    assert_eq!((absent.bytes, page.bytes), (None, Some(22)));
    assert!(absent.problem.is_some() && page.problem.is_some() && absent.contents.is_none());
    assert!(sound.problem.is_none() && sound.contents.is_some());
}

#[test]
fn no_entries() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("none.csd");
    write(&path, &sequence("S", Default::default())).unwrap();
    let seen = of_files(&[path]);
    assert_eq!(lines(&seen.findings.findings), ["error no-entries none.csd - [] [] 1: no entries"]);
    let contents = seen.description.files[0].contents.as_ref().unwrap();
    assert_eq!((contents.entries, contents.rows, contents.rows_per_entry), (0, 0, None));
}

/// Without labels, files are held against each other; with them, all against the labels.
#[test]
fn ids_that_others_have() {
    let dir = tempfile::tempdir().unwrap();
    let save = |name: &str, root: &str, ids: &[&str]| {
        let entry = || numbers(1, &seconds(2), |i| i as f32 + 1.0);
        let path = dir.path().join(name);
        write(&path, &sequence(root, ids.iter().map(|&id| (id.to_owned(), entry())).collect())).unwrap();
        path
    };
    let audio = save("audio.csd", "COVAREP", &["a", "b"]);
    let face = save("face.csd", "FACET", &["b", "c"]);
    assert_eq!(
        found(&[audio.clone(), face.clone()]),
        [
            "note missing audio.csd c [] [] 1: is in another file, but not in this one",
            "note missing face.csd a [] [] 1: is in another file, but not in this one"
        ]
    );
    let labels = save("labels.csd", "All Labels", &["a"]);
    let seen = of_files(&[audio, face, labels]);
    assert_eq!(
        lines(&seen.findings.findings),
        [
            "note no-labels audio.csd b [] [] 1: has no labels",
            "warning missing face.csd a [] [] 1: has labels, but no entry in this file",
            "note no-labels face.csd b [] [] 1: has no labels",
            "note no-labels face.csd c [] [] 1: has no labels",
        ]
    );
    assert_eq!(seen.description.files[1].missing, ["a"]);
    assert_eq!(seen.description.files[1].unlabelled, ["b", "c"]);
    assert_eq!(seen.description.files[2].roles, ["labels"]);
}
