//! What an earlier process left in a run's folder: it counts and is gone on with where it proves itself, and goes where it does
//! not.

use crate::{TrainError, checkpoint};
use corrkd_record::{RunDir, RunResult};

/// The result of a run that is finished and whose files are those that the result names. Otherwise what is left is what the run
/// can go on from; whatever is damaged is removed, and `note` is told which file it was. The run's lock is held.
///
/// # Errors
/// What keeps a file from being read or removed.
pub(crate) fn heal(dir: &RunDir, note: &mut dyn FnMut(String)) -> Result<Option<RunResult>, TrainError> {
    match dir.proved().map_err(TrainError::from) {
        Ok(Some(result)) => return Ok(Some(result)),
        Err(damage) if damage.is_damage() => note(format!("{damage}; the run is finished again")),
        unfinished => _ = unfinished?,
    }
    dir.reopen()?;
    match checkpoint::prove(dir) {
        Err(damage) if damage.is_damage() => {
            note(format!("{damage}; the run starts anew"));
            dir.clear()?;
        }
        proved => proved?,
    }
    match checkpoint::prove_step(dir) {
        Err(damage) if damage.is_damage() => {
            note(format!("{damage}; the run goes on from its last whole epoch"));
            dir.forget_step()?;
        }
        proved => proved?,
    }
    Ok(None)
}
