//! The recipes that the program knows by name, and how a name leads to a recipe.

use corrkd_config::utf8;
use std::path::Path;

use crate::{DataError, Recipe};

/// A longer file is no recipe.
const LONGEST: u64 = 1 << 24;

/// Name and text of each file in `datasets/`.
const BUILT_IN: &[(&str, &str)] = &[
    ("iemocap", include_str!("../../../datasets/iemocap.toml")),
    ("meld", include_str!("../../../datasets/meld.toml")),
    ("mosei", include_str!("../../../datasets/mosei.toml")),
    ("mosei-mmsa", include_str!("../../../datasets/mosei-mmsa.toml")),
    ("mosi", include_str!("../../../datasets/mosi.toml")),
    ("mosi-language", include_str!("../../../datasets/mosi-language.toml")),
    ("mosi-mmsa", include_str!("../../../datasets/mosi-mmsa.toml")),
    ("mosi-utterance", include_str!("../../../datasets/mosi-utterance.toml")),
    ("pom", include_str!("../../../datasets/pom.toml")),
    ("sims", include_str!("../../../datasets/sims.toml")),
    ("simsv2", include_str!("../../../datasets/simsv2.toml")),
    ("synthetic", include_str!("../../../datasets/synthetic.toml")),
    ("synthetic-emotion", include_str!("../../../datasets/synthetic-emotion.toml")),
    ("synthetic-unaligned", include_str!("../../../datasets/synthetic-unaligned.toml")),
];

/// A recipe with the name and the text that it came by.
pub(crate) struct Found {
    /// The recipe's name; for a file, its name without folder and ending.
    pub(crate) name: String,
    /// The text, which is part of the data set's fingerprint.
    pub(crate) text: String,
    /// The recipe.
    pub(crate) recipe: Recipe,
}

/// The recipe of a name in `datasets/`, or of a file where the name ends in `.toml`.
///
/// # Errors
/// [`DataError::UnknownRecipe`], [`DataError::RecipeFile`] or [`DataError::Recipe`].
pub fn recipe(name: &str) -> Result<Recipe, DataError> {
    Ok(find(name)?.recipe)
}

/// As [`recipe`], with the name and the text.
pub(crate) fn find(name: &str) -> Result<Found, DataError> {
    let path = Path::new(name);
    let (stem, text) = if path.extension().is_some_and(|e| e == "toml") {
        let text = corrkd_system::read(path, LONGEST)
            .and_then(utf8)
            .map_err(|cause| DataError::RecipeFile { path: path.to_owned(), cause })?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !corrkd_system::one_line(&stem) {
            let (recipe, key) = (name.escape_debug().to_string(), "the file's name".to_owned());
            return Err(DataError::Recipe { recipe, key, reason: "has a control character".to_owned() });
        }
        (stem, text)
    } else {
        let known = || BUILT_IN.iter().map(|(name, _)| *name).collect();
        let (_, text) = BUILT_IN
            .iter()
            .find(|(other, _)| *other == name)
            .ok_or_else(|| DataError::UnknownRecipe { name: name.to_owned(), known: known() })?;
        (name.to_owned(), (*text).to_owned())
    };
    let recipe = Recipe::parse(name, &text)?;
    Ok(Found { name: stem, text, recipe })
}

#[cfg(test)]
mod tests {
    use super::*;

    const README: &str = include_str!("../../../datasets/README.md");

    #[test]
    fn every_file_in_datasets_is_a_recipe_known_by_name() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets");
        let mut files = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "toml") {
                let by_path = find(path.to_str().unwrap()).unwrap();
                let by_name = find(&by_path.name).unwrap();
                assert_eq!(by_name.recipe, by_path.recipe, "{}", path.display());
                let row = format!("\n| `{}` | ", by_path.name);
                assert_eq!(README.matches(&row).count(), 1, "{row} in the readme's table of recipes");
                files += 1;
            }
        }
        assert_eq!(files, BUILT_IN.len());
    }

    #[test]
    fn the_recipe_in_the_readme_is_one() {
        let (_, example) = README.split_once("```toml\n").unwrap();
        let (example, _) = example.split_once("```").unwrap();
        Recipe::parse("the readme's", example).unwrap();
    }
}
