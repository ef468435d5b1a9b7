//! The folder of an imported data set, which appears when all of it is there.

use corrkd_config::Modality;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

use crate::ImportError;

/// The label sequence.
pub(crate) const LABELS: &str = "labels.csd";
/// The folds.
pub(crate) const FOLDS: &str = "folds.toml";
/// The recipe.
pub(crate) const RECIPE: &str = "recipe.toml";

/// The sequence of a modality.
pub(crate) fn file(modality: Modality) -> String {
    format!("{modality}.csd")
}

/// A folder under a temporary name beside its later place; it is removed where it is dropped.
pub(crate) struct Target {
    place: PathBuf,
    folder: TempDir,
}

impl Target {
    /// Starts a folder. There may be an empty one in its place, but no other.
    pub(crate) fn create(place: &Path) -> Result<Self, ImportError> {
        let io = |cause| ImportError::Io { path: place.to_owned(), cause };
        match std::fs::read_dir(place) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(ImportError::Occupied { path: place.to_owned() });
                }
            }
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {}
            Err(cause) => return Err(io(cause)),
        }
        let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(parent).map_err(io)?;
        let mut options = tempfile::Builder::new();
        options.prefix(".import-");
        // As any other folder, not for the owner alone.
        #[cfg(unix)]
        options.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let folder = options.tempdir_in(parent).map_err(io)?;
        Ok(Self { place: place.to_owned(), folder })
    }

    /// The path of a file in the folder for now.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a text into a file of the folder.
    pub(crate) fn text(&self, name: &str, text: &str) -> Result<(), ImportError> {
        let path = self.path(name);
        std::fs::write(&path, text).map_err(|cause| ImportError::Io { path, cause })
    }

    /// Gives the folder its name; its files in order.
    pub(crate) fn finish(self) -> Result<Vec<PathBuf>, ImportError> {
        let Self { place, folder } = self;
        let io = |cause| ImportError::Io { path: place.clone(), cause };
        let entries = std::fs::read_dir(folder.path()).map_err(io)?;
        let names =
            entries.map(|entry| entry.map(|entry| place.join(entry.file_name()))).collect::<Result<Vec<_>, _>>();
        let mut files = names.map_err(io)?;
        files.sort();
        if place.is_dir() {
            std::fs::remove_dir(&place).map_err(io)?;
        }
        std::fs::rename(folder.path(), &place).map_err(io)?;
        // There is nothing left to remove under the temporary name.
        let _ = folder.keep();
        Ok(files)
    }
}
