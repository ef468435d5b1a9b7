//! How commands end before their time: signals, the end of the parent, output that nobody reads. What was begun goes.

use crate::world::{World, corrkd, finished, proved};
use corrkd_record::{Event, RunDir};
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::io::pipe;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Much longer than any of it takes.
const PATIENCE: Duration = Duration::from_secs(120);

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Waits until it is so; false if the process ended before.
fn until(child: &mut Child, is_so: impl Fn() -> bool) -> bool {
    let clock = Instant::now();
    while !is_so() {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        assert!(clock.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(1));
    }
    true
}

fn code(child: &mut Child) -> Option<i32> {
    let clock = Instant::now();
    loop {
        match child.try_wait().unwrap() {
            Some(status) => return status.code(),
            None if clock.elapsed() > PATIENCE => panic!("it goes on"),
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// What lies in a folder and is not finished.
fn unfinished(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    names.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|name| name.starts_with('.')).collect()
}

/// A run that takes a while, and its world.
fn long() -> (World, RunDir) {
    let world = World::new();
    let line = "teacher = { epochs = 100000, batch = 20, learning_rate = 1e-2 }";
    let (teacher, _) = world.plan_with(&world.runs(), line);
    (world, teacher)
}

fn has_trained(run: &RunDir) -> bool {
    run.last_path().exists()
}

#[test]
fn verify_that_is_stopped_leaves_nothing() {
    let (world, teacher, _) = finished();
    let root = world.dir.path().join("runs");
    for signal in ["INT", "TERM", "HUP", "KILL"] {
        loop {
            let mut child = world.verifying(&teacher).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            if until(&mut child, || !unfinished(&root).is_empty()) {
                send(signal, &child);
                match code(&mut child) {
                    // It came to its end first.
                    Some(0) => continue,
                    code => assert_eq!(code, (signal != "KILL").then_some(130)),
                }
                break;
            }
        }
        if signal == "KILL" {
            // The next one finds it, when it is old enough to be told from one that is just being made.
            std::thread::sleep(Duration::from_millis(400));
            corrkd().arg("report").arg(&root).arg("none").assert().code(2);
        }
        assert_eq!(unfinished(&root), [""; 0], "{signal}");
    }
    proved(&teacher);
}

/// A run that is stopped goes on where it was.
#[test]
fn train_that_is_stopped_resumes() {
    let (world, run) = long();
    let root = world.dir.path().join("runs");
    let mut before = 0;
    for signal in ["TERM", "HUP", "INT"] {
        let mut child = world.training(&root, &run).stdout(Stdio::null()).spawn().unwrap();
        let trained = || has_trained(&run) && run.events().unwrap().len() > before + 3;
        assert!(until(&mut child, trained));
        send(signal, &child);
        assert_eq!(code(&mut child), Some(if signal == "TERM" { 75 } else { 130 }), "{signal}");
        assert_eq!(unfinished(run.path()), [""; 0]);
        let events = run.events().unwrap();
        let resumed = events.iter().filter(|event| matches!(event, Event::Started { resumed_from: Some(_), .. }));
        assert_eq!(resumed.count(), usize::from(signal != "TERM") + usize::from(signal == "INT"));
        before = events.len();
    }
    assert!(run.result().unwrap().is_none());
    run.lock().unwrap();
}

#[test]
fn no_child_outlives_its_parent() {
    let (world, run) = long();
    let root = world.dir.path().join("runs");
    let mut command = world.training(&root, &run);
    let mut child = command.arg("--with-parent").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    assert!(until(&mut child, || has_trained(&run)), "with a parent it works");
    drop(child.stdin.take());
    assert_eq!(code(&mut child), Some(130));
    run.lock().unwrap();
    // Also one that waits for another.
    let _lock = run.lock().unwrap();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    drop(child.stdin.take());
    assert_eq!(code(&mut child), Some(130));
    // Without the flag the input is nothing to it.
    drop(_lock);
    let mut child = world.training(&root, &run).stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    let events = run.events().unwrap().len();
    assert!(until(&mut child, || run.events().unwrap().len() > events + 2));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// `nohup` has a program ignore the end of the terminal.
#[test]
#[cfg(target_os = "linux")]
fn what_it_was_started_to_ignore_stays_ignored() {
    let (world, run) = long();
    let training = world.training(&world.dir.path().join("runs"), &run);
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]).arg(training.get_program()).args(training.get_args());
    let mut child = shell.stdout(Stdio::null()).spawn().unwrap();
    assert!(until(&mut child, || has_trained(&run)));
    send("HUP", &child);
    let events = run.events().unwrap().len();
    assert!(until(&mut child, || run.events().unwrap().len() > events + 5), "it ended");
    send("TERM", &child);
    assert_eq!(code(&mut child), Some(75));
}

#[test]
fn prepare_that_is_stopped_leaves_nothing() {
    let world = World::generated();
    for signal in ["INT", "KILL"] {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("corrkd"));
        command.args(["prepare", "--dataset", "synthetic", "--size", "mosei", "--cache"]).arg(world.cache());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        assert!(until(&mut child, || !unfinished(&world.cache()).is_empty()));
        send(signal, &child);
        assert_eq!(code(&mut child), (signal == "INT").then_some(130));
        if signal == "KILL" {
            std::thread::sleep(Duration::from_millis(400));
            world.prepare().args(["--size", "small"]).assert().code(0);
        }
        assert_eq!(unfinished(&world.cache()), [""; 0], "{signal}");
    }
}

