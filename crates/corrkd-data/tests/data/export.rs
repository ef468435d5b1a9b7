//! What `export` writes against the SDK's own steps for CMU-MOSI: align to the words with the mean, impute, align to the
//! labels, hard_unify.

use corrkd_config::DatasetRef;
use corrkd_csd::{Entry, Features, Rows, Sequence};
use corrkd_data::mmdataset::Mmdataset;
use corrkd_data::{Collapse, DataError, Exported, export, unseen};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

const RECIPE: &str = r#"
title = "made up"
time = 50
keep = "last"
standardise = "none"
reference = "language"
collapse = ["mean"]
clean = "keep"
incomplete = "drop"
labels = { file = "labels.csd", columns = ["score"], column = "score", range = [-3.0, 3.0] }
features.language = { file = "words.csd", width = 2 }
features.audio = { file = "voice.csd", width = 2 }
folds = { train = ["a"], valid = ["b"], test = ["c"] }
"#;

type Track = Vec<([f64; 2], f64)>;

/// Rows that follow each other with gaps, or touch, from `start` on.
fn following(count: std::ops::Range<usize>, length: f64) -> impl Strategy<Value = Track> {
    let row = (prop_oneof![Just(0.0), 0.0..1.0f64], 0.05..length, -4.0..4.0f64);
    prop::collection::vec(row, count).prop_map(|rows| {
        let mut now = 0.0;
        rows.into_iter()
            .map(|(gap, length, value)| {
                let start = now + gap;
                now = start + length;
                ([start, now], value)
            })
            .collect()
    })
}

/// Labels, words and voice of one video; voice may come unsorted, and overlap.
fn video() -> impl Strategy<Value = [Track; 3]> {
    let labels = following(1..5, 4.0).prop_map(|mut rows| {
        rows.iter_mut().for_each(|(_, value)| *value = value.clamp(-3.0, 3.0));
        rows
    });
    let frame = (0.0..12.0f64, 0.0..0.4f64, -4.0..4.0f64);
    let voice = prop::collection::vec(frame, 0..60);
    let voice =
        voice.prop_map(|rows| rows.into_iter().map(|(start, length, v)| ([start, start + length], v)).collect());
    (labels, following(1..20, 0.8), voice).prop_map(|(labels, words, voice)| [labels, words, voice])
}

fn entry(track: &Track, width: usize) -> Entry {
    let values = track.iter().flat_map(|&(_, value)| (0..width).map(move |column| value + column as f64)).collect();
    Entry { intervals: track.iter().map(|(i, _)| *i).collect(), features: Features::F64(Rows::flat(width, values)) }
}

fn write(folder: &Path, videos: &[[Track; 3]; 3]) -> Mmdataset {
    let mut dataset = Mmdataset::new();
    for (at, (name, width)) in [("labels", 1), ("words", 2), ("voice", 2)].into_iter().enumerate() {
        let entries: BTreeMap<String, Entry> =
            ["a", "b", "c"].into_iter().zip(videos).map(|(id, v)| (id.to_owned(), entry(&v[at], width))).collect();
        dataset.add(name, entries.clone());
        let sequence = Sequence { root: name.to_owned(), metadata: BTreeMap::new(), entries };
        corrkd_csd::write(&folder.join(format!("{name}.csd")), &sequence).unwrap();
    }
    std::fs::write(folder.join("recipe.toml"), RECIPE).unwrap();
    dataset
}

fn run(folder: &Path, out: &Path) -> Result<Exported, DataError> {
    let recipe = DatasetRef { name: folder.join("recipe.toml").to_str().unwrap().to_owned(), size: None, fold: None };
    export(&recipe, Some(folder), &folder.join("cache"), out, false, &unseen)
}

/// The SDK's steps.
fn by_the_sdk(mut dataset: Mmdataset) -> Mmdataset {
    let labels = dataset.entries("labels").to_vec();
    let mut words = Mmdataset::new();
    for name in ["words", "voice"] {
        words.add(name, dataset.entries(name).to_vec());
    }
    words.align("words", &[Collapse::Mean]).unwrap();
    words.impute("words").unwrap();
    dataset = words;
    dataset.add("labels", labels);
    dataset.align("labels", &[]).unwrap();
    dataset.hard_unify(true).unwrap();
    dataset
}

