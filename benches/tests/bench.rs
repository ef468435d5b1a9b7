//! What `cargo xtask bench` may be told, and what it relies on in this folder.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use assert_cmd::Command;
use predicates::{prelude::*, str::contains};
use std::{fs, path::Path};
use toml::Table;

/// As `cargo xtask bench` starts it.
fn bench() -> Command {
    let mut command = Command::cargo_bin("corrkd-benches").unwrap();
    command.args(["--program", "/no/such/corrkd"]);
    command
}

/// The runner finds a file's figures under the file's name.
#[test]
fn every_file_of_benchmarks_has_one_group_of_its_own_name() {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest: Table = toml::from_str(&fs::read_to_string(benches.join("Cargo.toml")).unwrap()).unwrap();
    let mut listed: Vec<&str> = Vec::new();
    for bench in manifest["bench"].as_array().unwrap() {
        let name = bench["name"].as_str().unwrap();
        assert_eq!(bench["harness"].as_bool(), Some(false), "{name} is Criterion's, not the test harness's");
        listed.push(name);
    }
    let mut files = Vec::new();
    for file in fs::read_dir(benches.join("benches")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let groups = text.matches("benchmark_group(").count();
        assert_eq!(text.matches(&format!("benchmark_group(\"{name}\")")).count(), groups, "{name}");
        assert!(groups > 0, "{name} has no group");
        files.push(name);
    }
    files.sort();
    assert_eq!(listed, files);
}

#[test]
fn a_stage_that_is_not_there_is_named_with_those_that_are() {
    let said = contains("`no-such-stage`").and(contains("alignment, batching,")).and(contains("step"));
    bench().arg("no-such-stage").assert().code(2).stdout("").stderr(said);
}

#[test]
fn comparisons_with_other_programs_take_no_stages_and_only_they_take_a_python() {
    for others in [["--peer", "step"], ["--align", "step"], ["--align", "--save"], ["--peer", "--align"]] {
        bench().args(others).assert().code(2).stderr(contains("cannot be used with"));
    }
    bench().args(["--python", "python3"]).assert().code(2).stderr(contains("--peer").and(contains("--align")));
}

/// Said before anything is generated or measured.
#[test]
fn a_python_that_cannot_be_used_is_the_users_affair() {
    for (comparison, packages) in [("--peer", "torch==2.15.0"), ("--align", "numpy==2.4.6 h5py==3.16.0")] {
        let remedy = || contains(format!("pip install {packages}")).and(contains("generating").not());
        let bench = |python: &Path| bench().args([comparison, "--python"]).arg(python).assert().code(2);
        bench(Path::new("/no/such/python")).stderr(remedy().and(contains("/no/such/python")));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let folder = tempfile::tempdir().unwrap();
            let python = folder.path().join("python");
            fs::write(&python, "#!/bin/sh\necho \"$0: No module named 'it'\" >&2\nexit 2\n").unwrap();
            fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).unwrap();
            bench(&python).stderr(remedy().and(contains("No module named 'it'")));
        }
    }
}
