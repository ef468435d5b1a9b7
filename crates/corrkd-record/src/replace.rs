//! Files that are whole or absent, never half written.

use crate::RecordError;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// Writes a file under `NAME.tmp` beside it, then renames it. A file that was there stays until that moment.
///
/// # Errors
/// [`RecordError::Io`].
pub fn replace(path: &Path, contents: &[u8]) -> Result<(), RecordError> {
    let temporary = path.with_added_extension("tmp");
    File::create(&temporary)
        .and_then(|mut file| file.write_all(contents).and_then(|()| file.sync_all()))
        .map_err(RecordError::io(&temporary, "write it"))?;
    fs::rename(&temporary, path).map_err(RecordError::io(path, "replace it"))
}
