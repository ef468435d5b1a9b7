//! What a report takes of a run is proved, and what is wrong with a run costs that run alone.

use crate::fixture::{Fixture, RIGHT, TENTH, Wrong};
use corrkd_config::{Device, Kernels};
use corrkd_metrics::Scores;
use corrkd_record::{RecordError, RunDir, RunResult, RunSpec};
use corrkd_report::{ReportError, write};
use std::fs;

const ROWS: [(&str, Wrong); 3] = [("full", RIGHT), ("tenth", TENTH), ("also", TENTH)];

/// The run of seed 2 of the second row.
fn second(fixture: &Fixture) -> RunDir {
    let run = fixture.sweep.runs.iter().find(|run| run.row.as_deref() == Some("tenth") && run.seed == 2).unwrap();
    fixture.runs.run(&run.id)
}

/// Asserts that one run is left out, and why, and that the others are there.
fn costs_itself(fixture: &Fixture, why: &str) {
    let lines = fixture.without_a_result();
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert!(line.starts_with(&format!("tenth, seed 2 ({}): ", second(fixture).id())) && line.contains(why), "{line}");
    let table = fixture.file("table.md");
    let n = |row: &str, n: &str| assert!(table.contains(&format!("| {row} | {n} |")), "{row} {n}: {table}");
    n("tenth", "2/3");
    n("full", "3");
    n("also", "3");
}

#[test]
fn each_damaged_file_costs_its_run() {
    let fixture = Fixture::new(&ROWS, 3);
    let dir = second(&fixture);
    for (path, absent) in [
        (dir.result_path(), "it has left no result"),
        (dir.predictions_path(), "predictions.csv: damaged: it is absent"),
        (dir.events_path(), "events.jsonl: damaged: it is absent"),
    ] {
        let remedy = "the experiment's `ablate` command, given again, makes this run again";
        let good = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        costs_itself(&fixture, absent);
        costs_itself(&fixture, remedy);
        for other in [&b"{\n"[..], b"\xff\xfe\n", &[&good[..], b"\n{\"event\":\"waiting\"}\n"].concat()] {
            fs::write(&path, other).unwrap();
            costs_itself(&fixture, &format!("{}: damaged", path.display()));
        }
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        costs_itself(&fixture, &path.display().to_string());
        fs::remove_dir(&path).unwrap();
        fs::write(&path, good).unwrap();
        assert!(fixture.without_a_result().is_empty());
    }
}

#[test]
fn scores_are_those_of_the_predictions() {
    let fixture = Fixture::new(&ROWS, 3);
    let good = second(&fixture).result().unwrap().unwrap();
    let changes: [fn(&mut RunResult); 4] = [
        |result| result.test[6].scores.f1 = 0.999,
        |result| drop(result.test.pop()),
        |result| result.test.swap(0, 1),
        |result| result.test[0].scores = Scores::default(),
    ];
    for change in changes {
        let mut result = good.clone();
        change(&mut result);
        second(&fixture).write_result(&result).unwrap();
        costs_itself(&fixture, "result.json: damaged: its scores are not those of its predictions");
    }
    second(&fixture).write_result(&good).unwrap();
    assert!(fixture.without_a_result().is_empty());
}

#[test]
fn no_table_of_a_mixture() {
    type Change = fn(&mut RunSpec);
    let changes: [(Change, &str); 4] = [
        (
            |spec| spec.fingerprint = "other".to_owned(),
            "its data's fingerprint (other): not the same as of most of the 9 runs",
        ),
        (|spec| spec.code = "newer".to_owned(), "its code's fingerprint (newer): not"),
        (|spec| spec.device = Device::Cuda(3), "its device (cuda:0): not"),
        (|spec| spec.kernels = Kernels::Composed, "its form of the kernels ("),
    ];
    for (change, why) in changes {
        let mut fixture = Fixture::new(&ROWS, 3);
        let id = second(&fixture).id().clone();
        fixture.become_other(&id, change);
        costs_itself(&fixture, why);
    }
}

#[test]
fn a_report_of_nothing_says_so() {
    let fixture = Fixture::new(&ROWS, 1);
    for run in &fixture.sweep.runs {
        fs::remove_file(fixture.runs.run(&run.id).result_path()).unwrap();
    }
    let error = write(&fixture.runs, &fixture.sweep).unwrap_err();
    assert!(matches!(error, ReportError::Record(RecordError::Damaged { .. })), "{error}");
    let said = error.to_string();
    assert!(said.contains("none of its 3 runs has a result that stands"), "{said}");
    assert!(said.contains("the first: full, seed 1 (student-s1-") && said.contains("`ablate` command"), "{said}");
}

/// A stage's name stands for one network of each seed: of several those stay that the first is like.
#[test]
fn teachers_that_differ_are_not_pooled() {
    let mut fixture = Fixture::new(&[("full", RIGHT), ("tenth", TENTH)], 3);
    for run in fixture.sweep.runs.iter_mut() {
        run.row = None;
        run.stage = "teacher (complete)".to_owned();
    }
    let lines = fixture.without_a_result();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(
        lines.iter().all(|line| line.contains("its row's settings: not the same as of the first of the runs")),
        "{lines:?}"
    );
    let table = fixture.file("table.md");
    assert!(table.contains("| teacher (complete) | 3 |"), "{table}");
}

/// Warnings of runs, once for each text, with the rows and the seeds that have it.
#[test]
fn warnings_of_runs_are_shown() {
    let fixture = Fixture::new(&ROWS, 7);
    fixture.change("tenth", &[2, 5], |result| result.warnings = vec!["scd.push stayed at 0".to_owned()]);
    fixture.change("also", &[1], |result| result.warnings = vec!["scd.push stayed at 0".to_owned(), "two".to_owned()]);
    let warnings = fixture.warnings();
    assert_eq!(warnings[0], "tenth (seeds 2, 5), also (seed 1): scd.push stayed at 0");
    assert_eq!(warnings[1], "also (seed 1): two");
    assert!(fixture.file("table.md").contains("- tenth (seeds 2, 5), also (seed 1): scd.push stayed at 0"));
    assert!(fixture.file("report.html").contains("<li>also (seed 1): two</li>"));
}
