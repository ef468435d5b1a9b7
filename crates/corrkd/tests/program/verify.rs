//! `corrkd verify`: a finished run repeated from its record.

use crate::world::{World, corrkd, finished, predictions, proved};
use corrkd_config::Kernels;
use corrkd_record::{Answer, Event, Prediction, RunDir, replace};
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::path::Path;

fn verify(world: &World, run: &RunDir) -> assert_cmd::assert::Assert {
    world.verify_with(&assert_cmd::cargo::cargo_bin("corrkd"), run).assert()
}

/// All files below a folder with their contents.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => contents(&path),
                false => vec![(path.display().to_string(), fs::read(&path).unwrap())],
            }
        })
        .collect();
    all.sort();
    all
}

#[test]
fn teacher_and_student_come_out_the_same() {
    let (world, teacher, student) = finished();
    let before = contents(&world.dir.path().join("runs"));
    for run in [&teacher, &student] {
        let told = contains("epoch 1 of 3: the same\nepoch 2 of 3: the same\nepoch 3 of 3: the same\n");
        let verdict = contains(format!("{}: the same, bit for bit", run.id())).and(contains("21 conditions"));
        verify(&world, run).code(0).stdout(verdict).stderr(told);
    }
    assert_eq!(contents(&world.dir.path().join("runs")), before, "verifying leaves nothing behind");
}

/// A record of another outcome, made by hand: one answer and one epoch's loss are not those that the run had.
#[test]
fn another_outcome_is_told() {
    let (world, teacher, _) = finished();
    let mut result = proved(&teacher);
    let mut predictions = predictions(&teacher);
    let Answer::Categories { probabilities, .. } = &mut predictions[5].answer else { panic!("no categories") };
    probabilities.iter_mut().for_each(|p| *p = 1.0 - *p);
    result.predictions = Prediction::write(&teacher.predictions_path(), &predictions).unwrap();
    result.test[3].scores.f1 = 0.999;
    result.environment.cpu = Some("an abacus".to_owned());
    result.environment.kernels = Kernels::Composed;
    let mut events = teacher.events().unwrap();
    for event in &mut events {
        if let Event::Epoch { epoch: 2, losses, .. } = event {
            losses.insert("task".to_owned(), 0.5);
        }
    }
    let lines: Vec<String> = events.iter().map(|event| serde_json::to_string(event).unwrap() + "\n").collect();
    replace(&teacher.events_path(), lines.concat().as_bytes()).unwrap();
    result.history = teacher.history_hash().unwrap();
    teacher.write_result(&result).unwrap();

    let verdict = contains(format!("{}: not the same", teacher.id()))
        .and(contains("from epoch 2 on the losses are others"))
        .and(contains(format!("1 of {} predictions differ, by at most ", predictions.len())))
        .and(contains("; 1 name another category"))
        .and(contains("the scores under 1 of 21 conditions differ"))
        .and(contains("processor: an abacus then, "))
        .and(contains("kernels: composed then, fused now"))
        .and(contains("weights differ").not())
        .and(contains("code: ").not());
    let told = contains("epoch 1 of 3: the same\nepoch 2 of 3: other numbers\nepoch 3 of 3: the same\n");
    verify(&world, &teacher).code(4).stdout(verdict).stderr(told.and(contains("error: the run came out otherwise")));
}

#[test]
fn what_cannot_be_verified() {
    let (world, teacher, student) = finished();
    let text = fs::read_to_string(teacher.predictions_path()).unwrap();
    fs::write(teacher.predictions_path(), text.replacen('1', "2", 1)).unwrap();
    // A student is only as sound as its teacher.
    for run in [&teacher, &student] {
        let altered = contains("predictions.csv: damaged: its hash is not the one that the run's result names")
            .and(contains(format!("`corrkd train` of the run {}", teacher.id())));
        verify(&world, run).code(3).stderr(altered);
    }
    fs::write(teacher.predictions_path(), text).unwrap();
    // A number that the result tells is as much a part of it as the hashes are.
    let text = fs::read_to_string(teacher.result_path()).unwrap();
    fs::write(teacher.result_path(), text.replacen("\"f1\": 0", "\"f1\": 1", 1)).unwrap();
    let altered = contains("result.json: damaged: its checksum is not that of what it holds");
    verify(&world, &teacher).code(3).stderr(altered);
    fs::write(teacher.result_path(), text).unwrap();
    verify(&world, &teacher).code(0);
    fs::remove_file(student.result_path()).unwrap();
    let unfinished = format!("the run {} has no result; finish it first", student.id());
    verify(&world, &student).code(2).stderr(contains(unfinished));
    corrkd()
        .args(["verify", "runs/reports"])
        .assert()
        .code(2)
        .stderr(contains("`reports` is not a run, expected a name"));
    let nowhere = world.dir.path().join("nowhere");
    let gone = contains("student-s1-0123456789ab: no such folder, expected that of a finished run");
    corrkd().arg("verify").arg(nowhere.join("student-s1-0123456789ab")).assert().code(2).stderr(gone);
    assert!(!nowhere.exists());
}
