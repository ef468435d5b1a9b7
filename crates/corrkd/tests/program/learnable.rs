//! Labels of which nothing can be learned are refused once, before the first run; what a fold lacks is told.

use crate::world::{RECIPE, World};
use predicates::prelude::*;
use predicates::str::contains;

/// The tiny world with labels of `columns` columns.
fn labelled(columns: usize, value: impl Fn(usize, usize, usize) -> f32) -> World {
    let world = World::new();
    world.sequence("labels", columns, |video, segment, _, column| value(video, segment, column), |_| 1);
    world
}

/// The command ends with exit code 3, says these parts once, and has trained nothing.
fn refused(world: &World, lines: &str, parts: &[&str]) {
    let done = world.ablate(lines).args(["--seeds", "1,2,3"]).assert().code(3);
    let said = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    for part in parts {
        assert_eq!(said.matches(part).count(), 1, "`{part}` in: {said}");
    }
    assert_eq!(world.trained(), 0, "{said}");
}

/// Numbers of emotions that were taken for a sentiment: within the range, and all "positive".
#[test]
fn class_numbers_taken_for_scores() {
    let world = labelled(1, |video, segment, _| ((video * 6 + segment) % 4) as f32);
    let seen = "the train fold has 0 scores below 0, 12 at it and 36 above (0 to 3, whole numbers)";
    refused(&world, "", &["nothing to learn for the task binary", seen, "`labels.categories`"]);
    refused(&world, "task = \"regression\"", &["nothing to learn for the task regression", seen]);
    // With a neutral value between them they are scores.
    world.recipe(&RECIPE.replace("range = [-3.0, 3.0]", "range = [0.0, 3.0]\nneutral = 1.5"));
    world.ablate("").assert().code(0);
    // Or they are categories, as they were meant.
    let numbers = "column = \"sentiment\"\ncategories = [\"a\", \"b\", \"c\", \"d\"]";
    world.recipe(&RECIPE.replace("column = \"sentiment\"\nrange = [-3.0, 3.0]", numbers));
    world.ablate("task = \"emotion\"").assert().code(0);
    world
        .ablate("")
        .assert()
        .code(2)
        .stderr(contains("`task = \"binary\"` asks for scores").and(contains("a, b, c, d")));
}

#[test]
fn scores_that_are_all_alike() {
    refused(&labelled(1, |_, _, _| 1.5), "", &["0 scores below 0, 0 at it and 48 above (1.5 to 1.5)"]);
}

/// Scores of both signs, but the cuts put all of them into one of the three categories.
#[test]
fn scores_in_one_category() {
    let world = labelled(1, |video, segment, _| if (video + segment) % 2 == 0 { 0.1 } else { -0.1 });
    let cut = "range = [-3.0, 3.0]\ncuts = { ternary = [-0.5, 0.5] }";
    world.recipe(&RECIPE.replace("range = [-3.0, 3.0]", cut));
    let seen = "samples of one category alone: negative 0, neutral 48, positive 0";
    refused(&world, "task = \"ternary\"", &[seen]);
    world.ablate("").assert().code(0);
}

#[test]
fn one_emotion_in_the_training_fold() {
    let recipe = RECIPE.replace(
        "columns = [\"sentiment\"]\ncolumn = \"sentiment\"\nrange = [-3.0, 3.0]",
        "columns = [\"calm\", \"cross\"]\ncategories = [\"calm\", \"cross\"]",
    );
    // The videos of the other folds have both.
    let world =
        labelled(2, |video, segment, column| f32::from(u8::from(column == usize::from(video > 7 && segment > 2))));
    world.recipe(&recipe);
    refused(&world, "task = \"emotion\"", &["samples of one category alone: calm 48, cross 0"]);
    // Over folds that mix the videos there is something to learn, if not in every test fold.
    world.ablate("task = \"emotion\"\nfolds = 6").assert().code(0);
}

/// A fold that chooses or tests may be of one category: it is told.
#[test]
fn one_sided_validation_is_told() {
    let world = labelled(1, |video, segment, _| if video > 7 && video < 10 { 2.0 } else { segment as f32 - 2.5 });
    let warned =
        "warning: task binary: the valid fold has 0 scores below 0, 0 at it and 12 above (2 to 2, whole numbers)";
    world
        .prepare()
        .args(["--task", "binary"])
        .assert()
        .code(0)
        .stderr(contains(warned).and(contains("test fold").not()));
}

#[test]
fn a_modality_that_a_whole_fold_lacks_is_told() {
    for (videos, fold, samples) in [(["v10", "v11"], "test", 12), (["v08", "v09"], "valid", 12)] {
        let world = World::new();
        let mut audio = corrkd_csd::read(&world.file("audio")).unwrap();
        audio.entries.retain(|id, _| !videos.iter().any(|video| id.starts_with(video)));
        world.write("audio", audio);
        let warned = format!("warning: audio is missing in all {samples} samples of the {fold} fold\n");
        world.prepare().assert().code(0).stderr(contains(warned).count(1));
        world.ablate("").assert().code(0);
    }
}
