//! One file to look at, and what is known of it beforehand.

use corrkd_csd::CsdError;
use corrkd_data::{Download, Located, Zeros};
use corrkd_numpy::Foreign;
use std::path::PathBuf;

/// A file.
pub(crate) struct Part<'a> {
    pub(crate) path: PathBuf,
    /// The path, for people and JSON.
    pub(crate) name: String,
    pub(crate) roles: Vec<&'static str>,
    /// Columns that the recipe says.
    pub(crate) width: Option<usize>,
    /// What a row of zeros is in it.
    pub(crate) zeros: Zeros,
    /// What the recipe says of the file.
    pub(crate) download: Option<Download<'a>>,
}

impl<'a> Part<'a> {
    /// A file of which nothing is known.
    pub(crate) fn plain(path: PathBuf) -> Self {
        let name = path.display().to_string();
        Self { path, name, roles: Vec::new(), width: None, zeros: Zeros::Data, download: None }
    }

    /// Why it cannot be read as a sequence: what else it is, where its first bytes tell.
    pub(crate) fn problem(&self, error: &CsdError) -> String {
        let foreign = match error {
            CsdError::NotHdf5 { .. } => Foreign::of_file(&self.path),
            // MATLAB's newer files are HDF5.
            CsdError::Damaged { .. } => Foreign::of_file(&self.path).filter(|foreign| *foreign != Foreign::Hdf5),
            _ => None,
        };
        match foreign {
            Some(foreign) => format!("is {}: {}", foreign.what(), foreign.way(&self.path)),
            None => {
                let text = error.to_string();
                text.strip_prefix(&format!("{}: ", self.name)).unwrap_or(&text).to_owned()
            }
        }
    }

    /// The files of a recipe, each once: labels, features, words.
    pub(crate) fn all(located: &'a Located) -> Vec<Self> {
        let recipe = &located.recipe;
        let roles = std::iter::once(("labels", Some(recipe.labels.columns.len()), Zeros::Data))
            .chain(recipe.modalities().map(|(modality, file)| (modality.name(), Some(file.width), file.zeros)))
            .chain(recipe.words.iter().map(|_| ("words", None, Zeros::Data)));
        let mut parts: Vec<Self> = Vec::new();
        for (download, (role, width, zeros)) in recipe.downloads().zip(roles) {
            let path = located.folder.join(download.file);
            if let Some(known) = parts.iter_mut().find(|part| part.path == path) {
                known.roles.push(role);
                known.width = known.width.or(width);
                continue;
            }
            parts.push(Self { roles: vec![role], width, zeros, download: Some(download), ..Self::plain(path) });
        }
        parts
    }
}
