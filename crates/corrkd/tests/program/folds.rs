//! Cross-validation with the real program: every sample is tested once, whatever the recipe's own folds are.

use crate::world::{RECIPE, World, predictions};
use corrkd_record::{Runs, Sweep};
use predicates::prelude::*;
use predicates::str::contains;
use std::collections::BTreeMap;

/// How often each sample is tested by the rows of the report, and of which videos those of a fold are.
fn tested(runs: &Runs, sweep: &Sweep) -> (BTreeMap<String, usize>, Vec<Vec<String>>) {
    let parts = sweep.folds.as_ref().map_or(1, |folds| folds.parts());
    let (mut times, mut videos) = (BTreeMap::new(), vec![Vec::new(); parts]);
    for run in sweep.runs.iter().filter(|run| run.row.is_some()) {
        let predictions = predictions(&runs.run(&run.id));
        for prediction in predictions.iter().filter(|prediction| prediction.condition == "lav") {
            *times.entry(prediction.id.clone()).or_default() += 1;
            let video = prediction.id.split('[').next().unwrap().to_owned();
            let of_fold = &mut videos[run.fold.unwrap_or(0)];
            if !of_fold.contains(&video) {
                of_fold.push(video);
            }
        }
    }
    (times, videos)
}

#[test]
fn each_sample_is_tested_once_over_the_folds() {
    let world = World::new();
    // Nothing validates in the recipe's own folds, as where a corpus has a session for test and no more.
    world.recipe(&RECIPE.replace("valid = [\"v08\", \"v09\"]", "valid = []"));
    world.ablate("").assert().code(3).stderr(contains("the valid fold has no samples").and(contains("`folds = 5`")));
    assert_eq!(world.trained(), 0);

    world.ablate("folds = 3").assert().code(0).stderr(contains("6/6 runs"));
    let runs = world.runs();
    let (times, videos) = tested(&runs, &Sweep::read(&runs.report("own")).unwrap());
    // Ten videos of six segments; v08 and v09 are in no list.
    assert_eq!((times.len(), times.values().all(|&times| times == 1)), (60, true));
    assert_eq!(videos.iter().map(Vec::len).sum::<usize>(), 10);
    assert!(videos.iter().all(|of_fold| (3..=4).contains(&of_fold.len())), "{videos:?}");
    // Another time there is nothing to do.
    world.ablate("folds = 3").assert().code(0).stderr(contains("reuse 6 of 6 runs"));
}

#[test]
fn a_group_is_left_out_at_a_time() {
    let world = World::new();
    world.ablate("folds = [\"v0\", \"v10\", \"v11\"]").assert().code(0);
    let runs = world.runs();
    let (times, videos) = tested(&runs, &Sweep::read(&runs.report("own")).unwrap());
    assert_eq!((times.len(), times.values().all(|&times| times == 1)), (72, true));
    assert_eq!((videos[0].len(), &videos[1..]), (10, &[vec!["v10".to_owned()], vec!["v11".to_owned()]][..]));
}

#[test]
fn a_fold_that_is_not_there() {
    let world = World::new();
    let prepare = |options: &[&str]| world.prepare().args(options).assert();
    prepare(&["--folds", "3", "--fold", "3"]).code(0).stdout(contains(r#""test":24"#));
    prepare(&["--folds", "3", "--fold", "4"]).code(2).stderr(contains("no --fold 4, expected 1 to 3"));
    prepare(&["--folds", "2", "--fold", "1"]).code(2).stderr(contains("at least 3"));
    prepare(&["--folds", "20", "--fold", "1"]).code(2).stderr(contains("20 parts of 12 videos"));
    prepare(&["--folds", "x", "--folds", "y", "--folds", "z", "--fold", "1"])
        .code(2)
        .stderr(contains("none of the groups x, y, z"));
}
