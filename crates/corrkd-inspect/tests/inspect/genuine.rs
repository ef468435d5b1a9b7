//! The genuine CMU-MOSI words and labels. The numbers are h5py's and NumPy's: `facts.py` beside this file.

use crate::world::{lines, of_files};
use corrkd_inspect::Inspection;
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn mosi() -> Option<Inspection> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/real/mosi"));
    if !folder.is_dir() {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = std::io::stderr().write_all(format!("skipped: {} is not there\n", folder.display()).as_bytes());
        return None;
    }
    let files = ["CMU_MOSI_ModifiedTimestampedWords.csd", "CMU_MOSI_Opinion_Labels.csd"];
    Some(of_files(&files.map(|file| folder.join(file))))
}

fn near(got: f64, expected: f64) -> bool {
    (got - expected).abs() < 1e-3
}

#[test]
fn words() {
    let Some(seen) = mosi() else { return };
    let contents = seen.description.files[0].contents.as_ref().unwrap();
    assert_eq!((contents.entries, contents.videos, contents.rows), (93, 93, 51_056));
    assert_eq!((&contents.kinds[..], contents.width), (&["texts"][..], Some(1)));
    let words = contents.words.as_ref().unwrap();
    assert_eq!((words.texts, words.pauses, words.distinct, words.empty), (51_056, 8_287, 4_284, 0));
    let times = &contents.intervals;
    assert_eq!((times.unsorted, times.overlapping, times.no_length, times.gaps), (0, 0, 0, 49));
    assert!(near(times.gap_seconds, 8.738) && near(times.longest_gap, 2.544));
    let [rows, seconds, rate] =
        [contents.rows_per_entry, contents.seconds_per_entry, contents.rows_per_second].map(Option::unwrap);
    for (got, expected) in [
        (rows.min, 221.0),
        (rows.p5, 271.6),
        (rows.median, 597.0),
        (rows.p95, 751.2),
        (rows.max, 807.0),
        (rows.mean, 548.9892),
        (seconds.min, 54.0073),
        (seconds.median, 178.624),
        (seconds.max, 179.9011),
        (rate.median, 3.5423),
    ] {
        assert!(near(got, expected), "{got}, expected {expected}");
    }
}

#[test]
fn labels() {
    let Some(seen) = mosi() else { return };
    let labels = seen.description.files[1].labels.as_ref().unwrap();
    let [column] = &labels.columns[..] else { panic!("one column") };
    assert_eq!(column.name, "sentiment score");
    let spread = &column.all;
    assert_eq!((spread.rows, spread.negative, spread.zero, spread.positive), (2_199, 1_023, 96, 1_080));
    assert_eq!((spread.min, spread.max), (Some(-3.0), Some(3.0)));
    assert!(near(spread.mean.unwrap(), 0.07027));
    let bins: Vec<(i64, usize)> = spread.bins.iter().map(|bin| (bin.value, bin.rows)).collect();
    assert_eq!(bins, [(-3, 80), (-2, 385), (-1, 404), (0, 403), (1, 379), (2, 463), (3, 85)]);
    assert!(column.train.is_none(), "the folds are not known");
}

#[test]
fn segments() {
    let Some(seen) = mosi() else { return };
    let segments = seen.description.segments.unwrap();
    assert_eq!((segments.videos, segments.segments), (93, 2_199));
    let names = |places: &[corrkd_inspect::LabelRow]| {
        places.iter().map(|place| format!("{}[{}]", place.id, place.row)).collect::<Vec<_>>()
    };
    // Three are shorter than half a second, one of them of no length at all.
    assert_eq!(names(&segments.no_length), ["2WGyTLYerpo[43]"]);
    assert_eq!(names(&segments.short), ["BI97DNYfe5I[19]", "VCslbP0mgZI[0]"]);
    assert_eq!(segments.overlapping.len(), 94);
    assert!(segments.without_frames.is_empty() && segments.without_words.is_empty());
    let (frames, words) = (segments.frames.unwrap(), segments.words.unwrap());
    assert_eq!((frames.count, frames.median, frames.p95, frames.max), (2_198, 12.0, 35.0, 127.0));
    assert!(near(frames.mean, 15.0955));
    assert_eq!((words.count, words.median, words.max), (2_198, 10.0, 114.0));
    assert!(near(words.mean, 12.6083) && near(words.p95, 28.15));
}

#[test]
fn findings() {
    let Some(seen) = mosi() else { return };
    let found = &seen.findings;
    assert_eq!((found.errors, found.warnings), (0, 1));
    let lines = lines(&found.findings);
    let moment =
        "warning no-length CMU_MOSI_Opinion_Labels.csd 2WGyTLYerpo [43] [] 1: interval of no length at 127.21337";
    assert!(lines[0].starts_with(moment), "{}", lines[0]);
    assert_eq!(lines.iter().filter(|line| line.starts_with("note overlap")).count(), 94);
    assert!(
        lines.contains(
            &"note unsorted CMU_MOSI_Opinion_Labels.csd d6hH302o4v8 [24, 33, 39] [] 3: starts before the row above"
                .to_owned()
        )
    );
}

/// The recipe `mosi` on the two genuine files alone: what is there is told, and what is not.
#[test]
fn the_recipe_with_its_labels_alone() {
    let folder: PathBuf = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/real/mosi").into();
    if mosi().is_none() {
        return;
    }
    let cache = tempfile::tempdir().unwrap();
    let dataset = corrkd_config::DatasetRef { name: "mosi".into(), size: None, fold: None };
    let target = corrkd_inspect::Target::Recipe { dataset: &dataset, source: Some(&folder), cache: cache.path() };
    let seen = corrkd_inspect::inspect(target, &corrkd_data::unseen).unwrap();
    assert_eq!(seen.findings.errors, 3, "three files are absent");
    let labels = &seen.description.files[0];
    assert_eq!(labels.as_expected, Some(true), "sha256");
    let column = &labels.labels.as_ref().unwrap().columns[0];
    let counts = [&column.train, &column.valid, &column.test].map(|spread| spread.as_ref().unwrap().rows);
    assert_eq!(counts, [1284, 229, 686]);
    let set = seen.description.recipe.unwrap();
    let folds: Vec<_> =
        set.folds.iter().map(|fold| (fold.videos, fold.labelled, fold.segments, fold.expected)).collect();
    assert_eq!(folds, [(52, 52, 1284, Some(1283)), (10, 10, 229, Some(214)), (31, 31, 686, Some(686))]);
}
