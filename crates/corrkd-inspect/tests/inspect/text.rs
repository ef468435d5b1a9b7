//! What is shown on a terminal.

use crate::world::{World, lines, of_files};
use corrkd_inspect::Inspection;

/// The text without the temporary folder, and without the files' sizes, which are the writer's affair.
fn text(world: &World, shown: impl ToString) -> String {
    let folder = world.dir.path().display().to_string();
    let shown = shown.to_string().replace(&format!("{folder}/"), "").replace(&folder, ".");
    shown.lines().filter(|line| !line.starts_with("  size ")).collect::<Vec<_>>().join("\n")
}

fn spoilt() -> World {
    let mut world = World::new();
    world.interval("labels.csd", "b", 1, [3.0, 3.0]);
    world.interval("labels.csd", "a", 0, [0.0, 3.5]);
    world.interval("words.csd", "a", 5, [5.5, 6.0]);
    world.value("audio.csd", "b", 4, f32::NEG_INFINITY);
    world.value("audio.csd", "b", 6, f32::NAN);
    world.value("audio.csd", "d", 5, f32::NAN);
    world.files.get_mut("audio.csd").unwrap().entries.remove("a");
    let train = world.recipe.replace("valid = [\"c\"]", "valid = [\"c\"]\nunlabelled = 1");
    world.recipe = train.replace("test = [\"d\"]", "test = [\"d\", \"z\"]\n[expected]\ntrain = 4\nvalid = 2\ntest = 2");
    world
}

#[test]
fn a_description() {
    let world = spoilt();
    let shown = text(&world, world.inspect().description);
    assert_eq!(shown, include_str!("describe.txt").trim_end());
}

#[test]
fn findings() {
    let world = spoilt();
    let shown = text(&world, world.inspect().findings);
    assert_eq!(shown, include_str!("check.txt").trim_end());
}

/// JSON has everything, under the names that the structures have.
#[test]
fn json() {
    let world = spoilt();
    let Inspection { description, findings } = world.inspect();
    let json = serde_json::to_value(&findings).unwrap();
    assert_eq!((&json["format"], &json["errors"], &json["warnings"]), (&1.into(), &0.into(), &5.into()));
    assert_eq!(json["findings"].as_array().unwrap().len(), lines(&findings.findings).len());
    let first = &json["findings"][0];
    let mut keys: Vec<&String> = first.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["columns", "count", "file", "id", "kind", "message", "rows", "severity"]);
    let text = serde_json::to_string(&description).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["format"], 1);
    let audio = &json["files"][2];
    assert_eq!((&audio["roles"][0], &audio["missing"][0]), (&"audio".into(), &"a".into()));
    let values = &audio["contents"]["values"];
    assert_eq!((&values["not_finite"], &values["columns"][1]["negative_infinite"]), (&3.into(), &1.into()));
    assert_eq!(json["recipe"]["summary"]["dropped"]["momentary"], 1);
    assert_eq!(json["segments"]["overlapping"][0]["seconds"], 0.5);
    assert_eq!(json["files"][0]["labels"]["columns"][1]["name"], "anger");
}

/// Also with names longer than a line, and with many of everything.
#[test]
fn eighty_columns() {
    let mut world = World::new();
    for file in ["words.csd", "audio.csd"] {
        let sequence = world.files.get_mut(file).unwrap();
        for number in 0..30 {
            let mut entry = sequence.entries["a"].clone();
            entry.intervals[number % 6] = [2.0, 1.0];
            sequence.entries.insert(format!("a-rather-long-name-of-a-video-{number:040}"), entry);
        }
    }
    let plain = of_files(&[world.path("words.csd"), world.path("audio.csd"), world.path("labels.csd")]);
    for seen in [world.inspect(), plain, spoilt().inspect()] {
        let folder = world.dir.path().display().to_string();
        for shown in [seen.description.to_string(), seen.findings.to_string()] {
            for line in shown.lines().filter(|line| !line.contains(&folder)) {
                assert!(line.chars().count() <= 80 || line.starts_with('/'), "{line}");
            }
        }
    }
}
