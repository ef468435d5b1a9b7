//! The folder of an imported data set, which appears when all of it is there.

use corrkd_config::Modality;
use corrkd_system::{WholeFolder, parent, sweep};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

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

/// The folder, whole or absent.
pub(crate) struct Target {
    place: PathBuf,
    folder: WholeFolder,
}

impl Target {
    /// Starts a folder. There may be an empty one in its place, but no other.
    pub(crate) fn create(place: &Path) -> Result<Self, ImportError> {
        let io = |cause| ImportError::Io { path: place.to_owned(), cause };
        let occupied = || ImportError::Occupied { path: place.to_owned() };
        match std::fs::read_dir(place) {
            _ if place.file_name().is_none() => return Err(occupied()),
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(occupied());
                }
            }
            Err(cause) if cause.kind() == ErrorKind::NotFound => {}
            Err(cause) if cause.kind() == ErrorKind::NotADirectory => return Err(occupied()),
            Err(cause) => return Err(io(cause)),
        }
        sweep(parent(place));
        let folder = WholeFolder::create(place).map_err(io)?;
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
        folder.publish().map_err(io)?;
        Ok(files)
    }
}
