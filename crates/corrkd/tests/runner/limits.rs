//! What an experiment or a command line may not ask for is refused before anything starts, with exit code 2.

use assert_cmd::Command;
use predicates::{prelude::*, str::contains};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

const TINY: &str = r#"
title = "tiny"
dataset = "synthetic"
size = "small"
seeds = [1, 2]
reference = "full"
network = { layers = 1, width = 8, heads = 2, feed_forward = 8 }
losses.rcd.hidden = 4
[[variant]]
name = "full"
[[variant]]
name = "without-scd"
losses.scd.weight = 0.0
"#;

fn ablate(folder: &Path, arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("corrkd").unwrap();
    command.current_dir(folder).arg("ablate").args(arguments).timeout(Duration::from_secs(60)).assert()
}

/// What is said of the experiment with this in place of that.
fn refused(this: &str, that: &str, said: &str) {
    let folder = tempfile::tempdir().unwrap();
    assert!(TINY.contains(that), "{that}");
    fs::write(folder.path().join("e.toml"), TINY.replace(that, this)).unwrap();
    for options in [["e.toml", "--dry-run"].as_slice(), &["e.toml"]] {
        let refusal = ablate(folder.path(), options).code(2).stdout("");
        refusal.stderr(contains(said).and(contains("panicked").not()));
    }
    assert!(!folder.path().join("runs").exists());
}

#[test]
fn sizes_that_no_machine_has_are_named_with_their_limit() {
    let huge = i64::MAX.to_string();
    for (key, that, value, least) in [
        ("network.width", "width = 8", "width = 4611686018427387904", "at most 65536"),
        ("network.feed_forward", "feed_forward = 8", &*format!("feed_forward = {huge}"), "at most 65536"),
        ("network.layers", "layers = 1", "layers = 1000", "at most 128"),
        ("losses.rcd.hidden", "hidden = 4", &*format!("hidden = {huge}"), "at most 65536"),
        ("network.kernel", "heads = 2", &*format!("heads = 2, kernel = {huge}"), "at most 65536"),
        ("network.heads", "heads = 2", &*format!("heads = {huge}"), "a divisor of network.width"),
        ("student.batch", "size = \"small\"", &*format!("size = \"small\"\nstudent.batch = {huge}"), "at most 1000000"),
        (
            "teacher.epochs",
            "size = \"small\"",
            &*format!("size = \"small\"\nteacher.epochs = {huge}"),
            "at most 1000000",
        ),
    ] {
        refused(value, that, &format!("`{key}` is "));
        refused(value, that, least);
    }
    let cube = "name = \"without-scd\"\nmethod = \"cubemlp\"\nnetwork.blocks = [[5, 3, 100000]]\n";
    refused(
        cube,
        "name = \"without-scd\"\nlosses.scd.weight = 0.0\n",
        "`network.blocks` is 100000, expected at most 65536",
    );
}

/// Each size by itself is none that is refused.
#[cfg(target_os = "linux")]
#[test]
fn memory_that_this_machine_has_not_is_refused_with_both_numbers() {
    let said = "row `full`: its student takes at least 180.0 TiB of memory";
    refused(
        "layers = 128, width = 65536, heads = 2, feed_forward = 65536",
        "layers = 1, width = 8, heads = 2, feed_forward = 8",
        said,
    );
}

#[test]
fn a_plan_says_how_many_runs_and_how_much_memory_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("e.toml"), TINY).unwrap();
    let planned = ablate(folder.path(), &["e.toml", "--dry-run"]).code(0);
    planned.stdout(
        contains("\na run takes at least ")
            .and(contains(" KiB of memory\n6 runs: teacher 2, student 4 (2 rows, 2 seeds)\n")),
    );
}

