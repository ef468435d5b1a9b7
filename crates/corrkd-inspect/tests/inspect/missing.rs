//! What is missing by nature: modalities that a sample or a fold lacks, single frames, zeros that stand for either; and
//! numbers that are too large.

use crate::world::{World, lines, numbers, of_files, seconds, sequence};
use corrkd_csd::{Entry, Features, Rows, write};
use corrkd_inspect::{Inspection, Missing};

/// The world with vision, beside audio: two columns, of which some videos have zeros or NaN.
fn with_vision(value: impl Fn(&str, usize) -> f32) -> World {
    let mut world = World::new();
    let entries = ["a", "b", "c", "d"].map(|id| (id.to_owned(), numbers(2, &seconds(6), |i| value(id, i))));
    world.files.insert("vision.csd", sequence("FACET", entries.into()));
    world.recipe = world.recipe.replace("[folds]", "[features.vision]\nfile = \"vision.csd\"\nwidth = 2\n[folds]");
    world
}

fn vision(seen: &Inspection) -> Vec<(usize, usize, usize, usize)> {
    let of = |m: &Missing| (m.samples, m.lacking, m.frames, m.without_data);
    let missing = &seen.description.recipe.as_ref().unwrap().missing;
    missing.iter().filter(|missing| missing.modality.name() == "vision").map(of).collect()
}

#[test]
fn samples_and_frames_without_data() {
    // Video a has no vision in its second segment, b has none in one frame of the first.
    let world = with_vision(|id, i| match (id, i / 2) {
        ("a", 3..) | ("b", 1) => f32::NAN,
        _ => i as f32 + 1.0,
    });
    let seen = world.inspect();
    assert_eq!(vision(&seen), [(4, 1, 9, 1), (2, 0, 6, 0), (2, 0, 6, 0)]);
    let table = "
  missing in samples        train   valid   test   single frames
  ──────────────────────────────────────────────────────────────
  vision               1 (25.0 %)    none   none       1 (4.8 %)";
    let shown = seen.description.to_string();
    assert!(shown.contains(table), "{shown}");
}

#[test]
fn zeros_are_data_or_missing_as_the_recipe_says() {
    let zeros = |id: &str, i: usize| if id == "a" || i / 2 == 5 { 0.0 } else { i as f32 + 1.0 };
    let mut world = with_vision(zeros);
    let said = "9 rows of 4 entries of nothing but zeros, 1 of which hold nothing else; `zeros = \"missing\"` in \
                [features.vision] makes them missing";
    assert_eq!(world.findings(), [format!("note zero-rows vision.csd - [] [] 9: {said}")]);
    assert_eq!(vision(&world.inspect())[0], (4, 0, 12, 0));
    world.recipe = world.recipe.replace("file = \"vision.csd\"", "file = \"vision.csd\"\nzeros = \"missing\"");
    assert_eq!(world.findings(), [""; 0]);
    assert_eq!(vision(&world.inspect()), [(4, 2, 6, 1), (2, 0, 6, 1), (2, 0, 6, 1)]);
}

#[test]
fn a_modality_that_a_whole_fold_lacks() {
    for (fold, videos, consequence) in [
        (
            "train",
            &["a", "b"][..],
            "all 4 samples of the train fold: nothing is learnt of it, and whatever is tested with it says",
        ),
        ("valid", &["c"], "all 2 samples of the valid fold: the best epoch is chosen without it"),
        ("test", &["d"], "all 2 samples of the test fold: no score says anything about it"),
    ] {
        let world = with_vision(|id, i| if videos.contains(&id) { f32::NAN } else { i as f32 + 1.0 });
        let found = world.findings();
        let said = format!("warning fold-lacks - - [] [] 1: vision is missing in {consequence}");
        assert!(found.iter().any(|line| line.starts_with(&said)), "{fold}: {found:#?}");
    }
}

/// What f32 cannot hold is told as infinity is, with entry, rows and columns; a file of f64 may have it.
#[test]
fn numbers_that_are_too_large() {
    let dir = tempfile::tempdir().unwrap();
    let values = vec![1.0, 2.0, 1e300, 3.4028235e38, f64::NEG_INFINITY, 5.0, -4e38, 6.0];
    let entry = Entry { intervals: seconds(4), features: Features::F64(Rows::flat(2, values)) };
    let path = dir.path().join("large.csd");
    write(&path, &sequence("COVAREP", [("a".to_owned(), entry)].into())).unwrap();
    let seen = of_files(&[path]);
    assert_eq!(
        lines(&seen.findings.findings),
        [
            "warning not-finite large.csd a [2] [0] 1: 1 values are NaN or infinite, in column 0",
            "warning not-finite large.csd a [1, 3] [0] 2: 2 values beyond what 32 bits hold, 3.4e38, such as 1e300",
        ]
    );
    let values = seen.description.files[0].contents.as_ref().unwrap().values.clone().unwrap();
    assert_eq!((values.not_finite, values.rows_not_finite, values.columns[0].too_large), (3, 3, 2));
    assert_eq!((values.columns[0].negative_infinite, values.columns[0].finite, values.columns[1].finite), (1, 1, 4));
    assert!(
        seen.description.to_string().contains("3 values (1 -inf, 2 beyond 3.4e38) in 3 rows"),
        "{}",
        seen.description
    );
    assert!(seen.findings.to_string().contains("3 values are not finite, in column  a rows 1-3"), "{}", seen.findings);
}
