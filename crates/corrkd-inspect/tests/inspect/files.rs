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
            "error unusable page.csd - [] [] 1: is a web page, not the file (one that asks to log in, or tells an error?): \
             open the address in a browser, do what the page asks, and save the file itself"
        ]
    );
    let [absent, page, sound] = &seen.description.files[..] else { panic!("three files") };
    assert_eq!((absent.bytes, page.bytes), (None, Some(22)));
    assert!(absent.problem.is_some() && page.problem.is_some() && absent.contents.is_none());
    assert!(sound.problem.is_none() && sound.contents.is_some());
}

/// Files of other formats: what they are, and the way that works.
#[test]
fn what_is_of_another_format() {
    let dir = tempfile::tempdir().unwrap();
    let mut matlab = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".to_vec();
    matlab.resize(512, 0);
    matlab.extend(b"\x89HDF\r\n\x1a\n and what is no sequence");
    for (name, bytes, said) in [
        ("old.mat", &b"MATLAB 5.0 MAT-file, Platform: GLNXA64"[..], "is a file of MATLAB's (.mat)"),
        ("new.mat", &matlab, "is a file of MATLAB's (.mat, version 7.3)"),
        ("data.pkl", b"\x80\x04\x95\x05\0\0\0", "is a pickle: `corrkd data import "),
        ("lfs.csd", b"version https://git-lfs.github.com/spec/v1\noid sha256:00", "is a pointer of Git LFS"),
        ("a.csv", b"start,end,f0\n0,1,2\n", "is a table as text (csv)"),
        ("a.npy", b"\x93NUMPY\x01\0", "is a NumPy array (.npy)"),
    ] {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let found = found(&[path]);
        let expected = format!("error unusable {name} - [] [] 1: {said}");
        assert!(found.len() == 1 && found[0].starts_with(&expected), "{found:#?}");
        assert!(!found[0].contains("fetch it again"), "{found:#?}");
    }
}

/// A line to be copied is not folded.
#[test]
fn a_way_that_is_a_program_is_shown_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("old.mat");
    std::fs::write(&path, "MATLAB 5.0 MAT-file, Platform: GLNXA64").unwrap();
    let seen = of_files(&[path]);
    let message = &seen.findings.findings[0].message;
    let (_, program) = message.split_once('\n').unwrap();
    assert!(program.contains("scipy.io"), "{message}");
    for shown in [seen.findings.to_string(), seen.description.to_string()] {
        assert!(program.lines().all(|line| shown.lines().any(|other| other == line)), "{shown}");
    }
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
