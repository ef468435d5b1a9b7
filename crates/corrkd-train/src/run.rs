//! A run from its directory to its result.

use crate::device::open_device;
use crate::work::Work;
use crate::{Method, TrainError};
use corrkd_data::Dataset;
use corrkd_record::{Event, RunId, RunResult, RunSpec, Runs};
use std::path::Path;

/// Trains and tests the run `id`, whose specification lies in its directory and names one of the `methods`. What happens is
/// appended to its events and told to `listen`; the result is written last. A run that was cut off goes on where it stood.
///
/// # Errors
/// [`TrainError`]; the run's directory stays as it is, without a result.
pub fn run(
    methods: &[&dyn Method],
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
    let method = method_of(methods, &spec)?;
    if spec.code != method.code() {
        return Err(TrainError::Code { expected: spec.code, got: method.code() });
    }
    let device = open_device(spec.device)?;
    let data = data_of(&spec, source, cache)?;
    Work { method, dir: &dir, spec: &spec, data: &data, runs, device }.finish(listen)
}

/// The method that a specification names.
pub(crate) fn method_of<'a>(methods: &[&'a dyn Method], spec: &RunSpec) -> Result<&'a dyn Method, TrainError> {
    let name = &spec.job.method;
    methods.iter().copied().find(|method| method.name() == name).ok_or_else(|| TrainError::NoMethod {
        got: name.clone(),
        known: methods.iter().map(|method| method.name()).collect(),
    })
}

/// The data that a specification was made for.
pub(crate) fn data_of(spec: &RunSpec, source: Option<&Path>, cache: &Path) -> Result<Dataset, TrainError> {
    let data = corrkd_data::load(&spec.dataset, source, cache, &corrkd_data::unseen)?;
    match data.fingerprint == spec.fingerprint {
        true => Ok(data),
        false => Err(TrainError::Fingerprint { expected: spec.fingerprint.clone(), got: data.fingerprint }),
    }
}
