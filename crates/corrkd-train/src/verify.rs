//! A finished run repeated from its record, and compared with what it left behind.

use crate::device::open_device;
use crate::run::{data_of, method_of};
use crate::work::{Work, digest};
use crate::{Method, TrainError, checkpoint};
use corrkd_config::LabelSpace;
use corrkd_record::{Environment, Event, Prediction, RecordError, RunDir, RunId, RunResult, Runs};
use std::path::Path;

/// What came of repeating a run.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The run as it was stored.
    pub stored: RunResult,
    /// The run as it came out now.
    pub repeated: RunResult,
    /// The first epoch whose losses, gradient norm or validation scores are others now.
    pub parted: Option<usize>,
    /// How the predictions differ; none where they are the same bytes.
    pub predictions: Option<Difference>,
    /// The code that repeated it.
    pub code: &'static str,
}

/// How two runs' predictions differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Predictions whose answer is not the same bits.
    pub answers: usize,
    /// The largest difference of a number in an answer.
    pub largest: f32,
    /// Predictions whose category is another.
    pub categories: usize,
    /// Predictions of the stored run.
    pub of: usize,
}

impl Verification {
    /// Whether weights and predictions are the same bits, and come from the same epoch.
    #[must_use]
    pub fn is_same(&self) -> bool {
        let key = |result: &RunResult| (result.weights.clone(), result.predictions.clone(), result.best_epoch);
        key(&self.stored) == key(&self.repeated)
    }
}

/// Repeats the finished run `id` in a folder that is removed afterwards; the run's own files are only read, and those of
/// the runs that it needs. `listen` is told of each epoch whether it is the same as then.
///
/// # Errors
/// [`TrainError::Unfinished`], [`TrainError::Altered`] where the run's files are not those its result names, and
/// everything that can end a run. Code other than the run's is no error.
pub fn verify(
    methods: &[&dyn Method],
    runs: &Runs,
    id: &RunId,
    source: Option<&Path>,
    cache: &Path,
    listen: &mut dyn FnMut(&Event, bool),
) -> Result<Verification, TrainError> {
    let dir = runs.run(id);
    let spec = dir.spec()?;
    let stored = record(&dir)?;
    for id in &spec.needs {
        record(&runs.run(id))?;
    }
    let method = method_of(methods, &spec)?;
    let device = open_device(spec.device)?;
    let data = data_of(&spec, source, cache)?;
    let folder = scratch(runs)?;
    let again = Runs::open(folder.path())?.run(id);
    again.prepare(&spec)?;
    let told = dir.events()?;
    let mut parted = None;
    let work = Work { method, dir: &again, spec: &spec, data: &data, runs, device };
    let repeated = work.finish(&mut |event| {
        if let Event::Epoch { epoch, .. } = event {
            let same = told.iter().any(|then| same_epoch(then, event));
            if !same {
                parted.get_or_insert(*epoch);
            }
            listen(event, same);
        }
    })?;
    let predictions = match stored.predictions == repeated.predictions {
        true => None,
        false => Some(difference(&spec.label_space()?, &dir, &again)?),
    };
    Ok(Verification { stored, repeated, parted, predictions, code: method.code() })
}

/// The result of a finished run whose files are those that the result names.
fn record(dir: &RunDir) -> Result<RunResult, TrainError> {
    let result = dir.result()?.ok_or_else(|| TrainError::Unfinished { id: dir.id().clone() })?;
    let weights = digest(&checkpoint::weights(&dir.best_path())?)?;
    let predictions = corrkd_record::digest(&dir.predictions_path())?;
    for (path, expected, got) in
        [(dir.best_path(), &result.weights, weights), (dir.predictions_path(), &result.predictions, predictions)]
    {
        if *expected != got {
            return Err(TrainError::Altered { path: path.display().to_string(), expected: expected.clone(), got });
        }
    }
    Ok(result)
}

