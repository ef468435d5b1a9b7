//! The hash of a file, by which a result names the weights and predictions that belong to it.

use crate::RecordError;
use std::path::Path;

/// BLAKE3 of a file's bytes, 64 hexadecimal digits.
///
/// # Errors
/// [`RecordError::Io`]; [`RecordError::Damaged`] for what is no regular file.
pub fn digest(path: &Path) -> Result<String, RecordError> {
    let mut hasher = blake3::Hasher::new();
    corrkd_system::open(path)
        .and_then(|file| hasher.update_reader(file).map(|hasher| hasher.finalize().to_hex().to_string()))
        .map_err(RecordError::read(path))
}

/// The same of bytes that are there already.
pub(crate) fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
