//! `corrkd data embed`, and a data set of language alone from its words to a tested student.

use crate::world::{RECIPE, World, corrkd};
use assert_cmd::Command;
use corrkd_csd::{Entry, Features, Rows, Sequence};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

/// Says what it thinks, and pauses, in every segment; the sixth word is in no file of vectors.
const SAID: [&str; 6] = ["good", "dont", "sp", "bad", "Fine", "xxx"];
const VECTORS: &str = "good 1 2 3 4 5\nbad -1 -2 -3 -4 -5\ndo 0 1 0 1 0\nn't 1 0 1 0 1\nfine 2 2 2 2 2\n";

/// Writes twelve videos of six words, each a second, and the vectors.
fn words(world: &World) {
    let words = |video: usize| SAID.iter().cycle().skip(video).take(6).map(|&word| word.to_owned()).collect();
    let entries: BTreeMap<String, Entry> = (0..12)
        .map(|video| {
            let intervals = (0..6).map(|second| [f64::from(second), f64::from(second + 1)]).collect();
            (format!("v{video:02}"), Entry { intervals, features: Features::Texts(Rows::flat(1, words(video))) })
        })
        .collect();
    world.write("words", Sequence { root: "words".to_owned(), metadata: BTreeMap::new(), entries });
    fs::write(world.data().join("vectors.txt"), VECTORS).unwrap();
}

fn embed(world: &World) -> Command {
    let mut command = corrkd();
    command.current_dir(world.data()).args(["data", "embed", "words.csd", "--vectors", "vectors.txt"]);
    command.args(["--out", "glove_vectors.csd"]);
    command
}

#[test]
fn the_coverage_for_people_and_programs() {
    let world = World::new();
    words(&world);
    let line = |name: &str, rest: &str| contains(format!("{name:15}  {rest}\n"));
    embed(&world).assert().success().stdout(
        contains("words.csd: 12 entries, 60 words and 12 pauses\nvectors.txt: 5 vectors of 5 numbers\n")
            .and(line("as written", "       24   40.0 %          2   40.0 %"))
            .and(line("in lower case", "       12   20.0 %          1   20.0 %"))
            .and(line("with apostrophe", "        0    0.0 %          0    0.0 %"))
            .and(line("in parts", "       12   20.0 %          1   20.0 %"))
            .and(line("unknown", "       12   20.0 %          1   20.0 %"))
            .and(contains("unknown words have the zero vector: xxx 12\n\nwritten: glove_vectors.csd\n")),
    );
    let json = embed(&world).args(["--unknown", "mean", "--json"]).assert().success().get_output().stdout.clone();
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["all"], serde_json::json!({"tokens": 60, "types": 5}));
    assert_eq!(json["unknown_words"], serde_json::json!([{"word": "xxx", "tokens": 12}]));
    assert_eq!((&json["choice"], &json["pauses"], &json["width"]), (&"mean".into(), &12.into(), &5.into()));
}

#[test]
fn what_is_refused() {
    let world = World::new();
    words(&world);
    let refused = |command: &mut Command, code: i32, part: &str| {
        command.assert().code(code).stdout(predicate::str::is_empty()).stderr(contains(part));
        assert!(!world.file("glove_vectors").exists());
    };
    refused(embed(&world).args(["--unknown", "guess"]), 2, "expected zero, mean, random or drop");
    let vectors = |text: &str| fs::write(world.data().join("vectors.txt"), text).unwrap();
    vectors("good 1 2\nbad 1\n");
    refused(&mut embed(&world), 3, "vectors.txt: line 2: expected a word and 2 numbers");
    vectors("gut 1 2\n");
    refused(&mut embed(&world), 2, "none of the 5 words of words.csd is in vectors.txt");
    fs::remove_file(world.data().join("vectors.txt")).unwrap();
    refused(&mut embed(&world), 3, "vectors.txt: ");
    let audio = ["data", "embed", "audio.csd", "--vectors", "labels.csd", "--out", "glove_vectors.csd"];
    refused(corrkd().current_dir(world.data()).args(audio), 2, "`v00[0]` has numbers, expected texts");
}

/// Audio and vision are in no sample: nothing is judged under a set with one of them but the complete condition.
#[test]
fn a_student_of_language_alone() {
    let world = World::new();
    words(&world);
    embed(&world).assert().success();
    let language = "[features.language]\nfile = \"glove_vectors.csd\"\nwidth = 5\n";
    let (head, rest) = RECIPE.split_once("[features.language]").unwrap();
    let (_, folds) = rest.split_once("[folds]").unwrap();
    let head = head.replace("standardise", "reference = \"language\"\nstandardise");
    world.recipe(&format!("{head}{language}[folds]{folds}"));
    let mut labels = corrkd_csd::read(&world.file("labels")).unwrap();
    labels.entries = (0..12)
        .map(|video| {
            let intervals = vec![[0.0, 2.0], [2.0, 4.0], [4.0, 6.0]];
            let values = (0..3).map(|segment| if (video + segment) % 2 == 0 { 1.0 } else { -1.0 }).collect();
            (format!("v{video:02}"), Entry { intervals, features: Features::F32(Rows::flat(1, values)) })
        })
        .collect();
    world.write("labels", labels);

    let (teacher, student) = world.plan_with(&world.runs(), "missing.inter = false");
    let root = world.dir.path().join("runs");
    for run in [&teacher, &student] {
        world.train(&root, run, 1).assert().success();
        let result = run.result().unwrap().unwrap();
        let judged: Vec<String> = result.test.iter().map(|scored| scored.condition.to_string()).collect();
        // Nothing can happen to modalities that are not there.
        let ours = ["l", "lav", "lav@0.5", "lav@1"];
        let further = ["bursts", "tail", "gap", "mean", "label", "energy", "delay-l", "noise-l", "words-l"];
        let further = further.map(|m| format!("lav@{m}:0.5"));
        assert_eq!(judged, [&ours.map(str::to_owned)[..], &further].concat());
        assert_eq!(result.test[0].scores, result.test[1].scores, "all there is is language");
    }
}
