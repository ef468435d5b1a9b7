//! Scores come from the predictions that a run was finished with, and from nowhere else.

use crate::fixture::{Fixture, RIGHT, TENTH};
use corrkd_config::Condition;
use corrkd_metrics::Scores;
use corrkd_record::{ConditionScores, RecordError};
use corrkd_report::{ReportError, write};
use std::collections::BTreeMap;
use std::fs;

/// The reason why there is no report, and the path that is to be deleted.
fn refused(fixture: &Fixture) -> String {
    match write(&fixture.runs, &fixture.sweep) {
        Err(error @ ReportError::Record(RecordError::Damaged { .. })) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn altered_predictions_are_refused() {
    let fixture = Fixture::new(&[("full", RIGHT), ("tenth", TENTH)], 1);
    fixture.terminal();
    let dir = fixture.runs.run(&fixture.sweep.runs[1].id);
    let path = dir.predictions_path();
    let good = fs::read_to_string(&path).unwrap();
    let folder = dir.path().display().to_string();
    // One digit, which moves no answer.
    fs::write(&path, good.replacen("0.7", "0.8", 1)).unwrap();
    let error = refused(&fixture);
    assert!(error.starts_with(&format!("{folder}: damaged: its predictions.csv has the hash ")), "{error}");
    let named = dir.result().unwrap().unwrap().predictions;
    let rest = format!(
        "but its result.json names {named}: one of them was altered after the run, so nothing in this folder can be relied \
         on; delete it, or run again with --fresh"
    );
    assert!(error.ends_with(&rest), "{error}");

    fs::remove_file(&path).unwrap();
    let error = refused(&fixture);
    assert!(error.starts_with(&format!("{folder}: damaged: its predictions.csv is not there")), "{error}");

    fs::write(&path, good).unwrap();
    fixture.terminal();
    // What the error asks for leaves a run that is to be had again.
    fs::remove_dir_all(dir.path()).unwrap();
    assert!(fixture.terminal().contains("it has left no result"));
}

#[test]
fn numbers_in_the_result_are_not_looked_at() {
    let fixture = Fixture::new(&[("full", RIGHT), ("tenth", TENTH)], 2);
    let files = || -> BTreeMap<String, Vec<u8>> {
        let written = write(&fixture.runs, &fixture.sweep).unwrap().files;
        written.iter().map(|path| (path.display().to_string(), fs::read(path).unwrap())).collect()
    };
    let before = files();
    fixture.change("full", &[1, 2], |result| {
        let scores = Scores { f1: 0.123, f1_targets: vec![0.123], accuracy: 0.9, mae: Some(7.0), ..Scores::default() };
        result.test = [Condition::dropped(0.25), Condition::COMPLETE]
            .map(|condition| ConditionScores { condition, scores: scores.clone() })
            .to_vec();
    });
    assert!(files() == before, "the report is another");
}
