//! A run from its directory to its result.

use crate::device::open_device;
use crate::heal::heal;
use crate::work::Work;
use crate::{Method, Stop, TrainError, external, part};
use corrkd_config::EXTERNAL;
use corrkd_data::{Dataset, Trust};
use corrkd_record::{Event, Lock, RecordError, RunDir, RunId, RunResult, RunSpec, Runs};
use std::path::Path;
use std::time::Duration;

/// How often it is looked whether another process has let go of a run.
const AGAIN: Duration = Duration::from_millis(100);

/// A run to be had, and where what it takes lies.
pub struct Wanted<'a> {
    /// The folder of all runs.
    pub runs: &'a Runs,
    /// The run.
    pub id: &'a RunId,
    /// The folder that holds the data set's files.
    pub source: Option<&'a Path>,
    /// Where generated files and aligned samples are kept.
    pub cache: &'a Path,
    /// By which it is told to stop.
    pub stop: &'a Stop,
}

/// Trains and tests a run, whose specification lies in its directory and names one of the `methods`. What happens is
/// appended to its events and told to `listen`; the result is written last. A run that was cut off goes on where it stood; one
/// that another process works on is waited for, and its result is used. What is damaged is made again, and `note` hears of it.
///
/// # Errors
/// [`TrainError`]; the run's directory then has no result.
pub fn run(
    methods: &[&dyn Method],
    wanted: &Wanted<'_>,
    listen: &mut dyn FnMut(&Event),
    note: &mut dyn FnMut(String),
) -> Result<RunResult, TrainError> {
    let Wanted { runs, id, source, cache, stop } = *wanted;
    let dir = runs.run(id);
    let mut work = |listen: &mut dyn FnMut(&Event)| {
        let spec = dir.spec()?;
        let _lock = held(&dir, listen)?;
        corrkd_system::sweep(dir.path());
        let mut finish = |listen| {
            if let Some(result) = heal(&dir, note)? {
                return Ok(result);
            }
            if spec.job.method == EXTERNAL {
                let data = data_of(&spec, source, cache, Trust::Remembered)?;
                return external::finish(&dir, &spec, &data, listen);
            }
            let method = method_of(methods, &spec)?;
            if spec.code != method.code() {
                return Err(TrainError::Code { expected: spec.code.clone(), got: method.code() });
            }
            let device = open_device(spec.device)?;
            let data = part("data", || data_of(&spec, source, cache, Trust::Remembered))?;
            Work { method, dir: &dir, spec: &spec, data: &data, runs, device, stop }.finish(listen)
        };
        // While the lock is held: nobody writes into another's events. The run failed already; that its last event cannot be
        // kept is no second failure.
        finish(listen).inspect_err(|error| {
            if !matches!(error, TrainError::Stopped { .. }) {
                _ = dir.append(&failed(error));
            }
        })
    };
    work(listen).inspect_err(|error| {
        if !matches!(error, TrainError::Stopped { .. }) {
            listen(&failed(error));
        }
    })
}

fn failed(error: &TrainError) -> Event {
    Event::Failed { message: error.to_string() }
}

/// The lock of a run; who holds it is waited for, however long that takes.
fn held(dir: &RunDir, listen: &mut dyn FnMut(&Event)) -> Result<Lock, TrainError> {
    let mut told = false;
    loop {
        match dir.lock() {
            Err(RecordError::Locked { .. }) => {
                if !std::mem::replace(&mut told, true) {
                    listen(&Event::Waiting);
                }
                std::thread::sleep(AGAIN);
            }
            lock => return Ok(lock?),
        }
    }
}

/// The method that a specification names.
pub(crate) fn method_of<'a>(methods: &[&'a dyn Method], spec: &RunSpec) -> Result<&'a dyn Method, TrainError> {
    method_named(methods, &spec.job.method)
}

/// The method of this name.
pub(crate) fn method_named<'a>(methods: &[&'a dyn Method], name: &str) -> Result<&'a dyn Method, TrainError> {
    methods.iter().copied().find(|method| method.name() == name).ok_or_else(|| TrainError::NoMethod {
        got: name.to_owned(),
        known: methods.iter().map(|method| method.name()).collect(),
    })
}

/// The data that a specification was made for.
pub(crate) fn data_of(
    spec: &RunSpec,
    source: Option<&Path>,
    cache: &Path,
    trust: Trust,
) -> Result<Dataset, TrainError> {
    let data = corrkd_data::load(&spec.dataset, source, cache, trust, &corrkd_data::unseen)?;
    match data.fingerprint == spec.fingerprint {
        true => Ok(data),
        false => Err(TrainError::Fingerprint { expected: spec.fingerprint.clone(), got: data.fingerprint }),
    }
}
