//! What planning needs to know of recipes, told to the runner, which knows none.

use anyhow::anyhow;
use corrkd_config::{DatasetRef, Exit, Shape};
use corrkd_data::{DataError, Recipe};
use corrkd_runner::{Failure, RecipeFacts};
use std::path::Path;

/// The recipes that the program carries, and those in files.
pub(crate) struct Recipes;

impl corrkd_runner::Recipes for Recipes {
    fn facts(&self, dataset: &DatasetRef) -> Result<RecipeFacts, Failure> {
        let recipe = recipe(dataset)?;
        Ok(RecipeFacts {
            labels: recipe.labels.kind.labels(),
            aligned: recipe.time.is_aligned(),
            words: recipe.has_words(),
            shape: Shape { widths: recipe.widths(), frames: recipe.time.by_modality() },
            folds: recipe.folds.and_then(|folds| folds.cross),
        })
    }

    fn files(&self, dataset: &DatasetRef, data: Option<&Path>) -> Result<(), Failure> {
        let recipe = recipe(dataset)?;
        let lists = recipe.folds.as_ref().and_then(|folds| folds.file.as_deref());
        let mut files = recipe.files().chain(lists);
        let Some(folder) = data else {
            return match &recipe.generate {
                Some(_) => Ok(()),
                None => {
                    let files = files.map(str::to_owned).collect();
                    Err(failure(DataError::NoSource { recipe: dataset.name.clone(), files }))
                }
            };
        };
        let absent: Vec<&str> = files.by_ref().filter(|file| !folder.join(file).is_file()).collect();
        if absent.is_empty() {
            return Ok(());
        }
        let (name, absent) = (&dataset.name, absent.join(", "));
        let error = anyhow!("{}: no such file: {absent}, which the recipe `{name}` reads", folder.display());
        Err(Failure { exit: Exit::Data, error })
    }
}

fn recipe(dataset: &DatasetRef) -> Result<Recipe, Failure> {
    let recipe = corrkd_data::recipe(&dataset.name).map_err(failure)?;
    let sizes = recipe.generate.as_ref().map_or(&[][..], |generate| &generate.sizes);
    match &dataset.size {
        Some(size) if !sizes.contains(size) => {
            let expected = match sizes {
                [] => "no size: its data are not generated".to_owned(),
                sizes => format!("one of {}", sizes.join(", ")),
            };
            Err(failure(DataError::Size { recipe: dataset.name.clone(), got: size.clone(), expected }))
        }
        _ => Ok(recipe),
    }
}

/// As preparing the data would end.
fn failure(error: DataError) -> Failure {
    let crate::failure::Failure { exit, error } = error.into();
    Failure { exit, error }
}
