//! Run records: identity, round trips, and what is on disk at each moment.

use corrkd_config::{
    Condition, Cross, CrossFold, Cuts, DatasetRef, Device, Evaluation, Job, Kernels, Labels, Missing, PerModality,
    Presence, Scale, Task,
};
use corrkd_metrics::{Judged, OnScale, Scores, Target};
use corrkd_record::{
    Answer, ConditionScores, Environment, Event, Lacking, Prediction, Prepared, RecordError, Representation, RunId,
    RunResult, RunSpec, Runs, SplitSizes, Sweep, SweepRun, Trained, Validation, digest,
};
use proptest::prelude::*;
use std::fs;

/// Settings of every kind, in an order that is not the alphabet's.
const SETTINGS: &str = r#"{
    "rate": 4e-3,
    "student": {"epochs": 50, "selection": "loss"},
    "network": {"pre_norm": true, "blocks": [[50, 3, 128], [10, 3, 32]]},
    "losses": {"scd": {"margin": 1.2}}
}"#;

const SCALE: Scale =
    Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts { binary: None, ternary: None, five: None, seven: None } };

fn spec() -> RunSpec {
    RunSpec {
        job: Job {
            method: "corrkd".to_owned(),
            stage: "student".to_owned(),
            training: "student".to_owned(),
            settings: serde_json::from_str(SETTINGS).expect("a table"),
            task: Task::Binary,
            missing: Some(Missing::default()),
            evaluation: Evaluation::default(),
        },
        seed: 3,
        dataset: DatasetRef { name: "synthetic".to_owned(), size: Some("small".to_owned()), fold: None },
        fingerprint: "f00d".to_owned(),
        labels: Labels::Score(SCALE),
        code: "c0de".to_owned(),
        device: Device::Cuda(0),
        kernels: Kernels::Composed,
        needs: ["teacher-s3-0123456789ab", "other-s3-0123456789ab"]
            .map(|name| name.parse().expect("the name of a run"))
            .to_vec(),
    }
}

const VALIDATION: Validation = Validation { loss: 0.1 + 0.2, f1: 2.0 / 3.0, accuracy: 0.7 };
const SAMPLES: SplitSizes = SplitSizes { train: 12, valid: 4, test: 2 };

fn result(spec: &RunSpec) -> RunResult {
    let scores = Scores::of(&Judged {
        targets: &[Target { truth: vec![1.0, -1.0, 0.3], answers: vec![true; 3], answers_has0: vec![true; 3] }],
        scale: Some(OnScale {
            labels: &[1.0, -1.0, 0.3],
            scores: Some(&[0.3, 0.1, 0.2]),
            has_neutral: true,
            divisions: [None; 3],
        }),
        truth: &[1, 0, 1],
        predicted: &[1, 1, 1],
        categories: 2,
    });
    let conditions = [Condition::COMPLETE, Condition::only(Presence::ALL[5]), Condition::dropped(0.3)];
    RunResult {
        id: spec.id(),
        spec: spec.clone(),
        training: Some(Trained {
            epochs: 50,
            best_epoch: 17,
            validation: VALIDATION,
            weights: "ab".repeat(32),
            checkpoint: "ef".repeat(32),
            context: None,
            parameters: 123,
            seconds: 12.5,
            memory: Some(300 << 20),
        }),
        test: conditions.map(|condition| ConditionScores { condition, scores: scores.clone() }).to_vec(),
        predictions: "cd".repeat(32),
        representations: None,
        history: "01".repeat(32),
        warnings: vec!["x".to_owned()],
        samples: SAMPLES,
        lacking: Lacking { samples: PerModality { vision: 1, ..PerModality::default() }, ..Lacking::default() },
        environment: Environment {
            cpu: None,
            threads: 2,
            device: "cuda:0".to_owned(),
            kernels: Kernels::Composed,
            version: "0.1.0".to_owned(),
        },
    }
}

fn epoch(epoch: usize) -> Event {
    Event::Epoch {
        epoch,
        epochs: 9,
        losses: [("total".to_owned(), 1.0 / 3.0), ("scd".to_owned(), 0.1)].into(),
        parts: [("scd.push".to_owned(), 0.0)].into(),
        gradient_norm: 0.7,
        validation: VALIDATION,
        best: true,
        seconds: 1.5,
    }
}

fn started(resumed_from: Option<usize>) -> Event {
    Event::Started { run: spec().id(), samples: SAMPLES, parameters: 7, epochs: 9, resumed_from }
}

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

