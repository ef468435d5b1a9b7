//! What `cargo xtask dist` makes: names, checksums, licences, and the archive's quick start in a root file system with nothing else
//! in it.
//!
//! It builds the program anew, which takes ten minutes and more: CORRKD_DIST_TESTS=1, and CORRKD_DIST_TARGET for another target.

use super::skipped;
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

fn xtask(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments);
    command
}

#[test]
fn a_target_that_nobody_has_is_refused_before_anything_is_built() {
    let output = xtask(&["dist", "--target", "pdp11-unknown-unix"]).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("pdp11-unknown-unix") && !error.contains("building"), "{error}");
}

#[test]
fn an_archive_a_wheel_and_their_checksums() {
    if env::var_os("CORRKD_DIST_TESTS").is_none_or(|value| value != "1") {
        return skipped("a release takes ten minutes to build; CORRKD_DIST_TESTS=1");
    }
    let target = env::var("CORRKD_DIST_TARGET").unwrap_or_else(|_| "x86_64-unknown-linux-musl".to_owned());
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/distribution");
    let _ = fs::remove_dir_all(&out);
    assert!(xtask(&["dist", "--target", &target, "--out"]).arg(&out).status().unwrap().success());

    let name = format!("corrkd-{target}-v{}", env!("CARGO_PKG_VERSION"));
    let sums = fs::read_to_string(out.join(format!("SHA256SUMS-{target}"))).unwrap();
    let mut names = Vec::new();
    for (sum, file) in sums.lines().filter_map(|line| line.split_once("  ")) {
        let digest = Sha256::digest(fs::read(out.join(file)).unwrap());
        assert_eq!(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>(), sum, "{file}");
        names.push(file.to_owned());
    }
    assert!(names.contains(&format!("{name}.tgz")) && names.iter().any(|name| name.ends_with(".whl")), "{names:?}");

    let root = tempfile::tempdir().unwrap();
    let archive = File::open(out.join(format!("{name}.tgz"))).unwrap();
    tar::Archive::new(GzDecoder::new(archive)).unpack(root.path()).unwrap();
    let folder = root.path().join(&name);
    for file in ["corrkd", "README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.md"] {
        assert!(folder.join(file).is_file(), "{file}");
    }
    let licences = fs::read_to_string(folder.join("THIRD-PARTY.md")).unwrap();
    assert!(licences.contains("\n- candle-core ") && licences.contains("Permission is hereby granted"));
    assert!(!licences.contains("\n- tract-onnx "), "only tests are built of it");
    match target.contains("-musl") {
        true => in_an_empty_root(root.path(), &name),
        false => skipped("only a musl program needs nothing of a system"),
    }
}

/// The quick start, in a root file system that has the archive's folder and an empty one to write into.
fn in_an_empty_root(root: &Path, name: &str) {
    fs::create_dir(root.join("work")).unwrap();
    let program = PathBuf::from("/").join(name).join("corrkd");
    let chroot = |namespace: bool| {
        let mut command = if namespace { Command::new("unshare") } else { Command::new("chroot") };
        if namespace {
            command.args(["--user", "--map-root-user", "chroot"]);
        }
        command.arg(root).arg(&program).env_clear().env("PATH", env::var_os("PATH").unwrap_or_default());
        command
    };
    let starts = |namespace| chroot(namespace).arg("--version").output().is_ok_and(|output| output.status.success());
    let Some(namespace) = [false, true].into_iter().find(|&namespace| starts(namespace)) else {
        return skipped("neither root nor a namespace of one's own: no empty root file system");
    };
    let output = chroot(namespace).args(["ablate", "quickstart", "--runs", "/work/runs", "--plain"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(root.join("work/runs/reports/quickstart/table.md").is_file());
}