#[test]
fn a_sweep_of_millions_of_rows_is_refused_at_once_and_many_seeds_are_planned() {
    let folder = tempfile::tempdir().unwrap();
    let numbers = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let keys =
        ["losses.scd.margin", "losses.scd.weight", "losses.cpd.weight", "losses.rcd.weight", "losses.task.weight"];
    let sweep: String = keys.iter().map(|key| format!("\"{key}\" = [{}]\n", numbers(60))).collect();
    fs::write(folder.path().join("e.toml"), format!("{TINY}[sweep]\n{sweep}")).unwrap();
    fs::write(folder.path().join("s.toml"), TINY.replace("[1, 2]", &format!("[{}]", numbers(100_000)))).unwrap();
    let start = Instant::now();
    ablate(folder.path(), &["e.toml", "--dry-run"])
        .code(2)
        .stderr(contains("1555200000 rows").and(contains("at most 10000")));
    assert!(start.elapsed() < Duration::from_secs(5));
    let planned = ablate(folder.path(), &["s.toml", "--dry-run"]).code(0);
    planned.stdout(contains("\n300000 runs: teacher 100000, student 200000 (2 rows, 100000 seeds)\n"));
    // Half a second here; quadratic, it took minutes.
    assert!(start.elapsed() < Duration::from_secs(20));
    fs::write(folder.path().join("s.toml"), TINY.replace("[1, 2]", &format!("[{}]", numbers(400_000)))).unwrap();
    ablate(folder.path(), &["s.toml", "--dry-run"])
        .code(2)
        .stderr(contains("1200000 runs").and(contains("at most 1000000")));
}

#[test]
fn names_that_cannot_be_shown_or_told_apart_are_refused() {
    for (this, said) in [
        ("\"a\\u0007b\"", "at `name`: it holds `\\u{7}`"),
        ("\"a\\nb\"", "at `name`: it holds `\\u{a}`"),
        ("\"a\\u202eb\"", "at `name`: it holds `\\u{202e}`"),
        ("\"teacher (complete)\"", "the report has lines of such a name"),
        ("\"all negative\"", "the report has lines of such a name"),
        ("\"full vs full\"", "the report has lines of such a name"),
        (&*format!("\"{}\"", "n".repeat(65_536)), "it has 65536 characters, expected at most 400"),
    ] {
        refused(this, "\"without-scd\"", said);
    }
    refused("title = \"a\\u001b[2Jb\"", "title = \"tiny\"", "the experiment: at `title`: it holds `\\u{1b}`");
    let folder = tempfile::tempdir().unwrap();
    for option in ["--runs", "--data", "--program"] {
        let refusal = ablate(folder.path(), &["quickstart", option, "a\nb"]).code(2);
        refusal.stderr(contains(format!("{option}: it holds `\\u{{a}}`")));
    }
    ablate(folder.path(), &["quickstart", "--jobs", "100000"])
        .code(2)
        .stderr(contains("--jobs is 100000, expected 1 to 1024"));
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
}

/// A report is a folder of its own within the runs, whatever its experiment's file is called.
#[test]
fn files_whose_report_would_have_no_place_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["...toml", ".toml", " .toml"] {
        fs::write(folder.path().join(name), TINY).unwrap();
        let said = contains("the report would be called").and(contains("rename the file"));
        ablate(folder.path(), &[&format!("./{name}"), "--dry-run"]).code(2).stdout("").stderr(said);
    }
    fs::write(folder.path().join("-dash.toml"), TINY).unwrap();
    ablate(folder.path(), &["./-dash.toml", "--dry-run"]).code(0);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    fs::write(folder.path().join("e.toml"), TINY).unwrap();
    let pipe = folder.path().join("pipe.toml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    ablate(folder.path(), &["e.toml", "--dry-run"]).code(0);
    ablate(folder.path(), &["folder"]).code(2).stderr(contains("folder: not").or(contains("it is a folder")));
    ablate(folder.path(), &["pipe.toml"]).code(2).stderr(contains("it is a pipe, a socket or a device"));
    ablate(folder.path(), &["/dev/zero"]).code(2).stderr(contains("it is a pipe, a socket or a device"));
    fs::write(folder.path().join("long.toml"), vec![b'#'; 5 << 20]).unwrap();
    ablate(folder.path(), &["long.toml"]).code(2).stderr(contains("larger than"));
    // A name that the program carries is not hidden by a folder of that name.
    fs::create_dir(folder.path().join("quickstart")).unwrap();
    ablate(folder.path(), &["quickstart", "--dry-run"]).code(0);
    for program in ["folder", "pipe.toml", "/dev/zero"] {
        ablate(folder.path(), &["e.toml", "--program", program]).code(2).stderr(contains("is no regular file"));
    }
    // One that extends what is no file.
    fs::write(folder.path().join("over.toml"), "extends = \"pipe.toml\"\n").unwrap();
    ablate(folder.path(), &["over.toml", "--dry-run"]).code(2).stderr(contains("`extends`: no `"));
}