fn rows(entry: &Entry) -> Vec<([f64; 2], Vec<f64>)> {
    let Features::F64(features) = &entry.features else { panic!("written as f64") };
    entry.intervals.iter().copied().zip(features.values.chunks(features.width()).map(<[f64]>::to_vec)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn where_the_sdk_has_a_row_it_is_the_same(videos in [video(), video(), video()]) {
        let folder = tempfile::tempdir().unwrap();
        let dataset = write(folder.path(), &videos);
        // The SDK cannot impute a sequence in which nothing was found.
        prop_assume!(videos.iter().any(|[_, words, voice]| words.iter().any(|([a, b], _)| {
            voice.iter().any(|([s, e], _)| e.min(*b) - s.max(*a) > 1e-4)
        })));
        let expected = by_the_sdk(dataset);
        let out = folder.path().join("out");
        run(folder.path(), &out).unwrap();
        for (name, file) in [("labels", "labels"), ("words", "language"), ("voice", "audio")] {
            let got = corrkd_csd::read(&out.join(format!("{file}.csd"))).unwrap();
            prop_assert_eq!(&got.root, name);
            for (key, entry) in expected.entries(name) {
                let (ours, theirs) = (rows(&got.entries[key]), rows(entry));
                if name == "voice" {
                    // Words at a border may lack their voice in the SDK's segment; never the other way round.
                    let mut left = ours.iter();
                    prop_assert!(theirs.iter().all(|row| left.any(|other| other == row)), "{}\n{:?}\n{:?}", key, ours, theirs);
                    prop_assert_eq!(ours.len(), corrkd_csd::read(&out.join("language.csd")).unwrap().entries[key].intervals.len());
                } else {
                    prop_assert_eq!(ours, theirs, "{} {}", name, key);
                }
            }
            if name != "voice" {
                let keys = expected.entries("labels").len();
                prop_assert!(got.entries.len() >= keys, "{} of {}", got.entries.len(), keys);
            }
        }
    }
}

fn some_videos() -> [[Track; 3]; 3] {
    let track = |count: usize, each: f64| -> Track {
        (0..count).map(|i| ([i as f64 * each, (i + 1) as f64 * each], i as f64 * 0.5)).collect()
    };
    [1, 2, 3].map(|_| [track(2, 2.0), track(8, 0.5), track(40, 0.1)])
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &some_videos());
    let out = folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let exported = run(folder.path(), &out).unwrap();
    assert_eq!(exported.summary.to_string(), "samples: 2 train, 2 valid, 2 test");
    let names: Vec<String> =
        exported.files.iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(names, ["labels.csd", "language.csd", "audio.csd", "folds.toml"]);
    assert!(exported.files.iter().all(|file| file.is_file()));
    let before = std::fs::read(&exported.files[1]).unwrap();
    let error = run(folder.path(), &out).unwrap_err();
    assert!(error.is_user_input() && error.to_string().ends_with("name a new or an empty one"), "{error}");
    assert_eq!(std::fs::read(&exported.files[1]).unwrap(), before);
    for none in [exported.files[1].clone(), out.join(".."), ".".into(), "".into()] {
        let error = run(folder.path(), &none).unwrap_err();
        assert!(error.is_user_input() && error.to_string().ends_with("name a new or an empty one"), "{error}");
    }
    assert_eq!(std::fs::read(&exported.files[1]).unwrap(), before);
}

#[test]
fn interrupted_it_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &some_videos());
    let recipe =
        DatasetRef { name: folder.path().join("recipe.toml").to_str().unwrap().to_owned(), size: None, fold: None };
    let before = std::fs::read_dir(folder.path()).unwrap().count();
    let stop = |done: usize, _: usize| if done == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let error =
        export(&recipe, Some(folder.path()), folder.path(), &folder.path().join("out"), false, &stop).unwrap_err();
    assert!(matches!(error, DataError::Interrupted), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), before);
}

/// The numbers of an f32 `.npy` file behind its header, and the header.
fn npy(path: &Path) -> (String, Vec<f32>) {
    let bytes = std::fs::read(path).unwrap();
    let header = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert_eq!((&bytes[..8], header % 64), (&b"\x93NUMPY\x01\x00"[..], 0));
    let numbers = bytes[header..].chunks_exact(4).map(|n| f32::from_le_bytes([n[0], n[1], n[2], n[3]]));
    (String::from_utf8_lossy(&bytes[10..header]).trim_end().to_owned(), numbers.collect())
}

/// Four words of 0.5 s in a segment, T = 6 and 3; the first column of word i is i / 2.
#[test]
fn tensors_are_cut_and_padded_as_the_recipe_says() {
    for (time, keep, pad, expected) in [
        (6, "last", "front", [0.0, 0.0, 0.0, 0.5, 1.0, 1.5].to_vec()),
        (6, "last", "back", [0.0, 0.5, 1.0, 1.5, 0.0, 0.0].to_vec()),
        (3, "last", "front", [0.5, 1.0, 1.5].to_vec()),
        (3, "first", "front", [0.0, 0.5, 1.0].to_vec()),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &some_videos());
        let recipe = RECIPE
            .replace("time = 50", &format!("time = {time}\npad = \"{pad}\""))
            .replace("\"last\"", &format!("\"{keep}\""));
        std::fs::write(folder.path().join("recipe.toml"), recipe).unwrap();
        let recipe =
            DatasetRef { name: folder.path().join("recipe.toml").to_str().unwrap().to_owned(), size: None, fold: None };
        let out = folder.path().join("out");
        let cache = folder.path().join("cache");
        let exported = export(&recipe, Some(folder.path()), &cache, &out, true, &unseen).unwrap();
        assert!(exported.files.contains(&out.join("tensors/test/ids.txt")));
        let (header, values) = npy(&out.join("tensors/train/language.npy"));
        assert_eq!(header, format!("{{'descr': '<f4', 'fortran_order': False, 'shape': (2, {time}, 2, ), }}"));
        let first: Vec<f32> = values.chunks(2).take(time).map(|frame| frame[0]).collect();
        assert_eq!(first, expected);
        assert_eq!(npy(&out.join("tensors/train/labels.npy")).1, [0.0, 0.5]);
        assert_eq!(std::fs::read_to_string(out.join("tensors/train/ids.txt")).unwrap(), "a[0]\na[1]\n");
    }
}

