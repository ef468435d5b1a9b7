//! A data set's fingerprint: a hash of everything its samples depend on.

use std::path::Path;

use crate::catalog::Found;
use crate::{DataError, Fold, Folds};

/// Raise it when the same files give other samples, or the cache another layout.
const VERSION: u32 = 1;

/// BLAKE3 over the version, the recipe's text, the folds and the bytes of each file, as 64 hexadecimal digits.
pub(crate) fn fingerprint(found: &Found, folds: &Folds, folder: &Path) -> Result<String, DataError> {
    let mut hasher = blake3::Hasher::new();
    let mut part = |bytes: &[u8]| {
        hasher.update(blake3::hash(bytes).as_bytes());
    };
    part(&VERSION.to_le_bytes());
    part(found.text.as_bytes());
    for fold in Fold::ALL {
        part(folds.ids(fold).join("\n").as_bytes());
    }
    for file in found.recipe.files() {
        hasher.update(file_hash(&folder.join(file))?.as_bytes());
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// BLAKE3 of a file's bytes, read piece by piece.
fn file_hash(path: &Path) -> Result<blake3::Hash, DataError> {
    let io = |cause: std::io::Error| match cause.kind() {
        std::io::ErrorKind::NotFound => corrkd_csd::CsdError::Absent { path: path.to_owned() }.into(),
        _ => DataError::Io { path: path.to_owned(), cause },
    };
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path).map_err(io)?).map_err(io)?;
    Ok(hasher.finalize())
}
