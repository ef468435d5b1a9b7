//! A run from its directory to its result.

use crate::device::open_device;
use crate::work::{Work, parts};
use crate::{TrainError, labels};
use corrkd_data::Dataset;
use corrkd_record::{Event, RunId, RunResult, RunSpec, Runs};
use std::path::Path;

/// A digest of the code that a run's outcome depends on.
pub const CODE: &str = env!("CORRKD_CODE");

/// Trains and tests the run `id`, whose specification lies in its directory. What happens is appended to its events
/// and told to `listen`; the result is written last. A run that was cut off goes on where it stood.
///
/// # Errors
/// [`TrainError`]; the run's directory stays as it is, without a result.
pub fn run(
    runs: &Runs,
    id: &RunId,
    source: Option<&Path>,
    cache: &Path,
    listen: &mut dyn FnMut(&Event),
) -> Result<RunResult, TrainError> {
    let dir = runs.run(id);
    let spec = dir.spec()?;
    let _lock = dir.lock()?;
    if let Some(result) = dir.result()? {
        return Ok(result);
    }
    if spec.code != CODE {
        return Err(TrainError::Code { expected: spec.code, got: CODE });
    }
    let device = open_device(spec.device)?;
    let data = data_of(&spec, source, cache)?;
    let (task, ..) = parts(&spec.job);
    labels::fit(task, &data.labels)?;
    Work { dir: &dir, spec: &spec, data: &data, teachers: runs, device }.finish(listen)
}

/// The data that a specification was made for.
pub(crate) fn data_of(spec: &RunSpec, source: Option<&Path>, cache: &Path) -> Result<Dataset, TrainError> {
    let data = corrkd_data::load(&spec.dataset, source, cache, &corrkd_data::unseen)?;
    match data.fingerprint == spec.fingerprint {
        true => Ok(data),
        false => Err(TrainError::Fingerprint { expected: spec.fingerprint.clone(), got: data.fingerprint }),
    }
}
