//! Run records: identity, round trips, and what is on disk at each moment.

use crate::fixture::{SAMPLES, SCALE, epoch, result, spec, started};
use corrkd_config::{Condition, Cross, CrossFold, Device, Kernels, Labels, Missing, Scale, Task};
use corrkd_record::{Event, Prepared, RecordError, RunId, RunSpec, Runs, Sweep, SweepRun};
use std::fs;

#[test]
fn identity_is_every_part_but_the_device_index() {
    let base = spec();
    let id = base.id().to_string();
    assert!(id.starts_with("student-s3-"), "{id}");
    assert_eq!(id.parse::<RunId>().unwrap(), base.id());

    let changes: [fn(&mut RunSpec); 23] = [
        |s| s.seed = 4,
        |s| s.dataset.name.push('x'),
        |s| s.dataset.size = None,
        |s| s.dataset.fold = Some(CrossFold { cross: Cross::Parts(5), test: 1 }),
        |s| s.fingerprint.push('x'),
        |s| s.labels = Labels::Score(Scale { neutral: 0.5, ..SCALE }),
        |s| s.labels = Labels::Categories(vec!["sad".to_owned(), "happy".to_owned()]),
        |s| s.code.push('x'),
        |s| s.device = Device::Cpu,
        |s| s.kernels = Kernels::Fused,
        |s| s.needs.clear(),
        |s| s.needs.truncate(1),
        |s| s.needs.swap(0, 1),
        |s| s.job.method.push('x'),
        |s| s.job.stage = "teacher".to_owned(),
        |s| s.job.training.push('x'),
        |s| s.job.task = Task::Ternary,
        |s| s.job.missing = None,
        |s| s.job.missing = Some(Missing { inter: false, ..Missing::default() }),
        |s| s.job.evaluation.ratios.truncate(3),
        |s| s.job.evaluation.representations.push(Condition::COMPLETE),
        |s| s.job.settings["losses"]["scd"]["margin"] = (1.2 + f64::EPSILON).into(),
        |s| drop(s.job.settings.insert("new".to_owned(), 1.into())),
    ];
    // The seed and the stage stand in the name as well: what must differ is the hash.
    let hash = |spec: &RunSpec| spec.id().as_str().rsplit('-').next().unwrap().to_owned();
    let mut ids = vec![hash(&base)];
    for change in changes {
        let mut spec = base.clone();
        change(&mut spec);
        ids.push(hash(&spec));
    }
    let mut distinct = ids.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), ids.len());

    assert_eq!(RunSpec { device: Device::Cuda(1), ..base.clone() }.id(), base.id());
}

#[test]
fn a_run_from_preparation_to_result() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::open(&root.path().join("new/runs")).unwrap();
    let dir = runs.run(&spec().id());
    assert!(dir.result().unwrap().is_none());
    assert!(dir.events().unwrap().is_empty());

    dir.prepare(&spec()).unwrap();
    assert_eq!(dir.spec().unwrap(), spec());
    let events = [started(None), epoch(1), Event::Evaluating { conditions: 18 }];
    for event in &events {
        dir.append(event).unwrap();
    }
    assert_eq!(dir.events().unwrap(), events);

    dir.write_result(&result(&spec())).unwrap();
    assert_eq!(dir.result().unwrap(), Some(result(&spec())));

    fs::write(dir.log_path(), "log").unwrap();
    dir.clear().unwrap();
    assert!(dir.result().unwrap().is_none() && dir.events().unwrap().is_empty());
    assert_eq!(dir.spec().unwrap(), spec());
    assert!(dir.log_path().exists());
    dir.clear().unwrap();
}

#[test]
fn another_runs_records_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::open(root.path()).unwrap();
    let other = RunSpec { seed: 4, ..spec() };
    let dir = runs.run(&spec().id());
    assert!(matches!(dir.prepare(&other), Err(RecordError::Foreign { .. })));
    dir.prepare(&spec()).unwrap();
    assert!(matches!(dir.write_result(&result(&other)), Err(RecordError::Foreign { .. })));

    let elsewhere = runs.run(&other.id());
    elsewhere.prepare(&other).unwrap();
    elsewhere.write_result(&result(&other)).unwrap();
    fs::copy(elsewhere.result_path(), dir.result_path()).unwrap();
    assert!(dir.result().unwrap().is_none());
    fs::copy(elsewhere.spec_path(), dir.spec_path()).unwrap();
    assert!(matches!(dir.spec(), Err(RecordError::Damaged { .. })));
}

