//! A method is one folder: what decides its results, and what proves them.

use corrkd_methods::{METHODS, code};
use std::fs;
use std::path::{Path, PathBuf};

#[path = "../../code_digest.rs"]
mod code_digest;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Each folder is a method, and has PyTorch's values beside the script that made them.
#[test]
fn every_folder_is_a_method_with_golden_files() {
    let mut names: Vec<String> = METHODS.iter().map(|method| method.name().to_owned()).collect();
    names.sort_unstable();
    assert_eq!(code_digest::folders(&workspace()).unwrap(), names);
    for name in names {
        let folder = workspace().join(code_digest::METHODS).join(&name).join("golden");
        let files: Vec<PathBuf> = fs::read_dir(&folder)
            .unwrap_or_else(|e| panic!("{name} has no golden files: {e}"))
            .map(|entry| entry.unwrap().path())
            .collect();
        for ending in ["py", "safetensors"] {
            assert!(files.iter().any(|path| path.extension().is_some_and(|e| e == ending)), "{name}: no .{ending}");
        }
    }
}

/// A copy of all that a digest can depend on.
fn copy_of_the_code() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    fs::copy(workspace().join("Cargo.lock"), copy.path().join("Cargo.lock")).unwrap();
    for krate in fs::read_dir(workspace().join("crates")).unwrap() {
        let source = krate.unwrap().path().join("src");
        let name = source.parent().unwrap().file_name().unwrap().to_owned();
        copy_code(&source, &copy.path().join("crates").join(name).join("src"));
    }
    copy
}

fn copy_code(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_code(&path, &to);
        } else if path.extension().is_some_and(|e| e == "rs") {
            fs::copy(&path, &to).unwrap();
        }
    }
}

/// A new method, a key of another one, a metric, a table and a test rename no run; what decides a result does.
#[test]
fn a_digest_covers_what_decides_a_result_and_nothing_else() {
    let copy = copy_of_the_code();
    let digest = || code_digest::code_digest(copy.path(), "corrkd").unwrap();
    let change = |file: &str| {
        let path = copy.path().join("crates").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = fs::read_to_string(&path).unwrap_or_default();
        fs::write(&path, text + "\n// changed\n").unwrap();
    };
    let mut last = digest();
    assert_eq!(last, code()["corrkd"], "the program was built from other code");
    for same in [
        "corrkd-methods/src/newcomer/mod.rs",
        "corrkd-methods/src/cubemlp/settings.rs",
        "corrkd-methods/src/lib.rs",
        "corrkd-methods/src/corrkd/tests/mod.rs",
        "corrkd-metrics/src/scores.rs",
        "corrkd-metrics/src/newcomer.rs",
        "corrkd-report/src/summary.rs",
        "corrkd-runner/src/lib.rs",
    ] {
        change(same);
        assert_eq!(digest(), last, "{same}");
    }
    for other in [
        "corrkd-methods/src/corrkd/student.rs",
        "corrkd-methods/src/one_network.rs",
        "corrkd-kernels/src/product.rs",
        "corrkd-nn/src/linear.rs",
        "corrkd-train/src/fit.rs",
        "corrkd-losses/src/scd.rs",
        "corrkd-data/src/batch.rs",
        "corrkd-metrics/src/f1.rs",
    ] {
        change(other);
        let now = digest();
        assert_ne!(now, last, "{other}");
        last = now;
    }
}
