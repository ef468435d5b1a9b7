//! SHA-256 of a file's bytes.

use corrkd_data::{DataError, Progress};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

/// Bytes read at a time; what is done is told in these.
const PIECE: usize = 1 << 20;

/// The sum, 64 hexadecimal digits in lower case.
pub(crate) fn sha256(path: &Path, progress: &Progress<'_>) -> Result<String, DataError> {
    let failed = |cause| DataError::Io { path: path.to_owned(), cause };
    let mut file = corrkd_system::open(path).map_err(failed)?;
    let pieces = file.metadata().map_err(failed)?.len() as usize / PIECE;
    let mut sum = Sha256::new();
    let mut piece = vec![0; PIECE];
    for number in 0.. {
        if progress(number.min(pieces), pieces) == ControlFlow::Break(()) {
            return Err(DataError::Interrupted);
        }
        match file.read(&mut piece).map_err(failed)? {
            0 => break,
            read => sum.update(&piece[..read]),
        }
    }
    Ok(sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
