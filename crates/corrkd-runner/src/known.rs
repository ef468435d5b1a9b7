//! What the runner is told of that it does not know itself: methods and recipes.

use crate::Failure;
use corrkd_config::{Cross, DatasetRef, Labels, MethodPlan, Shape};
use std::path::Path;

/// What the program has.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The methods that a row may name.
    pub methods: &'a [&'a dyn MethodPlan],
    /// The recipes that an experiment may name.
    pub recipes: &'a dyn Recipes,
}

/// What planning asks of recipes.
pub trait Recipes {
    /// What a data set's recipe says of it.
    ///
    /// # Errors
    /// As preparing the data would end: exit code 2 where there is no such recipe, or it is wrong.
    fn facts(&self, dataset: &DatasetRef) -> Result<RecipeFacts, Failure>;

    /// That the data set's files are there; `data` is the folder that was given.
    ///
    /// # Errors
    /// As preparing the data would end: exit code 3, naming those that are not.
    fn files(&self, dataset: &DatasetRef, data: Option<&Path>) -> Result<(), Failure>;
}

/// What planning needs to know of a recipe.
#[derive(Clone, Debug, PartialEq)]
pub struct RecipeFacts {
    /// The folds that an experiment has where it names none.
    pub folds: Option<Cross>,
    /// What the labels are.
    pub labels: Labels,
    /// Whether the modalities of a sample have the same frames.
    pub aligned: bool,
    /// Whether the frames of language are words.
    pub words: bool,
    /// How large samples are.
    pub shape: Shape,
}