#[test]
fn one_process_at_a_time() {
    let root = tempfile::tempdir().unwrap();
    let dir = Runs::open(root.path()).unwrap().run(&spec().id());
    let lock = dir.lock().unwrap();
    assert!(matches!(dir.lock(), Err(RecordError::Locked { .. })));
    dir.clear().unwrap();
    assert!(dir.lock().is_err(), "clearing let go of the lock");
    drop(lock);
    dir.lock().unwrap();
}

#[test]
fn a_sweep_comes_back() {
    let root = tempfile::tempdir().unwrap();
    let report = Runs::open(root.path()).unwrap().report("table");
    assert!(matches!(Sweep::read(&report), Err(RecordError::Io { .. })));
    let run = SweepRun {
        row: None,
        is_part: true,
        stage: "teacher (complete)".to_owned(),
        seed: 3,
        fold: None,
        id: spec().id(),
        failure: Some("out of memory".to_owned()),
    };
    let sweep = Sweep {
        name: "table".to_owned(),
        title: "Which?".to_owned(),
        dataset: "synthetic".to_owned(),
        reference: "full".to_owned(),
        paper: None,
        rows: vec!["full".to_owned()],
        folds: None,
        seeds: vec![3],
        runs: vec![run.clone(), SweepRun { row: Some("full".to_owned()), failure: None, ..run.clone() }],
        search: Vec::new(),
    };
    let groups = Cross::Groups(["Ses01", "Ses02", "Ses03"].map(str::to_owned).to_vec());
    let folds = |cross| Sweep {
        folds: Some(cross),
        runs: vec![run.clone(), SweepRun { fold: Some(2), ..run.clone() }],
        ..sweep.clone()
    };
    for sweep in [&sweep, &folds(Cross::Parts(5)), &folds(groups)] {
        sweep.write(&report).unwrap();
        assert_eq!(Sweep::read(&report).unwrap(), *sweep);
    }
    // Its name is the folder's: what the file says leads nowhere. What was altered is damaged.
    let elsewhere = Sweep { name: "../../outside".to_owned(), ..sweep.clone() };
    elsewhere.write(&report).unwrap();
    assert_eq!(Sweep::read(&report).unwrap(), sweep);
    let path = report.join("sweep.json");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("Which?", "What?")).unwrap();
    assert!(matches!(Sweep::read(&report), Err(RecordError::Damaged { .. })));
}

#[test]
fn an_unwritable_root_is_told() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "").unwrap();
    let message = Runs::open(&file.join("runs")).unwrap_err().to_string();
    assert!(message.contains("cannot create the directory of runs"), "{message}");
}

/// A run is asked for in one process and read in another: its settings keep their kinds and their order on the way.
#[test]
fn settings_and_what_a_data_set_is_prepared_to_come_back() {
    let json = serde_json::to_string(&spec()).unwrap();
    let back: RunSpec = serde_json::from_str(&json).unwrap();
    assert_eq!((back.clone(), back.id()), (spec(), spec().id()));
    let order: Vec<&String> = back.job.settings.keys().collect();
    assert_eq!(order, ["rate", "student", "network", "losses"]);
    assert_eq!((back.job.epochs(), back.job.label().as_str()), (50, "student"));

    let code = ["corrkd", "cubemlp"].map(|method| (method.to_owned(), format!("digest of {method}")));
    let prepared = Prepared {
        fingerprint: "f00d".to_owned(),
        labels: Labels::Score(SCALE),
        aligned: false,
        code: code.into(),
        samples: SAMPLES,
        seconds: vec![],
    };
    let json = serde_json::to_string(&prepared).unwrap();
    assert_eq!(serde_json::from_str::<Prepared>(&json).unwrap(), prepared);
}
