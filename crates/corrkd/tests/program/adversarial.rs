//! Files of adversarial numbers, from the disk to the tested predictions: the program gets through, and everything it
//! leaves behind is finite.

use crate::world::{RECIPE, World, predictions};
use corrkd_record::{Answer, RunDir};
use serde_json::Value;
use std::fs;

/// Trains a teacher and its student, and looks at what they leave behind.
fn gets_through(world: &World) {
    let root = world.dir.path().join("runs");
    let (teacher, student) = world.plan(&world.runs());
    for run in [teacher, student] {
        world.train(&root, &run, 1).assert().success();
        finite(&run);
    }
}

/// What may be absent from an event or a result: a setting, the cuts of a scale, a score that the task has not.
const ABSENT: [&str; 15] = [
    "resumed_from",
    "missing",
    "size",
    "cpu",
    "gaps",
    "binary",
    "ternary",
    "five",
    "seven",
    "accuracy3",
    "accuracy5",
    "accuracy7",
    "mae",
    "pearson",
    "representations",
];

/// Checks that nothing is null but what may be absent: JSON has no NaN, it would stand there as null.
fn no_nulls(key: &str, value: &Value) {
    match value {
        Value::Null => assert!(ABSENT.contains(&key), "{key} is null"),
        Value::Array(values) => values.iter().for_each(|value| no_nulls(key, value)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| no_nulls(key, value)),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn finite(run: &RunDir) {
    let events = fs::read_to_string(run.events_path()).unwrap();
    let result = fs::read_to_string(run.result_path()).unwrap();
    for json in events.lines().chain([result.as_str()]) {
        no_nulls("", &serde_json::from_str(json).unwrap());
    }
    let predictions = predictions(run);
    assert!(!predictions.is_empty());
    for p in predictions {
        let Answer::Categories { probabilities, .. } = &p.answer else { panic!("{p:?}") };
        assert!(probabilities.iter().all(|r| (0.0..=1.0).contains(r)), "{p:?}");
    }
}

/// In a training, a validation and a test video, with and without standardising.
#[test]
fn features_of_1e30() {
    for standardise in ["train", "none"] {
        for video in [3, 8, 11] {
            let world = World::new();
            world.recipe(&RECIPE.replace("standardise = \"train\"", &format!("standardise = \"{standardise}\"")));
            let value = |v: usize, s: usize, t: usize, c: usize| match (v, s) {
                (v, 2) if v == video => {
                    if c == 0 {
                        1e30
                    } else {
                        -1e30
                    }
                }
                _ => (v * s + t + c) as f32,
            };
            world.sequence("audio", 3, value, |s| 1 + s % 3);
            gets_through(&world);
        }
    }
}

#[test]
fn zeros_everywhere() {
    let world = World::new();
    for (name, width) in [("language", 5), ("audio", 3), ("vision", 4)] {
        world.sequence(name, width, |_, _, _, _| 0.0, |s| 1 + s % 3);
    }
    gets_through(&world);
}

#[test]
fn one_category_in_every_fold() {
    let world = World::new();
    world.sequence("labels", 1, |_, _, _, _| 1.5, |_| 1);
    gets_through(&world);
}

/// Each fold has one video, and each video one segment of one frame.
#[test]
fn a_single_sample() {
    let world = World::new();
    let folds = "[folds]\ntrain = [\"v00\"]\nvalid = [\"v01\"]\ntest = [\"v02\"]\n";
    world.recipe(&format!("{}{folds}", RECIPE.split("[folds]").next().unwrap()));
    let mut labels = corrkd_csd::read(&world.file("labels")).unwrap();
    labels.entries.retain(|id, _| id.ends_with("[0]"));
    world.write("labels", labels);
    gets_through(&world);
}