/// Where nobody reads the output a command ends quietly; where nobody hears how far it is, as after Ctrl-C.
#[test]
fn an_export_that_is_stopped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let export = || {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("corrkd"));
        command.current_dir(folder.path()).args([
            "protocol",
            "export",
            "quickstart",
            "--epochs",
            "20000",
            "--out",
            "out",
        ]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    for signal in ["INT", "TERM", "KILL"] {
        let mut child = export();
        assert!(until(&mut child, || !unfinished(folder.path()).is_empty()), "it was not begun");
        std::thread::sleep(Duration::from_millis(300));
        send(signal, &child);
        assert_eq!(code(&mut child), (signal != "KILL").then_some(130));
        assert_eq!(unfinished(folder.path()).is_empty(), signal != "KILL");
    }
    // What was left by the killed one goes at the next start.
    let mut command = corrkd();
    command.current_dir(folder.path()).args(["protocol", "export", "quickstart", "--epochs", "1", "--out", "out"]);
    command.assert().code(0);
    assert!(unfinished(folder.path()).is_empty() && folder.path().join("out/protocol.json").is_file());
}

#[test]
fn output_that_nobody_reads() {
    let (world, teacher, student) = finished();
    let root = world.dir.path().join("runs");
    let prepare = |cache: &Path| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("corrkd"));
        command.args(["prepare", "--dataset", "synthetic", "--size", "small", "--cache"]).arg(cache);
        command
    };
    let unread = |mut command: Command, stdout: bool, expected: i32| {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        match stdout {
            true => command.stdout(writer).stderr(Stdio::piped()),
            false => command.stderr(writer).stdout(Stdio::piped()),
        };
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(if stdout { &output.stderr } else { &output.stdout }).into_owned();
        assert_eq!(output.status.code(), Some(expected), "{command:?}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    };
    student.clear().unwrap();
    unread(prepare(&world.cache()), true, 0);
    unread(world.verifying(&teacher), true, 0);
    unread(world.training(&root, &student), true, 0);
    unread(world.verifying(&teacher), false, 130);
    unread(prepare(&world.cache()), false, 130);
    assert_eq!((unfinished(&root), unfinished(student.path())), (Vec::new(), Vec::new()));
    world.train(&root, &student, 1).assert().success();
}

#[test]
fn a_reports_name_is_one_name() {
    let world = World::new();
    let root = world.runs().path().to_owned();
    for name in ["../../outside", "a/b", "..", ".", "", "/tmp", "a/", "./a"] {
        let refused = contains(format!("`{name}` is no name of an experiment")).and(contains("reports"));
        corrkd().arg("report").arg(&root).arg(name).assert().code(2).stderr(refused);
    }
    // What is said of it is shown and not obeyed.
    let obeyed = || contains("\u{1b}");
    let shown = contains("`a/\\u{1b}[2J`").and(obeyed().not());
    corrkd().arg("report").arg(&root).arg("a/\u{1b}[2J").assert().code(2).stderr(shown);
    corrkd().arg("report").arg("--a\u{1b}[2J").assert().code(2).stderr(contains("--a").and(obeyed().not()));
}
