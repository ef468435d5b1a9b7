//! Bad input: what is said of it, and the exit code.

use crate::world::{RECIPE, World, corrkd};
use corrkd_record::{Event, Sweep, SweepRun};
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;

/// `corrkd prepare` fails with the code, and its message holds every part.
fn refused(world: &World, code: i32, parts: &[&str]) {
    let assert = world.prepare().assert().code(code).stdout(predicate::str::is_empty());
    let message = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
    assert!(message.starts_with("error: "), "{message}");
}

#[test]
fn good_data_are_not_refused() {
    World::new().prepare().assert().success().stdout(contains(r#""train":48,"valid":12,"test":12"#));
}

#[test]
fn a_truncated_file() {
    let world = World::new();
    let whole = fs::read(world.file("audio")).unwrap();
    fs::write(world.file("audio"), &whole[..whole.len() / 2]).unwrap();
    refused(&world, 3, &["audio.csd", "truncated"]);
}

#[test]
fn a_file_that_is_not_hdf5() {
    let world = World::new();
    fs::write(world.file("vision"), "id,value\n1,2\n").unwrap();
    refused(&world, 3, &["vision.csd", "expected an HDF5 file"]);
}

#[test]
fn a_file_that_is_absent() {
    let world = World::new();
    fs::remove_file(world.file("labels")).unwrap();
    refused(&world, 3, &["labels.csd", "no such file"]);
}

#[test]
fn a_fold_id_that_is_not_in_the_data() {
    let world = World::new();
    world.recipe(&RECIPE.replace("\"v09\"", "\"v99\""));
    refused(&world, 3, &["valid fold: video `v99` is not in", "labels.csd"]);
}

#[test]
fn a_label_outside_the_range() {
    let world = World::new();
    world.sequence("labels", 1, |v, s, _, _| if (v, s) == (3, 2) { 4.5 } else { 1.0 }, |_| 1);
    refused(&world, 3, &["the label of `v03[2]` is 4.5, expected a number within -3 and 3"]);
}

#[test]
fn a_modality_absent_in_all_folds() {
    let world = World::new();
    let mut audio = corrkd_csd::read(&world.file("audio")).unwrap();
    audio.entries.retain(|id, _| id.starts_with("v10"));
    world.write("audio", audio);
    world.recipe(&RECIPE.replace("\"v10\", \"v11\"", "\"v11\""));
    refused(&world, 3, &["audio is absent: no sample of any fold", "audio.csd"]);
}

#[test]
fn a_width_that_is_not_the_recipes() {
    let world = World::new();
    world.sequence("audio", 2, |_, _, _, _| 1.0, |s| 1 + s % 3);
    refused(&world, 3, &["audio.csd", "v00[0]", "3", "2"]);
}

#[test]
fn a_recipe_with_an_unknown_key() {
    let world = World::new();
    world.recipe(&RECIPE.replace("keep =", "kepe ="));
    refused(&world, 2, &["at `kepe`", "unknown field `kepe`, expected one of", "`keep`"]);
}

#[test]
fn a_recipe_that_is_not_there() {
    corrkd()
        .args(["prepare", "--dataset", "mosy", "--cache", "."])
        .assert()
        .code(2)
        .stderr(contains("no recipe is named `mosy`, expected one of").and(contains("synthetic")));
}

#[test]
fn features_and_intervals_of_unequal_length() {
    let world = World::new();
    // The writer refuses such an entry, so it is written by hand.
    let mut file = hdf5::FileBuilder::new();
    let mut root = file.create_group("audio");
    let mut data = root.create_group("data");
    let mut entry = data.create_group("v04[1]");
    entry.create_dataset("features").with_f32_data(&[0.0; 9]).with_shape(&[3, 3]);
    entry.create_dataset("intervals").with_f64_data(&[0.0, 1.0, 1.0, 2.0]).with_shape(&[2, 2]);
    data.add_group(entry.finish());
    root.add_group(data.finish());
    file.add_group(root.finish());
    fs::write(world.file("audio"), file.finish().unwrap()).unwrap();
    refused(&world, 3, &["audio.csd", "v04[1]", "expected"]);
}

#[test]
fn a_device_that_is_not_there() {
    let world = World::new();
    for device in ["cuda:7", "metal"] {
        world.prepare().args(["--device", device]).assert().code(2).stderr(contains(format!("no device `{device}`")));
    }
    world
        .prepare()
        .args(["--device", "gpu"])
        .assert()
        .code(2)
        .stderr(contains("expected cpu, cuda, cuda:INDEX or metal"));
}

#[test]
fn an_unwritable_run_directory() {
    let world = World::new();
    let file = world.dir.path().join("file");
    fs::write(&file, "").unwrap();
    corrkd()
        .arg("train")
        .arg(file.join("runs"))
        .args(["student-s1-0123456789ab", "--cache"])
        .arg(world.cache())
        .assert()
        .code(2)
        .stderr(contains("runs: cannot"));
}

#[test]
fn data_that_changed_after_planning() {
    let world = World::new();
    let runs = world.runs();
    let (teacher, student) = world.plan(&runs);
    let root = world.dir.path().join("runs");
    world.train(&root, &student, 1).assert().code(2).stderr(contains("has no result; run it first"));
    world.sequence("audio", 3, |_, s, _, _| s as f32, |s| 1 + s % 3);
    world.train(&root, &teacher, 1).assert().code(3).stderr(contains("the data's fingerprint is"));
    assert!(teacher.result().unwrap().is_none());
}

#[test]
fn numbers_that_are_none() {
    let world = World::new();
    let runs = world.runs();
    let (teacher, _) = world.plan_with(&runs, "teacher = { epochs = 3, batch = 20, learning_rate = 1e30 }");
    let root = world.dir.path().join("runs");
    let expected = contains("epoch 1, step 2: task is NaN on a batch of 20; every sample gives it by itself, `")
        .and(contains("the weights have grown too large; scale the features, or lower the learning rate"));
    world.train(&root, &teacher, 1).assert().code(2).stderr(expected);
    let events = teacher.events().unwrap();
    assert!(matches!(events.last(), Some(Event::Failed { message }) if message.contains("task is NaN")), "{events:?}");
    assert!(teacher.result().unwrap().is_none());
}

#[test]
fn a_feature_beyond_all_measure() {
    let world = World::new();
    let huge = |v: usize, s: usize| if (v, s) == (3, 1) { f32::MAX } else { 1.0 };
    world.recipe(&RECIPE.replace("standardise = \"train\"", "standardise = \"none\""));
    world.sequence("audio", 3, |v, s, _, _| huge(v, s), |s| 1 + s % 3);
    let (teacher, _) = world.plan(&world.runs());
    let expected = contains(
        "task is NaN on a batch of 20; it comes from `v03[1]` (its largest feature is 3.4028235e38, in audio)",
    )
    .and(contains("correct or scale the features"));
    world.train(&world.dir.path().join("runs"), &teacher, 1).assert().code(3).stderr(expected);
}

#[test]
fn a_damaged_result() {
    let world = World::new();
    let runs = world.runs();
    let (teacher, _) = world.plan(&runs);
    let run = SweepRun {
        row: None,
        is_part: false,
        stage: "teacher (complete)".to_owned(),
        seed: 1,
        fold: None,
        id: teacher.id().clone(),
        failure: None,
    };
    let sweep = Sweep {
        name: "tiny".to_owned(),
        title: "tiny".to_owned(),
        dataset: "tiny".to_owned(),
        reference: "full".to_owned(),
        paper: None,
        rows: vec!["full".to_owned()],
        folds: None,
        seeds: vec![1],
        runs: vec![run],
        search: Vec::new(),
    };
    sweep.write(&runs.report("tiny")).unwrap();
    fs::write(teacher.result_path(), "{\"id\":").unwrap();
    let report = || corrkd().arg("report").arg(world.dir.path().join("runs")).arg("tiny").assert();
    report().code(3).stderr(contains("result.json: damaged"));
    fs::remove_file(teacher.result_path()).unwrap();
    report().code(3).stderr(contains("none of its 1 runs has a result that stands"));
    // A list of runs that somebody altered is no list of runs.
    let path = runs.report("tiny").join("sweep.json");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("\"title\": \"tiny\"", "\"title\": \"other\""))
        .unwrap();
    report().code(3).stderr(contains("sweep.json: damaged: its checksum is not that of what it holds"));
}
