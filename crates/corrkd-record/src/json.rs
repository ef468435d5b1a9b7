//! Records as JSON files.

use crate::{RecordError, replace};
use serde::{Serialize, de::DeserializeOwned};
use std::fs;
use std::path::Path;

pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, RecordError> {
    let bytes = fs::read(path).map_err(RecordError::io(path, "read it"))?;
    serde_json::from_slice(&bytes).map_err(|reason| RecordError::damaged(path, reason))
}

pub(crate) fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), RecordError> {
    let mut text = serde_json::to_vec_pretty(value).map_err(|reason| RecordError::damaged(path, reason))?;
    text.push(b'\n');
    replace(path, &text)
}
