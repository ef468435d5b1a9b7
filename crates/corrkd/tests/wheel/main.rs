//! The wheel, in a fresh virtual environment: built, installed, its program run, its module and notebook held to what the program
//! wrote, its event files read by TensorBoard.
//!
//! It takes two minutes, most of them pip's, and a registry. The program is built as for all other tests, where its build lies
//! already. This is the only test of its binary: no other starts the program while it is linked.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const CRATE: &str = env!("CARGO_MANIFEST_DIR");
/// What the wheel is built with, what its module and the notebook use, and what runs and reads.
const PACKAGES: [&str; 7] = ["maturin", "numpy", "pandas", "scikit-learn", "tensorboard", "nbclient", "ipykernel"];
/// Runs a notebook and fails where a cell does.
const RUN: &str = "import sys, nbformat, nbclient\n\
                   notebook = nbformat.read(sys.argv[1], as_version=4)\n\
                   nbclient.NotebookClient(notebook, timeout=600, kernel_name='python3').execute()";

/// A virtual environment, and the folder that commands run in.
struct World {
    environment: PathBuf,
    folder: PathBuf,
}

impl World {
    /// A program of the environment, which is first on its PATH.
    fn command(&self, program: &str) -> Command {
        let bin = self.environment.join("bin");
        let rest = std::env::var_os("PATH").unwrap_or_default();
        let path: OsString =
            std::env::join_paths([bin.clone()].into_iter().chain(std::env::split_paths(&rest))).unwrap();
        let mut command = Command::new(bin.join(program));
        command.current_dir(&self.folder).env("PATH", path).env_remove("PYTHONPATH");
        // The harness's own switch (.ci/run), for which cargo would build everything anew.
        command.env_remove("RUSTC_BOOTSTRAP");
        command
    }
}

/// What a command says that does what it should.
fn said(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{command:?}: {status}\n{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// Not `eprintln!`, which the harness hides in a test that passes.
fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// A new environment with the packages in it, where this machine can have one.
fn environment(at: &Path) -> Result<(), String> {
    let python = std::env::var_os("CORRKD_PYTHON").unwrap_or_else(|| "python3".into());
    let done = |command: &mut Command, what: &str| match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("{what}: {}", String::from_utf8_lossy(&output.stderr).trim())),
        Err(error) => Err(format!("{what}: {error}")),
    };
    done(Command::new(python).args(["-m", "venv"]).arg(at), "no Python that makes virtual environments")?;
    let mut pip = Command::new(at.join("bin/pip"));
    done(pip.args(["install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES), "pip reaches no registry")
}

#[test]
fn the_wheel_brings_the_program_and_its_module() {
    if std::env::var_os("CORRKD_LONG_TESTS").is_none_or(|value| value != "1") {
        return skipped("the wheel takes minutes; CORRKD_LONG_TESTS=1");
    }
    let dir = tempfile::tempdir().unwrap();
    let world = World { environment: dir.path().join("venv"), folder: dir.path().join("work") };
    fs::create_dir(&world.folder).unwrap();
    if let Err(why) = environment(&world.environment) {
        return skipped(&why);
    }
    let manifest = Path::new(CRATE).join("Cargo.toml");
    said(
        world
            .command("maturin")
            .args(["build", "--locked", "--quiet", "--out", "wheels", "--manifest-path"])
            .arg(manifest),
    );
    let wheels: Vec<PathBuf> =
        fs::read_dir(world.folder.join("wheels")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(wheels.len(), 1);
    said(world.command("pip").args(["install", "--quiet", "--no-deps"]).arg(&wheels[0]));

    let table = said(world.command("corrkd").args(["ablate", "--plain", "--tensorboard", "board"]));
    for row in ["full", "without-scd", "without-cpd", "without-rcd"] {
        assert!(table.contains(row), "no row {row}:\n{table}");
    }
    let notebook = Path::new(CRATE).join("python/notebook.ipynb");
    said(world.command("python").args(["-c", RUN]).arg(notebook));
    let report = fs::read_to_string(world.folder.join("runs/reports/own/table.md")).unwrap();
    assert!(report.lines().any(|line| line.starts_with("| mine | 2 |")), "{report}");
    said(world.command("python").arg(Path::new(CRATE).join("tests/wheel/check.py")));
}
