//! Cross-validation: each fold prepared once, with teachers and rows of its own.

use crate::stand_in::Stage;
use corrkd_config::Cross;
use predicates::{prelude::*, str::contains};
use std::collections::BTreeSet;

/// The stage with this line in its experiment.
fn stage(line: &str) -> Stage {
    let stage = Stage::set();
    stage.put("two-rows.toml", &format!("{line}\n{}", stage.lines("two-rows.toml").join("\n")));
    stage
}

#[test]
fn each_seed_and_fold_has_a_teacher_and_all_rows() {
    let stage = stage("folds = 3");
    let said = contains("start full    seed 1 fold 3").and(contains("18/18 runs"));
    stage.ablate().assert().code(0).stderr(said.and(contains("fold 2 of 3\n").count(1)));
    let sweep = stage.reported();
    assert_eq!(sweep.folds, Some(Cross::Parts(3)));
    assert_eq!(sweep.dataset, "synthetic, size small");
    let told: Vec<_> = sweep.runs.iter().map(|run| (run.seed, run.fold, run.row.as_deref())).collect();
    let parts = [1, 2].into_iter().flat_map(|seed| (0..3).map(move |fold| (seed, Some(fold))));
    let rows = [None, Some("full"), Some("wide")];
    let expected: Vec<_> = parts.flat_map(|(seed, fold)| rows.map(|row| (seed, fold, row))).collect();
    assert_eq!(told, expected);
    let ids: BTreeSet<_> = sweep.runs.iter().map(|run| &run.id).collect();
    assert_eq!((ids.len(), stage.lines("trained").len()), (18, 18));
    // A student needs the teacher of its own fold.
    for three in sweep.runs.chunks(3) {
        let spec = |at: usize| {
            let path = stage.path("runs").join(three[at].id.as_str()).join("spec.json");
            serde_json::from_str::<corrkd_record::RunSpec>(&std::fs::read_to_string(path).unwrap()).unwrap()
        };
        assert_eq!([spec(1).needs, spec(2).needs], [[three[0].id.clone()], [three[0].id.clone()]]);
        assert_eq!(spec(2).dataset.fold.map(|fold| fold.test), three[2].fold);
    }
    let asked = stage.lines("prepared");
    assert_eq!(asked.len(), 3);
    for (number, line) in asked.iter().enumerate() {
        assert!(line.contains(&format!(" --folds=3 --fold={} --task=binary ", number + 1)), "{line}");
    }
    stage.ablate().assert().code(0).stderr(contains("reuse 18 of 18 runs"));
}

#[test]
fn groups_are_named() {
    let stage = stage("folds = [\"Ses01\", \"Ses02\", \"Ses03\"]");
    let said = contains("start teacher seed 1 fold Ses02").and(contains("fold Ses03\n"));
    stage.ablate().args(["--seeds", "1"]).assert().code(0).stderr(said);
    let asked = stage.lines("prepared");
    assert!(asked[1].contains(" --folds=Ses01 --folds=Ses02 --folds=Ses03 --fold=2 "), "{asked:?}");
    let planned = stage.ablate().args(["--seeds", "1", "--dry-run"]).assert().code(0);
    planned.stdout(
        contains("student full    1 Ses02").and(contains("9 runs: teacher 3, student 6 (2 rows, 1 seeds, 3 folds)")),
    );
}

/// A recipe with a cross-validation is run so, unless the experiment says otherwise.
#[test]
fn the_recipes_folds_are_the_default() {
    let stage = Stage::set();
    let recipe = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets/mosi-utterance.toml"));
    stage.put("recipe.toml", &recipe.unwrap().replace("[folds]", "[folds]\ncross = 4"));
    let text = stage.lines("two-rows.toml").join("\n");
    let text = text.replace("dataset = \"synthetic\"", "dataset = \"recipe.toml\"").replace("size = \"small\"", "");
    stage.put("two-rows.toml", &text);
    stage.ablate().args(["--seeds", "1"]).assert().code(0);
    assert_eq!(stage.reported().folds, Some(Cross::Parts(4)));
    stage.put("two-rows.toml", &format!("folds = 3\n{text}"));
    stage.ablate().args(["--seeds", "1"]).assert().code(0);
    assert_eq!(stage.reported().folds, Some(Cross::Parts(3)));
}

#[test]
fn folds_that_cannot_be_are_refused() {
    for (line, said) in [
        ("folds = 2", "`folds`: has 2 parts, expected at least 3"),
        ("folds = [\"S1\", \"S10\", \"S2\"]", "`S10` and `S1`: a video would be in both"),
        ("folds = \"five\"", "`folds`: is \"five\", expected a number of parts, such as 5, or a list of groups"),
        ("folds = -3", "`folds`: is -3, expected a number of parts"),
    ] {
        stage(line).ablate().assert().code(2).stderr(contains(said));
    }
}

/// What the first fold cannot be trained on ends it all, and is said once.
#[test]
fn data_that_cannot_be_used_is_said_once() {
    let stage = stage("folds = 3");
    stage.put("refuse", "3");
    stage.ablate().assert().code(3).stderr(contains("no such recordings").count(1).and(contains("fold 1 of 3 ready")));
    assert!(stage.lines("trained").is_empty());
}
