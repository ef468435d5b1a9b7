//! A finished run on disk, as far as a report looks at it.

use corrkd_config::{
    Cross, CrossFold, Cuts, DatasetRef, Device, Evaluation, Job, Kernels, LabelSpace, Labels, Missing, Scale, Task,
};
use corrkd_record::{
    ConditionScores, Environment, Event, Lacking, Prediction, Representation, RunId, RunResult, RunSpec, Runs,
    SplitSizes, SweepRun, Trained, Validation, scores,
};
use polars::prelude::DataFrame;
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use std::fs::File;
use std::path::Path;

/// The work of a student with this margin, of at most 50 epochs.
pub(crate) fn student(task: Task, margin: f64) -> Job {
    let settings = format!("[network]\nwidth = 40\n[student]\nepochs = 50\n[losses.scd]\nmargin = {margin:?}\n");
    job(task, ["corrkd", "student", "student"], &settings, Some(Missing::default()))
}

/// The work of a teacher, on complete samples.
pub(crate) fn teacher(task: Task) -> Job {
    job(task, ["corrkd", "teacher", "teacher"], "[network]\nwidth = 40\n[teacher]\nepochs = 50\n", None)
}

/// The work of a method's stage, with the table of its settings that says how it trains.
pub(crate) fn job(task: Task, names: [&str; 3], settings: &str, missing: Option<Missing>) -> Job {
    let [method, stage, training] = names.map(str::to_owned);
    let settings = toml::from_str(settings).unwrap();
    Job { method, stage, training, settings, task, missing, evaluation: Evaluation::default() }
}

/// The labels that a task is asked of where a test says nothing else: MOSI's scores, or IEMOCAP's emotions.
pub(crate) fn labels(task: Task) -> Labels {
    match task {
        Task::Emotion => Labels::Categories(["happy", "sad", "angry", "neutral"].map(str::to_owned).to_vec()),
        _ => Labels::Score(Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() }),
    }
}

/// A task on these.
pub(crate) fn space(task: Task) -> LabelSpace {
    LabelSpace::new(task, &labels(task)).unwrap()
}

/// Writes the records of a run whose best epoch was this one.
pub(crate) fn finished(
    runs: &Runs,
    row: Option<&str>,
    job: Job,
    seed: u64,
    best_epoch: usize,
    predictions: &[Prediction],
) -> SweepRun {
    let labels = labels(job.task);
    finished_on(runs, row, job, labels, None, seed, best_epoch, predictions)
}

/// The same, on other labels, or on a fold of a cross-validation.
#[allow(clippy::too_many_arguments, reason = "a record has that many parts")]
pub(crate) fn finished_on(
    runs: &Runs,
    row: Option<&str>,
    job: Job,
    labels: Labels,
    fold: Option<(&Cross, usize)>,
    seed: u64,
    best_epoch: usize,
    predictions: &[Prediction],
) -> SweepRun {
    let stage = job.label();
    let of_fold = |(cross, test): (&Cross, usize)| CrossFold { cross: cross.clone(), test };
    let spec = RunSpec {
        job,
        seed,
        dataset: DatasetRef { name: "synthetic".to_owned(), size: None, fold: fold.map(of_fold) },
        fingerprint: "f".to_owned(),
        labels,
        code: "c".to_owned(),
        device: Device::Cpu,
        kernels: Kernels::Fused,
        needs: Vec::new(),
    };
    let dir = runs.run(&spec.id());
    dir.prepare(&spec).unwrap();
    let hash = Prediction::write(&dir.predictions_path(), predictions).unwrap();
    std::fs::write(dir.events_path(), "").unwrap();
    let samples = predictions.iter().filter(|p| p.condition == predictions[0].condition).count();
    let result = RunResult {
        id: spec.id(),
        spec: spec.clone(),
        training: Some(Trained {
            epochs: best_epoch,
            best_epoch,
            validation: Validation { loss: 0.5, f1: 0.5, accuracy: 0.5 },
            weights: String::new(),
            checkpoint: String::new(),
            context: None,
            parameters: 1,
            seconds: 1.0,
            memory: Some(300 << 20),
        }),
        test: scored(&spec, predictions),
        predictions: hash,
        representations: None,
        history: dir.history_hash().unwrap(),
        warnings: Vec::new(),
        samples: SplitSizes { train: 1, valid: 1, test: samples },
        lacking: Lacking::default(),
        environment: Environment {
            cpu: None,
            threads: 1,
            device: "cpu".to_owned(),
            kernels: Kernels::Fused,
            version: "0".to_owned(),
        },
    };
    dir.write_result(&result).unwrap();
    SweepRun {
        row: row.map(str::to_owned),
        is_part: false,
        stage,
        seed,
        fold: fold.map(|of| of.1),
        id: spec.id(),
        failure: None,
    }
}

/// What predictions score under each condition, as a run writes it down; nothing of what cannot be scored.
fn scored(spec: &RunSpec, predictions: &[Prediction]) -> Vec<ConditionScores> {
    let space = spec.label_space().unwrap();
    let mut test: Vec<ConditionScores> = Vec::new();
    for first in predictions {
        let Ok(condition) = first.condition.parse() else { continue };
        if test.iter().any(|of| of.condition == condition) || !predictions.iter().all(|p| p.answer.fits(&space)) {
            continue;
        }
        let under: Vec<&Prediction> = predictions.iter().filter(|p| p.condition == first.condition).collect();
        test.push(ConditionScores { condition, scores: scores(&space, &under) });
    }
    test
}

/// Changes a run's predictions, and its result with them, as if it had come out so.
pub(crate) fn rewrite(runs: &Runs, id: &RunId, change: impl FnOnce(&mut Vec<Prediction>)) {
    let dir = runs.run(id);
    let mut result = dir.result().unwrap().unwrap();
    let mut predictions = dir.predictions(&result).unwrap();
    change(&mut predictions);
    result.predictions = Prediction::write(&dir.predictions_path(), &predictions).unwrap();
    result.test = scored(&result.spec, &predictions);
    dir.write_result(&result).unwrap();
}

/// Gives a run a history of its training.
pub(crate) fn trained(runs: &Runs, id: &RunId, events: &[Event]) {
    let dir = runs.run(id);
    std::fs::write(dir.events_path(), "").unwrap();
    events.iter().for_each(|event| dir.append(event).unwrap());
    let mut result = dir.result().unwrap().unwrap();
    result.history = dir.history_hash().unwrap();
    dir.write_result(&result).unwrap();
}

/// Gives a run representations.
pub(crate) fn represented(runs: &Runs, id: &RunId, representations: &[Representation]) {
    let dir = runs.run(id);
    let mut result = dir.result().unwrap().unwrap();
    result.representations = Some(Representation::write(&dir.representations_path(), representations).unwrap());
    dir.write_result(&result).unwrap();
}

/// A frame that a report wrote.
pub(crate) fn parquet(path: &Path) -> DataFrame {
    ParquetReader::new(File::open(path).unwrap()).finish().unwrap()
}
