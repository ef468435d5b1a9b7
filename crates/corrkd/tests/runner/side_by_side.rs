//! Several sweeps in one folder of runs: what one has in work the others wait for, and each reports all.

use crate::stand_in::Stage;
use corrkd_record::{RunId, Runs};
use predicates::{prelude::*, str::contains};
use std::{
    collections::BTreeSet,
    fs,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

fn start(stage: &Stage, file: &str, options: &[&str]) -> Child {
    let mut command = stage.ablate_file(file);
    command.args(options).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The exit code, and what was said.
fn end(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

fn ids(stage: &Stage) -> Vec<RunId> {
    stage.reported().runs.into_iter().map(|run| run.id).collect()
}

#[test]
fn what_another_process_works_on_is_waited_for_and_what_nobody_does_comes_first() {
    let stage = Stage::set();
    stage.ablate().args(["--seeds", "1"]).assert().code(0);
    let ids = ids(&stage);
    let runs = Runs::open(&stage.path("runs")).unwrap();
    for id in &ids[1..] {
        fs::remove_file(runs.run(id).result_path()).unwrap();
    }
    stage.take("trained");
    // The first of the two that are left is held; the second has its process all the same, although one at a time is asked for.
    let held = runs.run(&ids[1]).lock().unwrap();
    let sweep = start(&stage, "two-rows.toml", &["--seeds", "1"]);
    stage.wait_for("waited", 1);
    assert_eq!(stage.lines("trained"), [ids[2].to_string()]);
    drop(held);
    let (code, said) = end(sweep);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("wait  full    seed 1: another process works on it"), "{said}");
    assert_eq!(stage.take("trained"), [ids[2].to_string(), ids[1].to_string()]);
}

/// As many experiments that share their runs, and as many times the same one.
#[test]
fn four_sweeps_at_once_do_each_run_once_and_all_succeed() {
    for pause in [0, 300] {
        let stage = Stage::set();
        stage.put("slow", ".");
        stage.put("twin.toml", &stage.lines("two-rows.toml").join("\n").replace("Two rows", "Twin"));
        let sweeps = ["two-rows.toml", "two-rows.toml", "twin.toml", "twin.toml"].map(|file| {
            thread::sleep(Duration::from_millis(pause));
            start(&stage, file, &[])
        });
        for sweep in sweeps {
            let (code, said) = end(sweep);
            assert_eq!(code, Some(0), "{said}");
            assert!(!said.contains("FAIL"), "{said}");
        }
        let trained = stage.lines("trained");
        assert_eq!((trained.len(), trained.iter().collect::<BTreeSet<_>>().len()), (6, 6), "{trained:?}");
        assert_eq!(stage.lines("reports").len(), 4);
        for name in ["two-rows", "twin"] {
            let sweep = corrkd_record::Sweep::read(&stage.path("runs").join("reports").join(name)).unwrap();
            assert!(sweep.runs.len() == 6 && sweep.runs.iter().all(|run| run.failure.is_none()), "{sweep:?}");
        }
        assert!(stage.lines("orphaned").is_empty());
    }
}

/// A report is written by one sweep at a time.
#[test]
fn a_report_waits_for_its_turn() {
    let stage = Stage::set();
    stage.ablate().assert().code(0);
    stage.take("reports");
    let lock = fs::File::create(stage.path("runs/reports/.two-rows.lock")).unwrap();
    lock.lock().unwrap();
    let sweep = start(&stage, "two-rows.toml", &[]);
    thread::sleep(Duration::from_millis(1500));
    assert!(stage.lines("reports").is_empty());
    drop(lock);
    let (code, said) = end(sweep);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("wait  another sweep writes the same report"), "{said}");
    assert_eq!(stage.lines("reports").len(), 1);
}

/// Whoever had it run, and however the process ended.
#[test]
fn a_run_whose_result_is_there_has_not_failed() {
    let stage = Stage::set();
    let finish = fs::read_to_string(stage.path("finish")).unwrap().replace(" exec ", " ");
    stage.put_script("finish", &format!("{finish}\n[ \"$1\" = prove ] || exit 1\n"));
    stage.ablate().assert().code(0).stderr(contains("6/6 runs").and(contains("FAIL").not()));
    // One that is there when the report is written was had run by another sweep: the run that failed here, and those that
    // were not started for it.
    let stage = Stage::set();
    stage.put("fail", r#""stage": *"teacher""#);
    stage.put("hang", "no such run");
    let sweep = start(&stage, "two-rows.toml", &["--seeds", "1"]);
    stage.wait_for("trained", 1);
    let (code, said) = end(sweep);
    assert_eq!(code, Some(100), "{said}");
    stage.remove("fail");
    let lock = fs::File::create(stage.path("runs/reports/.two-rows.lock")).unwrap();
    lock.lock().unwrap();
    stage.put("fail", r#""stage": *"teacher""#);
    let sweep = start(&stage, "two-rows.toml", &["--seeds", "1"]);
    stage.wait_for("trained", 2);
    stage.remove("fail");
    stage.put("twin.toml", &stage.lines("two-rows.toml").join("\n"));
    assert_eq!(end(start(&stage, "twin.toml", &["--seeds", "1"])).0, Some(0));
    drop(lock);
    let (code, said) = end(sweep);
    assert_eq!(code, Some(0), "{said}");
    assert!(stage.reported().runs.iter().all(|run| run.failure.is_none()));
}

/// A teacher that is lost, or found damaged, when a student wants to learn from it is had again, and then the student.
#[test]
fn what_is_lost_meanwhile_is_had_again() {
    let stage = Stage::set();
    stage.put("lose", r"\b9\.5\b");
    stage
        .ablate()
        .args(["--seeds", "1"])
        .assert()
        .code(0)
        .stderr(contains("again teacher").and(contains("again wide")));
    let trained = stage.lines("trained");
    let ids: Vec<String> = ids(&stage).iter().map(ToString::to_string).collect();
    assert_eq!(trained, [&ids[0], &ids[1], &ids[2], &ids[0], &ids[2]].map(Clone::clone));
}
