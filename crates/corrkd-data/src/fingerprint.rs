//! A data set's fingerprint: a hash of everything its samples depend on.

use crate::cache::Hashes;
use crate::catalog::Found;
use crate::place::DataFiles;
use crate::progress::failed;
use crate::{DataError, Fold, Progress, Trust};

/// Raise it when the same files give other samples, or the cache another layout.
const VERSION: u32 = 4;

/// BLAKE3 over the version, the recipe's text, the folds and the hash of each file's bytes, as 64 hexadecimal digits.
pub(crate) fn fingerprint(
    found: &Found,
    files: &DataFiles,
    hashes: &mut Hashes,
    trust: Trust,
    progress: &Progress<'_>,
) -> Result<String, DataError> {
    let mut hasher = blake3::Hasher::new();
    let mut part = |bytes: &[u8]| {
        hasher.update(blake3::hash(bytes).as_bytes());
    };
    part(&VERSION.to_le_bytes());
    part(found.text.as_bytes());
    for fold in Fold::ALL {
        part(files.folds.ids(fold).join("\n").as_bytes());
    }
    for file in found.recipe.files() {
        if let Some(hash) = files.proved.get(file) {
            part(hash.as_bytes());
            continue;
        }
        let path = files.folder.join(file);
        let hash = hashes.of(&path, trust, progress).map_err(|cause| match cause.kind() {
            std::io::ErrorKind::NotFound => corrkd_csd::CsdError::Absent { path }.into(),
            _ => failed(&path)(cause),
        })?;
        part(hash.as_bytes());
    }
    Ok(hasher.finalize().to_hex().to_string())
}