#[test]
fn the_lines_other_programs_read() {
    let line = serde_json::to_string(&Event::Evaluating { conditions: 18 }).unwrap();
    assert_eq!(line, r#"{"event":"evaluating","conditions":18}"#);
    let line = serde_json::to_string(&started(None)).unwrap();
    assert!(line.starts_with(r#"{"event":"started","run":"student-s3-"#), "{line}");
    assert!(serde_json::from_str::<Event>(&line.replace("student-s3", "..")).is_err());
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

#[test]
fn answers_of_different_shapes_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("predictions.csv");
    let categories = |k: usize, score| Answer::Categories { probabilities: vec![0.25; k], score };
    let shapes = [
        categories(2, None),
        categories(3, None),
        categories(2, Some(0.5)),
        Answer::Score(0.5),
        Answer::Targets(vec![0.25]),
        Answer::Targets(vec![0.25; 2]),
    ];
    let of = |id: &str, answer: &Answer| Prediction {
        condition: "l@0.5".to_owned(),
        id: id.to_owned(),
        label: 1.0,
        category: 1,
        answer: answer.clone(),
    };
    for first in &shapes {
        for other in shapes.iter().filter(|other| *other != first) {
            let error = Prediction::write(&path, &[of("a", first), of("b", first), of("c", other)]).unwrap_err();
            assert!(matches!(error, RecordError::Damaged { .. }) && !path.exists(), "{first:?} {other:?}");
            assert!(error.to_string().contains("c under l@0.5: an answer of another shape"), "{error}");
        }
        let hash = Prediction::write(&path, &[of("a", first), of("b", first)]).unwrap();
        assert_eq!(Prediction::read(&path, &hash).unwrap()[1].answer, *first);
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn damaged_predictions_name_the_line() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("predictions.csv");
    for (text, expected) in [
        ("condition,id,label,category,r0,r1\nlav,a,1.0,1,0.5,x\n", "line 2: `x` is not a finite number"),
        ("condition,id,label,category,r0,r1\nlav,a,1.0,-1,0.5,0.5\n", "line 2: `-1` is not a category"),
        ("condition,id,label,category,r0,r1\nlav,a,1.0,1,0.5\n", "line: 2"),
        ("condition,id,label,category,score\nlav,a,1.0,1,\n", "line 2: `` is not a finite number"),
        ("condition,id,label,category,p0,p1\nlav,a,1.0,1,0.5,?\n", "line 2: `?` is not a finite number"),
        ("condition,id,label,category,score\nlav,a,1.0,1,1e39\n", "line 2: `1e39` is not a finite number"),
        ("condition,id,label,category,score\nlav,a,inf,1,1\n", "line 2: `inf` is not a finite number"),
        ("condition,id,label,category,r0,r2\n", "expected condition,id,label,category,r0,r1"),
        ("condition,id,label,category,p0,r1\n", "expected condition,id,label,category,p0,p1"),
        ("condition,id,label,category,p0,score\n", "expected condition,id,label,category,p0,p1"),
        ("condition,id,label,category,score,r0\n", "expected condition,id,label,category,r0,r1"),
        ("condition,id,label\n", "expected condition,id,label,category"),
        ("", "expected condition,id,label,category"),
    ] {
        fs::write(&path, text).unwrap();
        let message = Prediction::read(&path, &digest(&path).unwrap()).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
}

fn number() -> impl Strategy<Value = f32> {
    prop_oneof![
        any::<f32>().prop_filter("a finite number", |x| x.is_finite()),
        Just(-0.0),
        Just(f32::from_bits(1)),
        Just(f32::MIN_POSITIVE),
        Just(f32::MAX),
        0.0f32..1.0,
    ]
}

/// An answer of one of the four shapes.
fn answer(shape: usize, numbers: [f32; 3], score: f32) -> Answer {
    match shape {
        0 | 1 => Answer::Categories { probabilities: numbers.to_vec(), score: (shape == 1).then_some(score) },
        2 => Answer::Score(score),
        _ => Answer::Targets(numbers.to_vec()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn predictions_come_back_bit_for_bit(
        rows in prop::collection::vec(("[a-z,\"@0-9.]{1,8}", "\\PC{1,12}", number(), 0usize..3, [number(), number(), number()], number()), 0..12),
        shape in 0usize..4,
    ) {
        let predictions: Vec<Prediction> = rows
            .into_iter()
            .map(|(condition, id, label, category, numbers, score)| Prediction {
                condition, id, label, category, answer: answer(shape, numbers, score),
            })
            .collect();
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("predictions.csv");
        let first = Prediction::write(&path, &predictions).unwrap();
        prop_assert_eq!(&digest(&path).unwrap(), &first);
        let back = Prediction::read(&path, &first).unwrap();
        let bits = |all: &[Prediction]| all.iter().flat_map(|p| {
            std::iter::once(p.label).chain(p.answer.numbers()).map(f32::to_bits).collect::<Vec<_>>()
        }).collect::<Vec<_>>();
        prop_assert_eq!(bits(&back), bits(&predictions));
        prop_assert_eq!(back, predictions.clone());
        prop_assert_eq!(Prediction::write(&path, &predictions).unwrap(), first);
    }
}
