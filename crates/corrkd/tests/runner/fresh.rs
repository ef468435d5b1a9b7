//! `--fresh`: each run is had again once, also where the command is stopped and repeated, or another sweep is at work.

use crate::stand_in::{Stage, signal};
use predicates::{prelude::*, str::contains};
use std::{
    fs,
    process::{Command, Stdio},
};

#[test]
fn stopped_and_repeated_it_goes_on_where_it_was() {
    for name in ["INT", "KILL"] {
        let stage = Stage::set();
        stage.ablate().assert().code(0);
        stage.take("trained");
        stage.put("hang", r"\b9\.5\b");
        let mut sweep = stage.ablate_std().arg("--fresh").stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        stage.wait_for("hanging", 1);
        signal(name, &sweep);
        assert_eq!(sweep.wait().unwrap().code(), (name == "INT").then_some(130));
        let first = stage.take("trained");
        stage.remove("hang");
        stage.ablate().arg("--fresh").assert().code(0).stderr(contains("reuse 2 of 6 runs"));
        let second = stage.take("trained");
        assert_eq!((first.len(), second.len()), (3, 4), "{name}");
        assert_eq!(second[0], first[2]);
        // It is complete: the next one begins again.
        assert!(!stage.path("runs/reports/two-rows/fresh.json").exists());
        stage.ablate().arg("--fresh").assert().code(0);
        assert_eq!(stage.take("trained").len(), 6);
    }
}

#[test]
fn what_failed_alone_is_tried_again() {
    let stage = Stage::set();
    stage.ablate().assert().code(0);
    stage.take("trained");
    stage.put("fail", r"\b9\.5\b");
    stage.ablate().arg("--fresh").assert().code(100);
    assert_eq!(stage.take("trained").len(), 6);
    stage.remove("fail");
    // A list that cannot be read is as good as none.
    let list = stage.path("runs/reports/two-rows/fresh.json");
    let kept = fs::read(&list).unwrap();
    stage.ablate().arg("--fresh").assert().code(0);
    assert_eq!(stage.take("trained").len(), 2);
    fs::write(&list, &kept[..9]).unwrap();
    stage.ablate().arg("--fresh").assert().code(0).stderr(contains("fresh.json").and(contains("from the beginning")));
    assert_eq!(stage.take("trained").len(), 6);
}

/// The runs of the other sweep stay until it has reported them.
#[test]
fn another_sweep_is_waited_for() {
    let stage = Stage::set();
    stage.put("slow", ".");
    let mut sweep = stage.ablate_std().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    stage.wait_for("trained", 1);
    stage.put("twin.toml", &stage.lines("two-rows.toml").join("\n"));
    let mut twin = stage.ablate_file("twin.toml");
    let fresh = twin.arg("--fresh").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    assert_eq!(sweep.wait().unwrap().code(), Some(0));
    let output = fresh.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("wait  another sweep is at work in this folder"), "{said}");
    let trained = stage.take("trained");
    assert_eq!((trained.len(), &trained[..6]), (12, &trained[6..]));
    assert_eq!(stage.lines("reports"), ["report two-rows", "report twin"]);
}

/// Two that are given at once have each run had again once, and share the work.
#[test]
fn two_of_the_same_are_one() {
    let stage = Stage::set();
    stage.ablate().assert().code(0);
    stage.take("trained");
    stage.put("slow", ".");
    let start = || stage.ablate_std().arg("--fresh").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    for sweep in [start(), start()] {
        let output = sweep.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(stage.take("trained").len(), 6);
}

/// All experiments of a command are one.
#[test]
fn several_experiments_are_gone_on_with_together() {
    let stage = Stage::set();
    let reproduce = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_corrkd"));
        command.args(["reproduce", "all", "--dataset", "mosi", "--seeds", "1", "--jobs", "1", "--fresh"]);
        command.arg("--program").arg(stage.path("corrkd")).arg("--runs").arg(stage.path("runs"));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    assert!(reproduce().status().unwrap().success());
    let all = stage.take("trained").len();
    stage.put("hang", r#""form": *"dkd""#);
    let mut stopped = reproduce().spawn().unwrap();
    stage.wait_for("hanging", 1);
    signal("TERM", &stopped);
    assert_eq!(stopped.wait().unwrap().code(), Some(130));
    stage.remove("hang");
    assert!(reproduce().status().unwrap().success());
    assert_eq!(stage.take("trained").len(), all + 1, "the one that was stopped, once more");
    assert!(contains("fresh.json").not().eval(&format!("{:?}", stage.runs())));
}
