//! Whether there is anything to learn: the labels that there are, held against a task.

use crate::failure::Failure;
use anyhow::anyhow;
use corrkd_config::{DatasetRef, Exit, LabelSpace, Scale, Task};
use corrkd_data::{Dataset, Fold, Split};

/// Refuses training labels that all lie on one side of the scale, or in one category: a network learns to give that one
/// answer, and scores well. Warns of the same in the folds that choose and test.
///
/// # Errors
/// Exit code 3, with what was seen.
pub(crate) fn check(space: &LabelSpace, dataset: &DatasetRef, data: &Dataset) -> Result<(), Failure> {
    let task = space.task();
    if let Some(fault) = fault(space, &data.train) {
        let remedy = match space.is_score() {
            true => {
                "correct `labels.neutral` in the recipe, or, where these are numbers of categories, give it \
                 `labels.categories` and set `task = \"emotion\"`"
            }
            false => "correct the folds or the labels",
        };
        let error = anyhow!("{dataset}: nothing to learn for the task {task}: the train fold has {fault}; {remedy}");
        return Err(Failure { exit: Exit::Data, error });
    }
    for fold in [Fold::Valid, Fold::Test] {
        if let Some(fault) = self::fault(space, data.split(fold)) {
            corrkd_system::err(format_args!("warning: task {task}: the {fold} fold has {fault}"));
        }
    }
    Ok(())
}

/// What there is where it is not enough to tell anything apart.
fn fault(space: &LabelSpace, split: &Split) -> Option<String> {
    let one_category = || (space.task() != Task::Regression).then(|| one_category(space, split)).flatten();
    space.scale().and_then(|scale| one_sided(space, scale, split)).or_else(one_category)
}

/// What there is where no score lies below neutral, or none above.
fn one_sided(space: &LabelSpace, scale: &Scale, split: &Split) -> Option<String> {
    let labels: Vec<f32> = split.samples.iter().map(|sample| sample.label).collect();
    let count = |holds: &dyn Fn(f32) -> bool| labels.iter().filter(|&&label| holds(space.truth(0, label))).count();
    let [below, at, above] = [count(&|truth| truth < 0.0), count(&|truth| truth == 0.0), count(&|truth| truth > 0.0)];
    if below > 0 && above > 0 {
        return None;
    }
    let neutral = scale.cuts.binary.map_or(scale.neutral, |[cut]| cut);
    let (low, high) =
        labels.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &label| (low.min(label), high.max(label)));
    let whole = if labels.iter().all(|label| label.fract() == 0.0) { ", whole numbers" } else { "" };
    Some(format!("{below} scores below {neutral}, {at} at it and {above} above ({low} to {high}{whole})"))
}

/// What there is where all labels are of one category.
fn one_category(space: &LabelSpace, split: &Split) -> Option<String> {
    let mut counts = vec![0_usize; space.categories()];
    split.samples.iter().for_each(|sample| counts[space.category(sample.label)] += 1);
    let seen = space.names().iter().zip(&counts).map(|(name, count)| format!("{name} {count}"));
    let alone = counts.iter().filter(|&&count| count > 0).count() < 2;
    alone.then(|| format!("samples of one category alone: {}", seen.collect::<Vec<_>>().join(", ")))
}
