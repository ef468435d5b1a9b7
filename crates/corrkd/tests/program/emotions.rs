//! Emotions instead of sentiment: four columns of labels, from the recipe to tested predictions.

use crate::world::{RECIPE, World, predictions};
use predicates::prelude::*;
use predicates::str::contains;

/// The tiny data set with an emotion for each segment.
fn emotional() -> World {
    let world = World::new();
    let score = "columns = [\"sentiment\"]\ncolumn = \"sentiment\"\nrange = [-3.0, 3.0]";
    let emotions = "columns = [\"neutral\", \"happy\", \"sad\", \"angry\"]\n\
                    categories = [\"happy\", \"sad\", \"angry\", \"neutral\"]";
    assert!(RECIPE.contains(score));
    world.recipe(&RECIPE.replace(score, emotions));
    let held = |video: usize, segment: usize| (video * 6 + segment) * 7 % 4;
    world.sequence("labels", 4, |v, s, _, column| f32::from(u8::from(column == held(v, s))), |_| 1);
    world
}

#[test]
fn a_teacher_and_its_student_tell_four_emotions() {
    let world = emotional();
    let runs = world.runs();
    let (teacher, student) = world.plan_with(&runs, "task = \"emotion\"");
    for run in [teacher, student] {
        world.train(runs.path(), &run, 1).assert().success();
        let result = run.result().unwrap().unwrap();
        assert!(result.test.iter().all(|scored| scored.scores.f1_targets.len() == 4));
        let predictions = predictions(&run);
        // Row 3 of video 10 is (10 * 6 + 3) * 7 % 4 = 1: the column `happy`, the first of the categories.
        let happy = predictions.iter().find(|prediction| prediction.id == "v10[3]").unwrap();
        assert_eq!((happy.category, happy.label, happy.answer.numbers().len()), (0, 0.0, 4));
    }
}

#[test]
fn a_task_that_the_labels_are_not_for_is_refused() {
    let world = emotional();
    let runs = world.runs();
    let (teacher, _) = world.plan(&runs);
    let advice = contains("set `task = \"emotion\"` in the experiment");
    world.train(runs.path(), &teacher, 1).assert().code(2).stderr(advice.and(contains("happy, sad, angry, neutral")));

    let world = World::new();
    let runs = world.runs();
    let (teacher, _) = world.plan_with(&runs, "task = \"emotion\"");
    let advice = contains("set `task = \"binary\"`, or give the recipe `labels.categories`");
    world.train(runs.path(), &teacher, 1).assert().code(2).stderr(advice);
}
