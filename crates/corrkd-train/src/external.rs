//! A run whose answers are another program's: held against the data set's test split, and kept as any run's are.

use crate::work::{lacking, sizes};
use crate::{TrainError, environment, outcome};
use corrkd_config::{LabelSpace, digest_of, predictions_of};
use corrkd_data::{Dataset, Split};
use corrkd_record::{Event, External, Prediction, RecordError, RunDir, RunResult, RunSpec};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Reads the predictions that a specification names, and writes the result.
///
/// # Errors
/// [`RecordError::External`] for predictions that are not those of the plan, or not of the data set's test samples.
pub(crate) fn finish(
    dir: &RunDir,
    spec: &RunSpec,
    data: &Dataset,
    listen: &mut dyn FnMut(&Event),
) -> Result<RunResult, TrainError> {
    let mut tell = |event| {
        dir.append(&event)?;
        listen(&event);
        Ok::<_, TrainError>(())
    };
    let (settings, space) = (&spec.job.settings, LabelSpace::new(spec.job.task, &data.labels)?);
    let path = PathBuf::from(predictions_of(settings, spec.seed));
    let external = External::read(&path, &space, spec.seed)?;
    if external.digest != digest_of(settings) {
        let reason = "it changed since the run was planned; give the same command again".to_owned();
        return Err(RecordError::External { path, reason }.into());
    }
    let ids = |split: &'_ Split| split.samples.iter().map(|sample| sample.id.clone()).collect::<Vec<String>>();
    // In a cross-validation a file may hold the test samples of all folds.
    let others: Vec<String> = match spec.dataset.fold {
        Some(_) => [ids(&data.train), ids(&data.valid)].concat(),
        None => Vec::new(),
    };
    let elsewhere: BTreeSet<&str> = others.iter().map(String::as_str).collect();
    let samples: Vec<(&str, f32)> = data.test.samples.iter().map(|sample| (sample.id.as_str(), sample.label)).collect();
    let predictions = external.predictions(&space, &samples, &elsewhere)?;
    let has = external.conditions();
    let asked = corrkd_data::conditions(&data.statistics(), &spec.job.evaluation);
    let without: Vec<String> = asked.iter().filter(|of| !has.contains(of)).map(ToString::to_string).collect();
    let mut warnings = Vec::new();
    if !without.is_empty() {
        let message = format!(
            "it has no answers under {}: nothing stands there in the tables; predict under these conditions, too",
            without.join(", ")
        );
        tell(Event::Warning { message: message.clone() })?;
        warnings.push(message);
    }
    tell(Event::Evaluating { conditions: has.len() })?;
    let result = RunResult {
        id: dir.id().clone(),
        spec: spec.clone(),
        training: None,
        test: outcome::scored(&space, &has, &predictions),
        predictions: Prediction::write(&dir.predictions_path(), &predictions)?,
        representations: None,
        history: dir.history_hash()?,
        warnings,
        samples: sizes(data),
        lacking: lacking(data),
        environment: environment::here(spec.device, spec.kernels),
    };
    dir.write_result(&result)?;
    tell(Event::Finished { best_epoch: 0, seconds: 0.0, spent: BTreeMap::new() })?;
    Ok(result)
}
