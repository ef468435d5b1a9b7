//! How the runner starts, stops, resumes and reports runs, watched with a script that plays `corrkd`.

use crate::stand_in::Stage;
use predicates::{prelude::*, str::contains};
use std::{
    collections::BTreeSet,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

const A_TEACHER: &str = r#""stage": *"teacher""#;

#[test]
fn every_run_is_done_once_after_its_teacher_and_reported() {
    let stage = Stage::set();
    stage.ablate().assert().code(0).stdout("the report of two-rows\n").stderr(contains("6/6 runs"));
    let trained = stage.lines("trained");
    let distinct: BTreeSet<&String> = trained.iter().collect();
    assert_eq!((trained.len(), distinct.len()), (6, 6));

    let sweep = stage.reported();
    let told: Vec<(Option<&str>, u64)> = sweep.runs.iter().map(|run| (run.row.as_deref(), run.seed)).collect();
    let stages: Vec<&str> = sweep.runs.iter().map(|run| run.stage.as_str()).collect();
    assert_eq!(stages, [["teacher (complete)", "student", "student"]; 2].concat());
    let rows = [None, Some("full"), Some("wide")];
    assert_eq!(told, [rows.map(|row| (row, 1)), rows.map(|row| (row, 2))].concat());
    assert_eq!((sweep.name.as_str(), sweep.reference.as_str()), ("two-rows", "full"));
    assert_eq!((sweep.rows.clone(), sweep.seeds.clone()), (vec!["full".to_owned(), "wide".to_owned()], vec![1, 2]));
    assert!(sweep.runs.iter().all(|run| run.failure.is_none()));
    // One at a time, in the plan's order, so that every teacher comes before its students.
    assert_eq!(trained, sweep.runs.iter().map(|run| run.id.to_string()).collect::<Vec<_>>());
    let asked = stage.lines("prepared");
    assert!(
        asked[0].starts_with("prepare --dataset=synthetic --device=cpu --size=small --task=binary --cache="),
        "{asked:?}"
    );
}

#[test]
fn a_run_alone_has_all_cores_for_its_fused_kernels() {
    let stage = Stage::set();
    let cores = thread::available_parallelism().unwrap().to_string();
    for (kernels, threads) in [("fused", cores.as_str()), ("composed", "1")] {
        stage.ablate().args(["--fresh", "--kernels", kernels]).assert().code(0);
        assert_eq!(stage.take("threads"), vec![format!("{threads} 1 1"); 6], "{kernels}");
    }
}

#[test]
fn runs_are_spread_over_cards_and_are_the_same_on_each() {
    let stage = Stage::set();
    let ablate = |devices: &str, jobs: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_corrkd"));
        command.args(["ablate", "--plain", "--fresh", "--device", devices]).arg(stage.path("two-rows.toml")).args(jobs);
        command.arg("--program").arg(stage.path("corrkd")).arg("--runs").arg(stage.path("runs"));
        assert_cmd::Command::from_std(command).env("CUDA_VISIBLE_DEVICES", "4,GPU-7").assert()
    };
    stage.put("slow", "student");
    ablate("cuda:all", &[]).code(0);
    let ids: BTreeSet<String> = stage.take("trained").into_iter().collect();
    let cards: BTreeSet<String> = stage.take("cards").into_iter().collect();
    assert_eq!(cards.into_iter().collect::<Vec<_>>(), ["4", "GPU-7"]);
    ablate("cuda:1", &["--jobs", "2"]).code(0);
    assert_eq!(stage.take("cards"), vec!["GPU-7"; 6]);
    assert_eq!(stage.take("trained").into_iter().collect::<BTreeSet<_>>(), ids);
    ablate("cuda:0,cuda:2", &[]).code(2).stderr(contains("--device: there is no cuda:2, there are 2 cards"));
}

#[test]
fn the_same_command_does_nothing_again_unless_fresh() {
    let stage = Stage::set();
    stage.ablate().assert().code(0);
    assert_eq!(stage.take("trained").len(), 6);
    stage.ablate().assert().code(0).stderr(contains("reuse 6 of 6 runs"));
    assert_eq!(stage.take("trained").len(), 0);
    // A third seed adds a teacher and two students; `--fresh` repeats the plan's runs only.
    stage.ablate().args(["--seeds", "1,2,3"]).assert().code(0);
    assert_eq!(stage.take("trained").len(), 3);
    stage.ablate().args(["--seeds", "3", "--fresh"]).assert().code(0);
    assert_eq!(stage.take("trained").len(), 3);
}

