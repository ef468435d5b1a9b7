//! A run that is made up, and what it leaves.

use corrkd_config::{
    Condition, Cuts, DatasetRef, Device, Evaluation, Job, Kernels, Labels, Missing, PerModality, Presence, Scale, Task,
};
use corrkd_metrics::{Judged, OnScale, Scores, Target};
use corrkd_record::{
    ConditionScores, Environment, Event, Lacking, RunResult, RunSpec, SplitSizes, Trained, Validation,
};

/// Settings of every kind, in an order that is not the alphabet's.
pub(crate) const SETTINGS: &str = r#"{
    "rate": 4e-3,
    "student": {"epochs": 50, "selection": "loss"},
    "network": {"pre_norm": true, "blocks": [[50, 3, 128], [10, 3, 32]]},
    "losses": {"scd": {"margin": 1.2}}
}"#;

pub(crate) const SCALE: Scale =
    Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts { binary: None, ternary: None, five: None, seven: None } };

pub(crate) fn spec() -> RunSpec {
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

pub(crate) const VALIDATION: Validation = Validation { loss: 0.1 + 0.2, f1: 2.0 / 3.0, accuracy: 0.7 };

pub(crate) const SAMPLES: SplitSizes = SplitSizes { train: 12, valid: 4, test: 2 };

pub(crate) fn result(spec: &RunSpec) -> RunResult {
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

pub(crate) fn epoch(epoch: usize) -> Event {
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

pub(crate) fn started(resumed_from: Option<usize>) -> Event {
    Event::Started { run: spec().id(), samples: SAMPLES, parameters: 7, epochs: 9, resumed_from }
}
