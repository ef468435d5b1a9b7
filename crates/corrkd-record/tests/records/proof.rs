//! What proves itself, and what cannot be.

use crate::fixture::{epoch, result, spec};
use corrkd_record::{Answer, Prediction, RecordError, Representation, RunResult, Runs, digest};
use std::fs;

#[test]
fn damage_names_the_file() {
    let root = tempfile::tempdir().unwrap();
    let dir = Runs::open(root.path()).unwrap().run(&spec().id());
    dir.prepare(&spec()).unwrap();
    fs::write(dir.result_path(), "{ \"id\": 3").unwrap();
    let message = dir.result().unwrap_err().to_string();
    assert!(message.contains("result.json: damaged"), "{message}");
    dir.append(&epoch(1)).unwrap();
    fs::write(dir.events_path(), "{}\n").unwrap();
    let message = dir.events().unwrap_err().to_string();
    assert!(message.contains("events.jsonl: damaged: line 1"), "{message}");
}

/// A run is finished if all its files are those that it left: any other byte, in any of them, is named.
#[test]
fn a_finished_run_proves_itself() {
    let root = tempfile::tempdir().unwrap();
    let dir = Runs::open(root.path()).unwrap().run(&spec().id());
    dir.prepare(&spec()).unwrap();
    assert!(dir.proved().unwrap().is_none());
    dir.append(&epoch(1)).unwrap();
    fs::write(dir.best_path(), "weights").unwrap();
    let answer = Answer::Score(0.5);
    let prediction = Prediction { condition: "lav".to_owned(), id: "=a".to_owned(), label: 1.0, category: 1, answer };
    let representation =
        Representation { condition: "lav".to_owned(), id: "a".to_owned(), category: 1, values: vec![0.5] };
    let mut whole = RunResult {
        predictions: Prediction::write(&dir.predictions_path(), std::slice::from_ref(&prediction)).unwrap(),
        representations: Some(Representation::write(&dir.representations_path(), &[representation]).unwrap()),
        history: dir.history_hash().unwrap(),
        ..result(&spec())
    };
    whole.training.as_mut().unwrap().checkpoint = digest(&dir.best_path()).unwrap();
    dir.write_result(&whole).unwrap();
    assert_eq!(dir.proved().unwrap().as_ref(), Some(&whole));
    assert_eq!(dir.predictions(&whole).unwrap(), [prediction]);

    let files =
        [dir.best_path(), dir.predictions_path(), dir.representations_path(), dir.events_path(), dir.result_path()];
    for path in &files {
        let bytes = fs::read(path).unwrap();
        let named = |what: &str| {
            let error = dir.proved().err().unwrap_or_else(|| panic!("{}: {what} was not seen", path.display()));
            assert!(matches!(&error, RecordError::Damaged { path: named, .. } if named == path), "{what}: {error}");
        };
        for place in 0..bytes.len() {
            let mut other = bytes.clone();
            other[place] ^= 1 << (place % 8);
            fs::write(path, other).unwrap();
            named(&format!("a bit of byte {place}"));
        }
        fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        named("a cut");
        fs::remove_file(path).unwrap();
        fs::create_dir(path).unwrap();
        named("a folder");
        fs::remove_dir(path).unwrap();
        match *path == dir.result_path() {
            true => assert!(dir.proved().unwrap().is_none()),
            false => named("nothing"),
        }
        fs::write(path, &bytes).unwrap();
        assert!(dir.proved().unwrap().is_some());
    }
    // Not finished any more, and what it can go on from is there.
    dir.reopen().unwrap();
    assert!(dir.proved().unwrap().is_none() && dir.best_path().exists() && !dir.predictions_path().exists());
}

/// Numbers that a run cannot have come to are damage, whoever sealed them.
#[test]
fn scores_that_there_cannot_be() {
    let root = tempfile::tempdir().unwrap();
    let dir = Runs::open(root.path()).unwrap().run(&spec().id());
    let faults: [fn(&mut RunResult); 8] = [
        |r| r.test[0].scores.f1 = 1e308,
        |r| r.test[1].scores.f1_targets[0] = -0.5,
        |r| r.test[1].scores.accuracy7 = Some(1.5),
        |r| r.test[2].scores.mae = Some(f64::MAX),
        |r| r.test[2].scores.pearson = Some(-2.0),
        |r| r.training.as_mut().unwrap().validation.loss = -1.0,
        |r| r.training.as_mut().unwrap().validation.f1 = 2.0,
        |r| r.training.as_mut().unwrap().seconds = f64::MAX,
    ];
    for fault in faults {
        let mut result = result(&spec());
        fault(&mut result);
        fs::create_dir_all(dir.path()).unwrap();
        dir.write_result(&result).unwrap();
        assert!(matches!(dir.result(), Err(RecordError::Damaged { .. })));
    }
}