#[test]
fn other_kernels_make_other_runs() {
    let stage = Stage::set();
    let ablate = |options: &[&str]| {
        stage.ablate().args(["--seeds", "1"]).args(options).assert().code(0);
        stage.take("trained").len()
    };
    assert_eq!(ablate(&[]), 3);
    assert_eq!(ablate(&["--kernels", "fused"]), 0);
    assert_eq!(ablate(&["--kernels", "composed"]), 3);
    let id = &stage.reported().runs[0].id;
    let spec = std::fs::read_to_string(stage.path("runs").join(id.as_str()).join("spec.json")).unwrap();
    assert!(spec.contains(r#""kernels": "composed""#), "{spec}");
}

#[test]
fn another_task_makes_other_runs_and_another_report() {
    let stage = Stage::set();
    stage.ablate().args(["--seeds", "1"]).assert().code(0).stdout("the report of two-rows\n");
    let said = "the report of two-rows-seven\n";
    stage.ablate().args(["--seeds", "1", "--task", "seven"]).assert().code(0).stdout(said);
    assert_eq!(stage.lines("trained").len(), 6);
    assert_eq!(stage.reported().name, "two-rows-seven");
    assert!(stage.lines("prepared")[1].contains(" --task=seven "));
}

#[test]
fn rows_that_are_the_same_share_a_run() {
    let stage = Stage::set();
    let text = stage.lines("two-rows.toml").join("\n") + "\n[[variant]]\nname = \"full-again\"\n";
    stage.put("two-rows.toml", &text);
    stage.ablate().args(["--seeds", "1"]).assert().code(0);
    assert_eq!(stage.lines("trained").len(), 3);
    let runs = stage.reported().runs;
    let id = |row: &str| &runs.iter().find(|run| run.row.as_deref() == Some(row)).unwrap().id;
    assert_eq!(id("full"), id("full-again"));
    assert_ne!(id("full"), id("wide"));
}

#[test]
fn a_failed_run_costs_itself_alone() {
    let stage = Stage::set();
    stage.put("fail", r"\b9\.5\b");
    stage
        .ablate()
        .assert()
        .code(100)
        .stdout("the report of two-rows\n")
        .stderr(contains("FAIL  wide").and(contains("| a line for the log")).and(contains("2 of 6 runs failed")));
    let sweep = stage.reported();
    assert!(sweep.runs.iter().all(|run| run.failure.is_some() == (run.row.as_deref() == Some("wide"))));
    // Mended, the same command runs the failed ones alone.
    stage.remove("fail");
    stage.take("trained");
    stage.ablate().assert().code(0);
    assert_eq!(stage.take("trained").len(), 2);
    assert!(stage.reported().runs.iter().all(|run| run.failure.is_none()));
}

#[test]
fn students_of_a_failed_teacher_are_not_started() {
    let stage = Stage::set();
    stage.put("fail", A_TEACHER);
    stage.ablate().assert().code(100).stderr(contains("not started: it needs teacher-s1-"));
    assert_eq!(stage.lines("trained").len(), 2);
    let sweep = stage.reported();
    let mut students = sweep.runs.iter().filter(|run| run.row.is_some());
    assert!(students.all(|run| run.failure.as_ref().unwrap().contains("not started: it needs teacher-s")));
}

/// A student that learns from the labels alone has no teacher, and waits for none.
#[test]
fn a_row_that_needs_nothing_that_failed_is_run() {
    let stage = Stage::set();
    let alone = "[[variant]]\nname = \"alone\"\nlosses = { scd.weight = 0.0, cpd.weight = 0.0, rcd.weight = 0.0 }\n";
    stage.put("two-rows.toml", &format!("{}\n{alone}", stage.lines("two-rows.toml").join("\n")));
    stage.put("fail", A_TEACHER);
    stage.ablate().args(["--seeds", "1"]).assert().code(100).stderr(contains("3 of 4 runs failed"));
    let finished: Vec<_> = stage.reported().runs.into_iter().filter(|run| run.failure.is_none()).collect();
    assert_eq!(finished.iter().map(|run| run.row.as_deref()).collect::<Vec<_>>(), [Some("alone")]);
}

#[test]
fn a_program_without_the_method_is_refused() {
    let stage = Stage::set();
    let prepared = stage.lines("prepared.json").join("\n").replace("\"corrkd\":", "\"other\":");
    stage.put("prepared.json", &prepared);
    stage.ablate().assert().code(2).stderr(contains("--program: that corrkd has no method `corrkd`, only"));
    assert!(stage.lines("trained").is_empty());
}

#[test]
fn a_run_without_a_result_has_failed_whatever_its_exit_code() {
    let stage = Stage::set();
    stage.put_script("finish", "#!/bin/sh\n");
    let said = contains("FAIL  teacher").and(contains("ended without a result"));
    stage.ablate().args(["--seeds", "1"]).assert().code(100).stderr(said);
    stage.put_script("finish", "#!/bin/sh\necho { >\"$2/result.json\"\n");
    let said = contains("FAIL  teacher").and(contains("its result cannot be used")).and(contains("damaged"));
    stage.ablate().args(["--seeds", "1"]).assert().code(100).stderr(said);
}

/// What is no more as it was written is named, and the run is had again; the others stay.
#[test]
fn a_damaged_run_is_made_again() {
    let stage = Stage::set();
    stage.ablate().assert().code(0);
    stage.take("trained");
    for file in ["result.json", "best.safetensors", "predictions.csv", "events.jsonl"] {
        let run = &stage.runs()[2];
        let path = run.join(file);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[3] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let said = contains(format!("{}: damaged: ", path.display())).and(contains("the run is made again"));
        stage.ablate().assert().code(0).stderr(said.and(contains("reuse 5 of 6 runs")));
        assert_eq!(stage.take("trained"), [run.file_name().unwrap().to_str().unwrap()], "{file}");
        std::fs::remove_file(&path).unwrap();
        stage.ablate().assert().code(0);
        assert_eq!(stage.take("trained").len(), 1, "{file}");
    }
}

#[test]
fn data_that_is_not_there_ends_the_command_with_the_programs_code() {
    for (said, expected) in [("2", 2), ("3", 3), ("7", 1)] {
        let stage = Stage::set();
        stage.put("refuse", said);
        stage.ablate().assert().code(expected).stderr(contains("no such recordings").and(contains("synthetic")));
        assert!(stage.lines("trained").is_empty());
    }
}

#[test]
fn ctrl_c_stops_and_the_same_command_resumes() {
    let stage = Stage::set();
    stage.put("hang", r"\b9\.5\b");
    let runner = stage.ablate_std().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let patience = Instant::now();
    while stage.lines("hanging").is_empty() {
        assert!(patience.elapsed() < Duration::from_secs(30), "the run that hangs was not started");
        thread::sleep(Duration::from_millis(10));
    }
    let sent = std::process::Command::new("kill").args(["-INT", &runner.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let patience = Instant::now();
    let output = runner.wait_with_output().unwrap();
    assert!(patience.elapsed() < Duration::from_secs(20), "the run that hangs was waited for");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("interrupted: 2 of 6 runs are finished, 1 stopped"), "{said}");
    assert!(!stage.path("reported.json").exists());

    stage.remove("hang");
    let first = stage.take("trained");
    stage.ablate().assert().code(0).stderr(contains("reuse 2 of 6 runs"));
    let second = stage.take("trained");
    assert_eq!((first.len(), second.len()), (3, 4));
    assert_eq!(second[0], first[2], "the stopped run goes on first");
}

#[test]
fn plain_lines_tell_the_epochs_within_80_columns() {
    let stage = Stage::set();
    let output = stage.ablate().args(["--seeds", "1"]).assert().code(0).get_output().stderr.clone();
    let output = String::from_utf8(output).unwrap();
    let epochs: Vec<&str> = output.lines().filter(|line| line.starts_with("epoch full")).collect();
    assert_eq!(epochs.len(), 2, "{output}");
    assert!(epochs[1].contains(" 2/2 ") && epochs[1].ends_with("F1 81.2"), "{output}");
    assert!(output.lines().all(|line| line.chars().count() <= 80), "{output}");
}