/// Words with the intervals of their vectors, and pauses between them; the second video has no words, the third begins
/// within a word.
#[test]
fn words_are_aligned_as_their_vectors_are() {
    for (pauses, expected) in [
        ("keep", &[&["w0", "sp", "w2", "w3"][..], &["w4", "w5", "w6", "w7"]][..]),
        ("drop", &[&["w0", "w2", "w3"], &["w4", "w5", "w6", "w7"]]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut videos = some_videos();
        for (interval, _) in &mut videos[2][0] {
            interval.iter_mut().for_each(|time| *time += 0.25);
        }
        write(folder.path(), &videos);
        let texts = |count: usize| {
            let word = |i: usize| if i == 1 { "sp".to_owned() } else { format!("w{i}") };
            let intervals = (0..count).map(|i| [i as f64 * 0.5, (i + 1) as f64 * 0.5]).collect();
            Entry { intervals, features: Features::Texts(Rows::flat(1, (0..count).map(word).collect())) }
        };
        let entries = BTreeMap::from([("a".to_owned(), texts(8)), ("c".to_owned(), texts(8))]);
        let sequence = Sequence { root: "spoken".to_owned(), metadata: BTreeMap::new(), entries };
        corrkd_csd::write(&folder.path().join("spoken.csd"), &sequence).unwrap();
        let recipe = format!("words = {{ file = \"spoken.csd\" }}\npauses = \"{pauses}\"\n{RECIPE}");
        std::fs::write(folder.path().join("recipe.toml"), recipe).unwrap();
        let out = folder.path().join("out");
        let exported = run(folder.path(), &out).unwrap();
        assert!(exported.files.contains(&out.join("words.csd")));
        let words = corrkd_csd::read(&out.join("words.csd")).unwrap();
        let vectors = corrkd_csd::read(&out.join("language.csd")).unwrap();
        assert_eq!(words.root, "spoken");
        assert!(words.entries.keys().eq(vectors.entries.keys()));
        for (id, entry) in &words.entries {
            assert_eq!(entry.intervals, vectors.entries[id].intervals, "{id}");
        }
        let said = |id: &str| match &words.entries[id].features {
            Features::Texts(texts) => texts.values.clone(),
            _ => panic!("texts"),
        };
        assert_eq!([said("a[0]"), said("a[1]")], *expected);
        assert_eq!(said("b[0]"), [""; 4], "nothing was written down of what is said there");
        // A word over a border is on both sides of it, as its vector is.
        assert_eq!(said("c[0]").last(), said("c[1]").first());
        assert_eq!(said("c[1]"), ["w4", "w5", "w6", "w7"]);
    }
}

/// Straight to the segments: a text for the one frame of each.
#[test]
fn words_of_a_segment_that_is_one_frame() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &some_videos());
    let words = ["so", "sp", "it", "was"].map(str::to_owned);
    let intervals = (0..4).map(|i| [i as f64 * 0.8, (i + 1) as f64 * 0.8]).collect();
    let entry = Entry { intervals, features: Features::Texts(Rows::flat(1, words.to_vec())) };
    let entries = BTreeMap::from([("a".to_owned(), entry)]);
    let sequence = Sequence { root: "spoken".to_owned(), metadata: BTreeMap::new(), entries };
    corrkd_csd::write(&folder.path().join("spoken.csd"), &sequence).unwrap();
    let recipe =
        RECIPE.replace("reference = \"language\"", "reference = \"labels\"\nwords = { file = \"spoken.csd\" }");
    std::fs::write(folder.path().join("recipe.toml"), recipe).unwrap();
    let out = folder.path().join("out");
    run(folder.path(), &out).unwrap();
    let written = corrkd_csd::read(&out.join("words.csd")).unwrap();
    let said = |id: &str| written.entries[id].features.clone();
    assert_eq!(said("a[0]"), Features::Texts(Rows::flat(1, vec!["so it".to_owned()])));
    assert_eq!(said("a[1]"), Features::Texts(Rows::flat(1, vec!["it was".to_owned()])));
}
