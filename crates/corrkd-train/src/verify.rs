//! A finished run repeated from its record, and compared with what it left behind.

use crate::device::open_device;
use crate::run::{data_of, method_of};
use crate::work::Work;
use crate::{Method, Stop, TrainError, external};
use corrkd_config::{EXTERNAL, LabelSpace};
use corrkd_data::Trust;
use corrkd_record::{
    EXTERNAL_CODE, Environment, Event, Prediction, RecordError, RunDir, RunId, RunResult, Runs, Trained, Validation,
};
use corrkd_system::WholeFolder;
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
    /// Whether all numbers are the same bits: of each epoch, the weights, the predictions, the representations, the scores.
    #[must_use]
    pub fn is_same(&self) -> bool {
        let Self { stored, repeated, parted, .. } = self;
        let hashes = |result: &RunResult| (result.predictions.clone(), result.representations.clone());
        parted.is_none()
            && trained(stored) == trained(repeated)
            && hashes(stored) == hashes(repeated)
            && stored.test == repeated.test
    }
}

/// What a training came to, but for what it took.
fn trained(result: &RunResult) -> Option<([Option<&str>; 2], usize, usize, Validation)> {
    let Trained { weights, context, epochs, best_epoch, validation, .. } = result.training.as_ref()?;
    Some(([Some(weights), context.as_deref()], *epochs, *best_epoch, *validation))
}

/// Repeats the finished run `id` in a folder that is removed afterwards; the run's own files are only read, and those of
/// the runs that it needs. `listen` is told of each epoch whether it is the same as then.
///
/// # Errors
/// [`TrainError::Unfinished`], [`TrainError::Unproved`] where the run's files, or those of a run that it needs, are not those
/// that its result names, and everything that can end a run. Code other than the run's is no error.
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
    let told = dir.history(&stored)?;
    let data = data_of(&spec, source, cache, Trust::Read)?;
    // Beside the runs, on the same disk.
    let folder = WholeFolder::create(&runs.path().join("verify"));
    let folder = folder.map_err(RecordError::io(runs.path(), "create a folder to repeat the run in"))?;
    let again = Runs::open(folder.path())?.run(id);
    again.prepare(&spec)?;
    let mut parted = None;
    let mut compare = |event: &Event| {
        if let Event::Epoch { epoch, .. } = event {
            let same = told.iter().any(|then| same_epoch(then, event));
            if !same {
                parted.get_or_insert(*epoch);
            }
            listen(event, same);
        }
    };
    let (repeated, code) = if spec.job.method == EXTERNAL {
        (external::finish(&again, &spec, &data, &mut compare)?, EXTERNAL_CODE)
    } else {
        let (method, device) = (method_of(methods, &spec)?, open_device(spec.device)?);
        let work = Work { method, dir: &again, spec: &spec, data: &data, runs, device, stop: &Stop::new() };
        (work.finish(&mut compare)?, method.code())
    };
    let predictions = match stored.predictions == repeated.predictions {
        true => None,
        false => Some(difference(&spec.label_space()?, [&dir.predictions(&stored)?, &again.predictions(&repeated)?])),
    };
    Ok(Verification { stored, repeated, parted, predictions, code })
}

/// The result of a finished run whose files are those that the result names.
fn record(dir: &RunDir) -> Result<RunResult, TrainError> {
    let proved = dir.proved().map_err(|error| TrainError::from(error).of(dir.id()))?;
    proved.ok_or_else(|| TrainError::Unfinished { id: dir.id().clone() })
}

/// Whether two events tell of the same epoch with the same numbers; how long it took is no matter.
fn same_epoch(then: &Event, now: &Event) -> bool {
    let timeless = |event: &Event| match event.clone() {
        Event::Epoch { epoch, epochs, losses, parts, gradient_norm, validation, best, .. } => {
            Some(Event::Epoch { epoch, epochs, losses, parts, gradient_norm, validation, best, seconds: 0.0 })
        }
        _ => None,
    };
    timeless(then) == timeless(now)
}

/// Compares the predictions of two runs of the same specification.
fn difference(space: &LabelSpace, [then, now]: [&[Prediction]; 2]) -> Difference {
    let mut difference = Difference { answers: 0, largest: 0.0, categories: 0, of: then.len() };
    for (then, now) in then.iter().zip(now) {
        let numbers = (then.answer.numbers(), now.answer.numbers());
        let each = numbers.0.iter().zip(&numbers.1);
        difference.answers += usize::from(each.clone().any(|(a, b)| a.to_bits() != b.to_bits()));
        difference.largest = each.fold(difference.largest, |largest, (a, b)| largest.max((a - b).abs()));
        difference.categories += usize::from(then.answer.category(space) != now.answer.category(space));
    }
    difference
}

/// A line where all is the same; otherwise a line for each thing that differs, and for what explains it.
impl std::fmt::Display for Verification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { stored, repeated, parted, predictions, code } = self;
        let conditions = stored.test.len();
        if self.is_same() {
            let samples = stored.samples.test;
            write!(f, "{}: the same, bit for bit: ", stored.id)?;
            if let Some(Trained { best_epoch, epochs, .. }) = &stored.training {
                write!(f, "the weights of epoch {best_epoch} of {epochs}, and ")?;
            }
            return write!(f, "the predictions for {samples} samples under {conditions} conditions with their scores");
        }
        write!(f, "{}: not the same", stored.id)?;
        if let Some(epoch) = parted {
            write!(f, "\n  from epoch {epoch} on the losses are others")?;
        }
        if let (Some(then), Some(now)) = (&stored.training, &repeated.training) {
            if then.best_epoch != now.best_epoch {
                write!(f, "\n  the best epoch was {}, now it is {}", then.best_epoch, now.best_epoch)?;
            }
            if then.weights != now.weights {
                f.write_str("\n  the weights differ")?;
            }
        }
        match predictions {
            None => f.write_str("\n  the predictions are the same bits all the same")?,
            Some(Difference { answers, largest, categories, of }) => write!(
                f,
                "\n  {answers} of {of} predictions differ, by at most {largest:.1e}; {categories} name another category"
            )?,
        }
        if stored.representations != repeated.representations {
            f.write_str("\n  the representations differ")?;
        }
        let same = stored.test.iter().filter(|&of| repeated.test.contains(of)).count();
        let validation = |result: &RunResult| result.training.as_ref().map(|training| training.validation);
        let validated_otherwise = validation(stored) != validation(repeated);
        if same < conditions || validated_otherwise {
            write!(f, "\n  the scores under {} of {conditions} conditions differ", conditions - same)?;
            if validated_otherwise {
                f.write_str(", and those on the validation split")?;
            }
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
