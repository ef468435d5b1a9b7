//! What a training tells of itself, and what of it is kept when it goes on.

use crate::fixture::{epoch, result, spec, started};
use corrkd_record::{Event, RecordError, RunResult, Runs};
use std::fs;

#[test]
fn resuming_forgets_later_events_and_torn_lines() {
    let root = tempfile::tempdir().unwrap();
    let dir = Runs::open(root.path()).unwrap().run(&spec().id());
    dir.prepare(&spec()).unwrap();
    for event in
        [started(None), epoch(1), epoch(2), started(Some(2)), epoch(3), Event::Failed { message: "x".to_owned() }]
    {
        dir.append(&event).unwrap();
    }
    let mut text = fs::read_to_string(dir.events_path()).unwrap();
    text.push_str("{\"event\":\"epo");
    fs::write(dir.events_path(), &text).unwrap();
    assert_eq!(dir.events().unwrap().len(), 6);

    dir.truncate_events(3).unwrap();
    assert_eq!(dir.events().unwrap().last(), Some(&epoch(3)));
    dir.truncate_events(2).unwrap();
    dir.append(&started(Some(2))).unwrap();
    assert_eq!(dir.events().unwrap(), [started(None), epoch(1), epoch(2), started(Some(2))]);
    dir.truncate_events(0).unwrap();
    assert!(dir.events().unwrap().is_empty());
}

/// What a checkpoint names as its history is what a run that goes on from it keeps; a line that was cut is not gone on with.
#[test]
fn the_history_of_a_training() {
    let root = tempfile::tempdir().unwrap();
    let dir = Runs::open(root.path()).unwrap().run(&spec().id());
    dir.prepare(&spec()).unwrap();
    assert!(matches!(dir.history_hash_until(1), Err(RecordError::Damaged { .. })), "there is none");
    let mut hashes = Vec::new();
    for event in [started(None), epoch(1), epoch(2), Event::Warning { message: "x".to_owned() }] {
        dir.append(&event).unwrap();
        hashes.push(dir.history_hash().unwrap());
    }
    assert_eq!([1, 2, 9].map(|epoch| dir.history_hash_until(epoch).unwrap()), [1, 2, 2].map(|at| hashes[at].clone()));
    dir.append(&Event::Evaluating { conditions: 18 }).unwrap();
    assert_eq!(dir.history_hash().unwrap(), hashes[3]);
    let whole = RunResult { history: hashes[3].clone(), ..result(&spec()) };
    assert_eq!(dir.history(&whole).unwrap().len(), 4);

    // A process was killed in the midst of a line; the next one's is whole.
    let mut text = fs::read_to_string(dir.events_path()).unwrap();
    text.push_str("{\"event\":\"fin");
    fs::write(dir.events_path(), &text).unwrap();
    let failed = Event::Failed { message: "x".to_owned() };
    dir.append(&failed).unwrap();
    assert_eq!((dir.events().unwrap().len(), dir.events().unwrap().pop()), (6, Some(failed)));
    // What comes after is no part of the history, and a number in it is.
    assert_eq!(dir.history(&whole).unwrap().len(), 4);
    fs::write(dir.events_path(), text.replacen("0.7", "0.8", 1)).unwrap();
    let message = dir.history(&whole).unwrap_err().to_string();
    assert!(message.contains("events.jsonl: damaged: it tells of another training"), "{message}");
    dir.truncate_events(1).unwrap();
    assert_eq!(dir.events().unwrap().len(), 2);
}

#[test]
fn the_lines_other_programs_read() {
    let line = serde_json::to_string(&Event::Evaluating { conditions: 18 }).unwrap();
    assert_eq!(line, r#"{"event":"evaluating","conditions":18}"#);
    let line = serde_json::to_string(&started(None)).unwrap();
    assert!(line.starts_with(r#"{"event":"started","run":"student-s3-"#), "{line}");
    assert!(serde_json::from_str::<Event>(&line.replace("student-s3", "..")).is_err());
}
