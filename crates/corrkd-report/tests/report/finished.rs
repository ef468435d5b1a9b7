//! A finished run on disk, as far as a report looks at it.

use corrkd_config::{DatasetRef, Device, Job, Kernels};
use corrkd_record::{
    ConditionScores, Environment, Prediction, RunResult, RunSpec, Runs, SplitSizes, SweepRun, Validation,
};
use polars::prelude::DataFrame;
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use std::fs::File;
use std::path::Path;

/// Writes the records of a run whose best epoch was this one.
pub(crate) fn finished(
    runs: &Runs,
    row: Option<&str>,
    job: Job,
    seed: u64,
    best_epoch: usize,
    test: Vec<ConditionScores>,
    predictions: &[Prediction],
) -> SweepRun {
    let spec = RunSpec {
        job,
        seed,
        dataset: DatasetRef { name: "synthetic".to_owned(), size: None },
        fingerprint: "f".to_owned(),
        code: "c".to_owned(),
        device: Device::Cpu,
        kernels: Kernels::Fused,
        teacher: None,
    };
    let dir = runs.run(&spec.id());
    dir.prepare(&spec).unwrap();
    Prediction::write(&dir.predictions_path(), predictions).unwrap();
    let samples = predictions.iter().filter(|p| p.condition == predictions[0].condition).count();
    let result = RunResult {
        id: spec.id(),
        spec: spec.clone(),
        epochs: best_epoch,
        best_epoch,
        validation: Validation { loss: 0.5, f1: 0.5, accuracy: 0.5 },
        test,
        weights: String::new(),
        predictions: String::new(),
        parameters: 1,
        samples: SplitSizes { train: 1, valid: 1, test: samples },
        environment: Environment {
            cpu: None,
            threads: 1,
            device: "cpu".to_owned(),
            kernels: Kernels::Fused,
            version: "0".to_owned(),
        },
        seconds: 1.0,
    };
    dir.write_result(&result).unwrap();
    SweepRun { row: row.map(str::to_owned), seed, id: spec.id(), failure: None }
}

/// A frame that a report wrote.
pub(crate) fn parquet(path: &Path) -> DataFrame {
    ParquetReader::new(File::open(path).unwrap()).finish().unwrap()
}
