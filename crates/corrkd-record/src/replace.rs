//! Files that are whole or absent, never half written.

use crate::RecordError;
use std::path::Path;

/// Writes a file under a temporary name of its own beside it, then renames it. A file that was there stays until that moment.
///
/// # Errors
/// [`RecordError::Io`].
pub fn replace(path: &Path, contents: &[u8]) -> Result<(), RecordError> {
    corrkd_system::replace(path, contents).map_err(RecordError::io(path, "replace it"))
}
