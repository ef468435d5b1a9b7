//! `corrkd data import`: a file of each layout, imported by the program and then read by it.

use crate::world::corrkd;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../corrkd-import/tests/fixtures")).join(name)
}

#[test]
fn what_is_imported_can_be_prepared() {
    for (file, samples) in [
        ("mult-mosi-py2-p2.pkl", "mult-mosi"),
        ("mult-mosei-np1-p3.pkl", "mult-mosei"),
        ("iemocap-np2-p4.pkl", "iemocap"),
        ("mmsa-aligned-np2-p5.pkl", "mmsa-aligned"),
        ("npz-flat.npz", "npz"),
        ("npz-folds", "npz"),
        ("ragged-np2-p5.pkl", "npz"),
        ("mfn", "mfn"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        corrkd().args(["data", "import"]).arg(fixture(file)).arg("--out").arg(&out).assert().success().stdout(
            contains("samples: 4 train, 2 valid, 2 test\n").and(contains("written:\n")).and(contains("recipe.toml")),
        );
        let expected: Value =
            serde_json::from_slice(&std::fs::read(fixture(&format!("{samples}.json"))).unwrap()).unwrap();
        let mut prepare = corrkd();
        prepare.arg("prepare").arg("--dataset").arg(out.join("recipe.toml")).arg("--data").arg(&out);
        let done = prepare.arg("--cache").arg(folder.path().join("cache")).assert().success();
        let prepared: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
        assert_eq!(prepared["samples"], expected["counts"], "{file}");
        let said = String::from_utf8(done.get_output().stderr.clone()).unwrap();
        assert!(!said.contains("warning"), "{file}: {said}");
    }
}

/// Frames that are not aligned are imported as they are, and each modality keeps its own.
#[test]
fn what_is_not_aligned_can_be_prepared() {
    for file in ["noalign-np2-p4.pkl", "mmsa-unaligned-np2-p4.pkl", "lmf-py2-p2.pkl"] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let mut import = corrkd();
        import.args(["data", "import"]).arg(fixture(file)).arg("--out").arg(&out);
        import
            .assert()
            .success()
            .stdout(contains("lengths: not aligned, each modality has its own: at most language 5,"));
        let mut prepare = corrkd();
        prepare.arg("prepare").arg("--dataset").arg(out.join("recipe.toml")).arg("--data").arg(&out);
        prepare
            .arg("--cache")
            .arg(folder.path().join("cache"))
            .assert()
            .success()
            .stdout(contains("\"aligned\":false"));
    }
}

#[test]
fn what_cannot_be_imported_leaves_nothing() {
    let evil = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../corrkd-numpy/tests/fixtures/evil-np2-p4.pkl"));
    for (file, code, parts) in [
        (fixture("unknown-np2-p4.pkl"), 3, ["unknown layout: train has no labels", "text: array [2, 3, 4] f8"]),
        (fixture("misfit-np2-p4.pkl"), 3, ["train/labels", "expected labels of 4 samples"]),
        (evil.to_owned(), 3, ["STACK_GLOBAL: refused `posix.system`", "nothing in a file is run"]),
        (fixture("nowhere.pkl"), 3, ["nowhere.pkl", "no such file"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut import = corrkd();
        import.args(["data", "import"]).arg(&file).arg("--out").arg(folder.path().join("out"));
        let said = contains(parts[0]).and(contains(parts[1]));
        import.assert().code(code).stdout(predicate::str::is_empty()).stderr(said);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{}", file.display());
    }
    let used = tempfile::tempdir().unwrap();
    std::fs::write(used.path().join("mine"), "").unwrap();
    let mut import = corrkd();
    import.args(["data", "import"]).arg(fixture("mfn")).arg("--out").arg(used.path());
    import.assert().code(2).stderr(contains("expected a new or an empty folder for --out"));
}
