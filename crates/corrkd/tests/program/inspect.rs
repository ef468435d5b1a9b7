//! `corrkd data describe` and `corrkd data check`: exit codes, and what goes where.

use crate::world::{RECIPE, World, corrkd};
use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, is_empty};
use serde_json::Value;

fn data(verb: &str, world: &World) -> Command {
    let mut command = corrkd();
    command.args(["data", verb]).arg(world.dir.path().join("tiny.toml")).arg("--data").arg(world.data());
    command.arg("--cache").arg(world.cache());
    command
}

fn json(command: &mut Command, code: i32) -> Value {
    let output = command.arg("--json").assert().code(code).get_output().stdout.clone();
    serde_json::from_slice(&output).unwrap()
}

#[test]
fn a_recipe_is_described_and_checked() {
    let world = World::new();
    data("describe", &world)
        .assert()
        .success()
        .stdout(contains("labels.csd: labels\n").and(contains("tiny: tiny\n")).and(contains("Labelled segments\n")))
        .stderr(is_empty());
    let told = json(&mut data("describe", &world), 0);
    let samples: Vec<&Value> = (0..3).map(|fold| &told["recipe"]["folds"][fold]["samples"]).collect();
    assert_eq!(samples, [48, 12, 12]);
    assert_eq!(told["files"][1]["contents"]["width"], 5);
    data("check", &world).assert().success().stdout(contains("0 errors, 0 warnings")).stderr(is_empty());
    assert_eq!(json(&mut data("check", &world), 0)["errors"], 0);
}

#[test]
fn what_cannot_be_used_ends_with_3() {
    let world = World::new();
    world.recipe(&RECIPE.replace("width = 3", "width = 7"));
    data("describe", &world).assert().success();
    let refused = data("check", &world).assert().code(3).stderr(contains("these data cannot be used as they are"));
    refused.stdout(contains("error    72 entries are not as wide as the"));
    let told = json(&mut data("check", &world), 3);
    assert_eq!((&told["errors"], &told["findings"][0]["kind"]), (&72.into(), &"other-width".into()));

    std::fs::remove_file(world.file("vision")).unwrap();
    data("describe", &world).assert().code(3).stdout(contains("no such file")).stderr(contains("1 of 4 files"));
    data("check", &world).assert().code(3).stdout(contains("vision.csd\n  error    no such file"));
    assert!(json(&mut data("describe", &world), 3)["files"][0]["contents"].is_object());
}

#[test]
fn files_need_no_recipe() {
    let world = World::new();
    let files = [world.file("labels"), world.file("audio")];
    let mut describe = corrkd();
    let told = json(describe.args(["data", "describe"]).args(&files), 0);
    assert_eq!((&told["recipe"], &told["segments"]["segments"]), (&Value::Null, &72.into()));
    corrkd().args(["data", "check"]).args(&files).assert().success().stdout(contains("in 2 files"));
    let absent = world.file("absent");
    corrkd().args(["data", "check"]).arg(&absent).assert().code(3).stdout(contains("error    no such file"));
}

#[test]
fn what_is_not_understood_ends_with_2() {
    let world = World::new();
    let (labels, audio) = (world.file("labels"), world.file("audio"));
    let labels = labels.to_str().unwrap();
    for (arguments, said) in [
        (vec!["mosi", labels], "expected one recipe, or only files that end in .csd"),
        (vec!["mosi", "mosei"], "expected one recipe"),
        (vec![labels, "--data", audio.to_str().unwrap()], "--data and --size belong to a recipe"),
        (vec!["nothing"], "no recipe is named `nothing`"),
        (vec![], "required"),
    ] {
        for verb in ["describe", "check"] {
            let refused = corrkd().args(["data", verb]).args(&arguments).assert().code(2);
            refused.stdout(is_empty()).stderr(contains(said));
        }
    }
}
