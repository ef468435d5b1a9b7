//! One file to look at, and what is known of it beforehand.

use corrkd_data::{Download, Located};
use std::path::PathBuf;

/// A file.
pub(crate) struct Part<'a> {
    pub(crate) path: PathBuf,
    /// The path, for people and JSON.
    pub(crate) name: String,
    pub(crate) roles: Vec<&'static str>,
    /// Columns that the recipe says.
    pub(crate) width: Option<usize>,
    /// What the recipe says of the file.
    pub(crate) download: Option<Download<'a>>,
}

impl<'a> Part<'a> {
    /// A file of which nothing is known.
    pub(crate) fn plain(path: PathBuf) -> Self {
        let name = path.display().to_string();
        Self { path, name, roles: Vec::new(), width: None, download: None }
    }

    /// The files of a recipe, each once: labels, features, words.
    pub(crate) fn all(located: &'a Located) -> Vec<Self> {
        let recipe = &located.recipe;
        let roles = std::iter::once(("labels", Some(recipe.labels.columns.len())))
            .chain(recipe.modalities().map(|(modality, file)| (modality.name(), Some(file.width))))
            .chain(recipe.words.iter().map(|_| ("words", None)));
        let mut parts: Vec<Self> = Vec::new();
        for (download, (role, width)) in recipe.downloads().zip(roles) {
            let path = located.folder.join(download.file);
            if let Some(known) = parts.iter_mut().find(|part| part.path == path) {
                known.roles.push(role);
                known.width = known.width.or(width);
                continue;
            }
            parts.push(Self { roles: vec![role], width, download: Some(download), ..Self::plain(path) });
        }
        parts
    }
}
