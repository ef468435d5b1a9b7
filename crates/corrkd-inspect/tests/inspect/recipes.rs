//! Findings about a recipe's files: each where it is, and no other.

use crate::world::{World, numbers, seconds};
use corrkd_config::DatasetRef;
use corrkd_data::DataError;
use corrkd_inspect::{Category, Target, inspect};
use std::ops::ControlFlow;

#[test]
fn a_sound_data_set_has_no_findings() {
    let world = World::new();
    let seen = world.inspect();
    assert_eq!(world.findings(), [""; 0]);
    let set = seen.description.recipe.unwrap();
    let folds: Vec<_> = set.folds.iter().map(|f| (f.fold, f.videos, f.labelled, f.segments, f.samples)).collect();
    assert_eq!(folds, [("train", 2, 2, 4, Some(4)), ("valid", 1, 1, 2, Some(2)), ("test", 1, 1, 2, Some(2))]);
    let segments = seen.description.segments.unwrap();
    // Three seconds each, the second one with a pause.
    assert_eq!((segments.frames.unwrap().min, segments.frames.unwrap().max), (3.0, 3.0));
    assert_eq!((segments.words.unwrap().min, segments.words.unwrap().max), (2.0, 3.0));
    assert_eq!(segments.longer_than_time, Some(0));
    let roles: Vec<_> = seen.description.files.iter().map(|file| file.roles[0]).collect();
    assert_eq!(roles, ["labels", "language", "audio", "words"]);
}

