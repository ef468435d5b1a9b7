//! Sequences of lengths of their own, and folds of a cross-validation, from the recipe to the samples.

use super::fixture::{by_path, entry, given, raw};
use corrkd_config::{Cross, CrossFold, DatasetRef, Modality, PerModality};
use corrkd_data::{Batch, Time, Trust, load, unseen};

const TIMES: &str = "time = { language = 4, audio = 2, vision = 3 }";

#[test]
fn each_modality_has_its_own_frames() {
    let mut fixture = given();
    fixture.recipe = fixture.recipe.replace("time = 4", TIMES);
    let frames = |count: usize| -> Vec<([f64; 2], [f32; 1])> {
        (0..count).map(|t| ([t as f64, t as f64 + 1.0], [t as f32])).collect()
    };
    let rows = |count| {
        let frames = frames(count);
        entry(&frames.iter().map(|(interval, row)| (*interval, &row[..])).collect::<Vec<_>>())
    };
    fixture.file("audio.csd").entries.insert("a[0]".to_owned(), rows(5));
    fixture.file("vision.csd").entries.insert("a[0]".to_owned(), rows(1));
    fixture.file("vision.csd").entries.remove("b[0]");
    let dataset = fixture.load().unwrap();
    assert_eq!(dataset.time, Time::Unaligned(PerModality { language: 4, audio: 2, vision: 3 }));
    let sample = &dataset.train.samples[0];
    assert_eq!(Modality::ALL.map(|m| sample.length(m)), [2, 2, 1]);
    assert_eq!(sample.features.audio[..], [3.0, 4.0], "the last two of five");
    let other = &dataset.valid.samples[0];
    assert!(other.lacks(Modality::Vision) && other.length(Modality::Vision) == 2);
    let all = corrkd_data::Split { samples: vec![sample.clone(), other.clone()] };
    let batch = Batch::gather(&all, &[0, 1], &dataset.widths);
    assert_eq!((batch.time, batch.lengths.vision), (PerModality { language: 2, audio: 2, vision: 2 }, vec![1, 2]));
    assert_eq!((batch.features.vision, batch.present.vision), (vec![0.0; 4], vec![true, false, false, false]));
}

/// Rows of each file at their own clock, cut by the labels alone.
#[test]
fn sequences_with_a_clock_are_cut_at_the_labels() {
    let mut fixture = raw();
    let recipe = fixture.recipe.replace("time = 4", TIMES);
    fixture.recipe = recipe.replace("reference = \"language\"", "reference = \"labels\"\ncollapse = []");
    let dataset = fixture.load().unwrap();
    let sample = &dataset.train.samples[0];
    assert_eq!(sample.id, "a[0]");
    assert_eq!(Modality::ALL.map(|m| sample.length(m)), [2, 2, 1]);
    assert_eq!(sample.features.audio[..], [10.0, 20.0]);
    fixture.recipe = fixture.recipe.replace("reference = \"labels\"", "reference = \"language\"");
    let error = fixture.load().unwrap_err().to_string();
    assert!(error.contains("at `time`: has a number for each modality beside `reference = \"language\"`"), "{error}");
}

#[test]
fn a_cross_validation_tests_each_video_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut fixture = raw();
    let of = |recipe: &std::path::Path, fold: Option<CrossFold>| {
        let dataset = DatasetRef { fold, ..by_path(recipe) };
        let data = load(&dataset, Some(folder.path()), &folder.path().join("cache"), Trust::Read, &unseen).unwrap();
        let ids = |split: &corrkd_data::Split| split.samples[0].id.clone();
        (ids(&data.train), ids(&data.valid), ids(&data.test))
    };
    let groups = Cross::Groups(["a", "b", "c"].map(str::to_owned).to_vec());
    let expected = |[train, valid, test]: [&str; 3]| (train.to_owned(), valid.to_owned(), test.to_owned());
    let recipe = fixture.write(folder.path());
    for (test, ids) in
        [["c[0]", "b[0]", "a[0]"], ["a[0]", "c[0]", "b[0]"], ["b[0]", "a[0]", "c[0]"]].into_iter().enumerate()
    {
        let fold = CrossFold { cross: groups.clone(), test };
        assert_eq!(of(&recipe, Some(fold)), expected(ids));
    }
    assert_eq!(of(&recipe, None), expected(["a[0]", "b[0]", "c[0]"]), "the recipe's lists");
    fixture.recipe =
        fixture.recipe.replace("folds = { train = [\"a\"], valid = [\"b\"], test = [\"c\"] }", "folds = { cross = 3 }");
    let recipe = fixture.write(folder.path());
    let mut tested: Vec<String> =
        (0..3).map(|test| of(&recipe, Some(CrossFold { cross: Cross::Parts(3), test })).2).collect();
    let first = of(&recipe, None);
    assert_eq!(first.2, tested[0], "the first fold where nothing is said");
    tested.sort();
    assert_eq!(tested, ["a[0]", "b[0]", "c[0]"]);
}