/// A folder beside the runs, on the same disk.
fn scratch(runs: &Runs) -> Result<tempfile::TempDir, TrainError> {
    let folder = tempfile::Builder::new().prefix("verify-").tempdir_in(runs.path());
    Ok(folder.map_err(RecordError::io(runs.path(), "create a folder to repeat the run in"))?)
}

/// Whether two events tell of the same epoch with the same numbers; how long it took is no matter.
fn same_epoch(then: &Event, now: &Event) -> bool {
    let timeless = |event: &Event| match event.clone() {
        Event::Epoch { epoch, epochs, losses, gradient_norm, validation, best, .. } => {
            Some(Event::Epoch { epoch, epochs, losses, gradient_norm, validation, best, seconds: 0.0 })
        }
        _ => None,
    };
    timeless(then) == timeless(now)
}

/// Compares the predictions of two runs of the same specification.
fn difference(space: &LabelSpace, then: &RunDir, now: &RunDir) -> Result<Difference, TrainError> {
    let [then, now] = [then, now].map(|dir| Prediction::read(&dir.predictions_path()));
    let (then, now) = (then?, now?);
    let mut difference = Difference { answers: 0, largest: 0.0, categories: 0, of: then.len() };
    for (then, now) in then.iter().zip(&now) {
        let numbers = (then.answer.numbers(), now.answer.numbers());
        let each = numbers.0.iter().zip(&numbers.1);
        difference.answers += usize::from(each.clone().any(|(a, b)| a.to_bits() != b.to_bits()));
        difference.largest = each.fold(difference.largest, |largest, (a, b)| largest.max((a - b).abs()));
        difference.categories += usize::from(then.answer.category(space) != now.answer.category(space));
    }
    Ok(difference)
}

/// A line where all is the same; otherwise a line for each thing that differs, and for what explains it.
impl std::fmt::Display for Verification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { stored, repeated, parted, predictions, code } = self;
        if self.is_same() {
            let conditions = stored.test.len();
            let samples = stored.samples.test;
            return write!(
                f,
                "{}: the same, bit for bit: the weights of epoch {} of {}, and the predictions for {samples} samples under {conditions} conditions",
                stored.id, stored.best_epoch, stored.epochs
            );
        }
        write!(f, "{}: not the same", stored.id)?;
        if let Some(epoch) = parted {
            write!(f, "\n  from epoch {epoch} on the losses are others")?;
        }
        if stored.best_epoch != repeated.best_epoch {
            write!(f, "\n  the best epoch was {}, now it is {}", stored.best_epoch, repeated.best_epoch)?;
        }
        if stored.weights != repeated.weights {
            f.write_str("\n  the weights differ")?;
        }
        match predictions {
            None => f.write_str("\n  the predictions are the same bits all the same")?,
            Some(Difference { answers, largest, categories, of }) => write!(
                f,
                "\n  {answers} of {of} predictions differ, by at most {largest:.1e}; {categories} name another category"
            )?,
        }
        for (what, then, now) in circumstances(stored, repeated, code) {
            write!(f, "\n  {what}: {then} then, {now} now")?;
        }
        Ok(())
    }
}

/// What was different around the two runs, and explains a difference between them.
fn circumstances(then: &RunResult, now: &RunResult, code: &str) -> Vec<(&'static str, String, String)> {
    let processor = |e: &Environment| e.cpu.clone().unwrap_or_else(|| "unknown".to_owned());
    let both = |what, f: &dyn Fn(&RunResult) -> String| (what, f(then), f(now));
    let mut all = vec![
        both("processor", &|r| processor(&r.environment)),
        both("device", &|r| r.environment.device.clone()),
        both("kernels", &|r| r.environment.kernels.to_string()),
        both("threads", &|r| r.environment.threads.to_string()),
    ];
    all.push(("code", then.spec.code.clone(), code.to_owned()));
    all.retain(|(_, then, now)| then != now);
    all
}