/// How a sound data set is spoilt, and all that is found then.
type Case = (&'static str, fn(&mut World), &'static [&'static str]);

const CASES: &[Case] = &[
    (
        "a label of no length",
        |world| world.interval("labels.csd", "b", 1, [3.0, 3.0]),
        &["warning no-length labels.csd b [1] [] 1: interval of no length at 3"],
    ),
    (
        "segments that overlap, in any order",
        |world| {
            world.interval("labels.csd", "a", 0, [2.0, 6.0]);
            world.interval("labels.csd", "a", 1, [0.0, 2.5]);
        },
        &[
            "note unsorted labels.csd a [1] [] 1: starts before the row above",
            "note overlap labels.csd a [1] [] 1: ends 0.500 s after row 0 starts",
            "note truncated - - [] [] 1: 1 segment of more than 3 frames, of which 3 stay",
        ],
    ),
    (
        "a segment between words",
        |world| world.interval("labels.csd", "c", 1, [6.5, 8.0]),
        &[
            "warning other-duration labels.csd c [] [] 1: lasts 8 s, in words.csd (words) 6 s",
            "warning no-frames labels.csd c [1] [] 1: no row of the reference lies in the segment",
        ],
    ),
    (
        "a segment of a pause, and short",
        |world| world.interval("labels.csd", "c", 1, [3.25, 3.5]),
        &[
            "note short labels.csd c [1] [] 1: the segment lasts 0.250 s",
            "note no-words labels.csd c [1] [] 1: the segment holds pauses alone",
        ],
    ),
    (
        "times that are none",
        |world| {
            world.interval("audio.csd", "a", 1, [f64::NAN, 2.0]);
            world.interval("audio.csd", "b", 2, [3.0, 2.0]);
            world.interval("audio.csd", "b", 4, [5.0, 4.0]);
        },
        &[
            "warning interval-not-finite audio.csd a [1] [] 1: interval NaN to 2 is not finite",
            "warning interval-reversed audio.csd b [2, 4] [] 2: interval 3 to 2 ends before it starts",
        ],
    ),
    (
        "values that are none, a column that stands still, rows of zeros",
        |world| {
            for id in ["a", "b", "c", "d"] {
                for row in 0..6 {
                    world.value("audio.csd", id, 3 * row, 7.0);
                }
            }
            world.value("audio.csd", "c", 7, f32::NEG_INFINITY);
            world.value("audio.csd", "c", 14, f32::NAN);
            world.value("vectors.csd", "d", 0, 0.0);
            world.value("vectors.csd", "d", 1, 0.0);
        },
        &[
            "note zero-rows vectors.csd - [] [] 1: 1 row of 1 entry of nothing but zeros",
            "warning not-finite audio.csd c [2, 4] [1, 2] 2: 2 values are NaN or infinite, in columns 1-2",
            "note constant audio.csd - [] [0] 1: the same value throughout in column 0",
        ],
    ),
    (
        "a label out of range, and one that is no number",
        |world| {
            world.value("labels.csd", "a", 2, 3.5);
            world.value("labels.csd", "d", 0, f32::NAN);
        },
        &[
            "error label-range labels.csd a [1] [0] 1: sentiment is 3.5, expected a number within -3 and 3",
            "error label-range labels.csd d [0] [0] 1: sentiment is NaN, expected a number within -3 and 3",
            "warning one-category labels.csd - [] [] 1: in the test fold sentiment is -1 throughout, never above 0",
            "warning not-finite labels.csd d [0] [0] 1: 1 values are NaN or infinite, in column 0",
        ],
    ),
    (
        "a label out of range that is clipped",
        |world| {
            world.value("labels.csd", "a", 2, 3.5);
            world.recipe = world.recipe.replace("range = [-3.0, 3.0]", "range = [-3.0, 3.0]\noutside = \"clip\"");
        },
        &["warning label-range labels.csd a [1] [0] 1: sentiment is 3.5, expected a number within -3 and 3"],
    ),
    (
        "another width",
        |world| *world.entry("audio.csd", "b") = numbers(4, &seconds(6), |i| i as f32 + 1.0),
        &[
            "error other-shape audio.csd b [] [] 1: rows of shape [4], but [3] in the first entry",
            "error other-width audio.csd b [] [] 1: 4 columns, but the recipe says 3",
        ],
    ),
    (
        "another sequence, and other bytes",
        |world| {
            world.files.get_mut("vectors.csd").unwrap().root = "FACET_4.2".into();
            let hash = "0".repeat(64);
            let audio = "file = \"audio.csd\"";
            world.recipe = world.recipe.replace(audio, &format!("{audio}\nsha256 = \"{hash}\""));
        },
        &[
            "error other-sequence vectors.csd - [] [] 1: expected a sequence named glove_vectors, got `FACET_4.2`",
            "note root-name vectors.csd - [] [] 1: the root is `FACET_4.2`, but the metadata say \"glove_vectors\"",
            "error other-bytes audio.csd - [] [] 1: expected sha256 0000",
        ],
    ),
    (
        "names that differ in punctuation alone",
        |world| world.files.get_mut("labels.csd").unwrap().root = "opinion_segment_labels".into(),
        &["note root-name labels.csd - [] [] 1: the root is `opinion_segment_labels`, but the metadata say \"Opinion"],
    ),
    (
        "videos that a sequence lacks",
        |world| {
            world.files.get_mut("vectors.csd").unwrap().entries.remove("a");
            world.files.get_mut("audio.csd").unwrap().entries.remove("a");
            world.files.get_mut("words.csd").unwrap().entries.remove("c");
        },
        &[
            "warning no-frames labels.csd a [0] [] 1: no row of the reference lies in the segment",
            "warning no-frames labels.csd a [1] [] 1: no row of the reference lies in the segment",
            "note no-words labels.csd c [0] [] 1: the segment holds pauses alone",
            "note no-words labels.csd c [1] [] 1: the segment holds pauses alone",
            "warning missing vectors.csd a [] [] 1: has 2 labelled segments, but no entry in this file: nothing to align \
             to, left out",
            "warning missing audio.csd a [] [] 1: has 2 labelled segments, but no entry in this file: filled with frames \
             that hold no data",
            "warning missing words.csd c [] [] 1: has 2 labelled segments, but no entry in this file: no pauses are known",
        ],
    ),
    (
        "videos that are left out where they lack a modality",
        |world| {
            world.files.get_mut("audio.csd").unwrap().entries.remove("b");
            world.recipe = world.recipe.replace("time = 3", "time = 3\nincomplete = \"drop\"");
        },
        &["warning missing audio.csd b [] [] 1: has 2 labelled segments, but no entry in this file: left out"],
    ),
    (
        "a video in no fold, and one without labels",
        |world| {
            let audio = world.entry("audio.csd", "a").clone();
            world.files.get_mut("audio.csd").unwrap().entries.insert("e".into(), audio);
            world.recipe = world.recipe.replace("train = [\"a\", \"b\"]", "train = [\"a\"]");
        },
        &[
            "warning no-fold labels.csd b [] [] 1: is in no fold, with 2 segments",
            "note no-labels audio.csd e [] [] 1: has no labels",
        ],
    ),
    (
        "a fold's video without labels",
        |world| world.recipe = world.recipe.replace("test = [\"d\"]", "test = [\"d\", \"z\"]"),
        &["error unlabelled labels.csd z [] [] 1: is in the test fold, and has no labels"],
    ),
    (
        "a fold's video without labels, allowed",
        |world| world.recipe = world.recipe.replace("test = [\"d\"]", "test = [\"d\", \"z\"]\nunlabelled = 1"),
        &["note unlabelled labels.csd z [] [] 1: is in the test fold, and has no labels"],
    ),
    (
        "other counts than expected",
        |world| world.recipe.push_str("[expected]\ntrain = 4\nvalid = 2\ntest = 3\n"),
        &[
            "warning other-counts - - [] [] 1: 4 train, 2 valid, 2 test, but the recipe expects 4 train, 2 valid, 3 test",
        ],
    ),
    (
        "more frames than T",
        |world| world.recipe = world.recipe.replace("time = 3", "time = 2"),
        &["note truncated - - [] [] 8: 8 segments of more than 2 frames, of which 2 stay"],
    ),
    (
        "pauses are no frames where they are dropped",
        |world| world.recipe = world.recipe.replace("time = 3", "time = 2\npauses = \"drop\""),
        &["note truncated - - [] [] 4: 4 segments of more than 2 frames, of which 2 stay"],
    ),
    (
        "what only making samples shows",
        |world| {
            world.recipe = world.recipe.replace("time = 3", "time = 3\ncollapse = []");
            *world.entry("audio.csd", "a") = numbers(3, &[[0.0, 0.5], [0.5, 2.0], [2.0, 6.0]], |i| i as f32 + 1.0);
        },
        &["error no-samples - - [] [] 1: a[0]: audio has 4 frames, expected 3 as in language: not aligned"],
    ),
    (
        "a whole fold without a modality",
        |world| drop(world.files.get_mut("audio.csd").unwrap().entries.remove("d")),
        &[
            "warning missing audio.csd d",
            "warning fold-lacks - - [] [] 1: audio is missing in all 2 samples of the test fold",
        ],
    ),
];

#[test]
fn each_flaw_is_found_where_it_is() {
    let mut wrong = Vec::new();
    for (name, spoil, expected) in CASES {
        let mut world = World::new();
        spoil(&mut world);
        let found = world.findings();
        let alike = found.len() == expected.len() && found.iter().zip(*expected).all(|(f, e)| f.starts_with(e));
        wrong.extend((!alike).then(|| format!("{name}: found {found:#?}\nexpected {expected:#?}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_absent_file_leaves_the_others_described() {
    let mut world = World::new();
    world.files.remove("audio.csd");
    let seen = world.inspect();
    let problems: Vec<bool> = seen.description.files.iter().map(|file| file.problem.is_some()).collect();
    assert_eq!(problems, [false, false, true, false]);
    assert_eq!((seen.findings.errors, seen.findings.warnings, seen.findings.notes), (1, 0, 0));
    let set = seen.description.recipe.unwrap();
    assert!(set.summary.is_none() && set.problem.unwrap().contains("audio.csd: no such file"));
    assert_eq!(set.folds[0].segments, 4);
    assert!(seen.description.segments.unwrap().frames.is_some());
}

#[test]
fn files_keyed_by_segment_need_no_reference() {
    let mut world = World::new();
    world.files.remove("words.csd");
    for (file, width) in [("labels.csd", 2), ("vectors.csd", 2), ("audio.csd", 3)] {
        let rows = if file == "labels.csd" { 1 } else { 4 };
        let entries = &mut world.files.get_mut(file).unwrap().entries;
        entries.clear();
        for (id, more) in
            [("a[0]", 0.5), ("b[0]", -0.25), ("c[0]", 0.25), ("c[1]", -1.5), ("d[0]", 0.5), ("d[1]", -2.0)]
        {
            entries.insert(id.into(), numbers(width, &seconds(rows), |i| (i % 3) as f32 + more));
        }
    }
    world.files.get_mut("audio.csd").unwrap().entries.remove("c[1]");
    world.recipe = world.recipe.replace("reference = \"language\"", "").replace("[words]\nfile = \"words.csd\"", "");
    assert_eq!(
        world.findings(),
        [
            // Both rows of these videos begin at 0.
            "note overlap labels.csd c[0] [0] [] 1: ends 1.000 s after `c[1]` starts",
            "note overlap labels.csd d[0] [0] [] 1: ends 1.000 s after `d[1]` starts",
            "warning missing audio.csd c[1] [] [] 1: has 1 labelled segment, but no entry in this file: filled with frames \
             that hold no data",
            "note truncated - - [] [] 6: 6 segments of more than 3 frames, of which 3 stay",
        ]
    );
}

#[test]
fn categories_are_counted_and_rows_in_none_are_found() {
    let mut world = World::new();
    let kind = "columns = [\"sentiment\", \"anger\"]\ncolumn = \"sentiment\"\nrange = [-3.0, 3.0]";
    let emotions = "columns = [\"sad\", \"happy\"]\ncategories = [\"happy\", \"sad\"]";
    world.recipe = world.recipe.replace(kind, emotions);
    for (id, rows) in [("a", [1.0, 0.0, 0.0, 1.0]), ("b", [1.0, 0.0, 1.0, 0.0]), ("c", [0.0, 1.0, 1.0, 0.0])] {
        rows.into_iter().enumerate().for_each(|(place, value)| world.value("labels.csd", id, place, value));
    }
    for (place, value) in [0.0, 1.0, 0.0, 1.0].into_iter().enumerate() {
        world.value("labels.csd", "d", place, value);
    }
    assert_eq!(world.findings(), ["warning one-category labels.csd - [] [] 1: all labels of the test fold are happy"]);
    let seen = world.inspect();
    let labels = seen.description.files[0].labels.as_ref().unwrap();
    let of =
        |name: &str, [all, train, valid, test]: [usize; 4]| Category { name: name.to_owned(), all, train, valid, test };
    assert_eq!(labels.categories, Some(vec![of("happy", [4, 1, 1, 2]), of("sad", [4, 3, 1, 0])]));
    assert_eq!(labels.column, None);
    let table = "
  category                          rows      all    train    valid      test
  ───────────────────────────────────────────────────────────────────────────
  happy      ████████████████████      4   50.0 %   25.0 %   50.0 %   100.0 %
  sad        ████████████████████      4   50.0 %   75.0 %   50.0 %     0.0 %
";
    assert!(seen.description.to_string().contains(table), "{}", seen.description);

    world.value("labels.csd", "c", 0, 1.0);
    world.value("labels.csd", "d", 3, 0.5);
    assert_eq!(
        world.findings(),
        [
            "error label-category labels.csd d [1] [0, 1] 1: sad is 0, happy is 0.5, expected one of them to be 1 and the \
             others 0",
            "error several-categories labels.csd c [0] [0, 1] 1: sad is 1, happy is 1, expected one of them to be 1 and \
             the others 0",
            "warning one-category labels.csd - [] [] 1: all labels of the valid fold are sad",
            "warning one-category labels.csd - [] [] 1: all labels of the test fold are happy",
        ]
    );
}

#[test]
fn it_stops_when_told_to() {
    let world = World::new();
    world.write();
    let dataset = DatasetRef { name: world.path("small.toml").display().to_string(), size: None, fold: None };
    let cache = world.path("cache");
    let target = Target::Recipe { dataset: &dataset, source: Some(world.dir.path()), cache: &cache };
    // Whenever it is told, up to the last time of asking.
    let asked = std::cell::Cell::new(0);
    inspect(target, &|_, _| {
        asked.set(asked.get() + 1);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(asked.get() > 4);
    for last in 1..=asked.get() {
        let _ = std::fs::remove_dir_all(&cache);
        let left = std::cell::Cell::new(last);
        let stopped = inspect(target, &|_, _| {
            left.set(left.get() - 1);
            if left.get() <= 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(matches!(stopped, Err(DataError::Interrupted)), "after {last}");
    }
}
