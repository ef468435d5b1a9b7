//! Each choice of a recipe, and what it does to samples.

use super::fixture::{Fixture, entry, raw};
use corrkd_config::PerModality;
use corrkd_csd::{Entry, Features, Rows, Sequence};
use corrkd_data::{Dataset, Samples};

/// The fixture with a line more in its recipe.
fn with(line: &str) -> Fixture {
    let mut fixture = raw();
    fixture.recipe = format!("{line}\n{}", fixture.recipe);
    fixture
}

fn lines(dataset: &Dataset) -> Vec<String> {
    let samples = [&dataset.train, &dataset.valid, &dataset.test].into_iter().flat_map(|split| &split.samples);
    samples.map(|s| format!("{} {:?} {:?}", s.id, s.features.language, s.features.audio)).collect()
}

#[test]
fn collapse_functions_stand_side_by_side() {
    let dataset = with("collapse = [\"max\", \"last\"]").load().unwrap();
    assert_eq!(dataset.widths, PerModality { language: 4, audio: 2, vision: 2 });
    // Voice in the first word: 10, then 20; the words themselves twice.
    assert_eq!(lines(&dataset)[0], "a[0] [0.0, 1.0, 0.0, 1.0, 0.0, 2.0, 0.0, 2.0] [20.0, 20.0, 0.0, 0.0]");
    assert_eq!(lines(&with("collapse = [\"max\"]").load().unwrap())[0], "a[0] [0.0, 1.0, 0.0, 2.0] [20.0, 0.0]");
}

#[test]
fn without_collapse_modalities_have_lengths_of_their_own() {
    let error = with("collapse = []").load().unwrap_err().to_string();
    assert!(error.starts_with("a[0]: audio has 3 frames, expected 2 as in language: not aligned"), "{error}");
}

#[test]
fn bad_values_are_skipped_or_zero_or_refused() {
    let fixture = |clean: &str| {
        let mut fixture = with(clean);
        let bad = entry(&[([0.0, 0.5], &[f32::NEG_INFINITY]), ([0.5, 1.0], &[20.0]), ([2.0, 3.0], &[30.0])]);
        fixture.file("audio.csd").entries.insert("a".to_owned(), bad);
        fixture
    };
    assert_eq!(&lines(&fixture("").load().unwrap())[0][5..], "[0.0, 1.0, 0.0, 2.0] [20.0, 0.0]");
    assert_eq!(&lines(&fixture("clean = \"zero\"").load().unwrap())[0][5..], "[0.0, 1.0, 0.0, 2.0] [10.0, 0.0]");
    let error = fixture("clean = \"keep\"").load().unwrap_err().to_string();
    assert_eq!(
        error,
        "a[0]: audio holds a value that is not finite as a 32-bit number; set `clean` in the recipe to skip or zero"
    );
}

#[test]
fn pauses_leave_all_modalities_together() {
    let mut fixture = with("pauses = \"drop\"\nwords = { file = \"words.csd\" }");
    let mut words = Sequence { root: "words".to_owned(), ..Sequence::default() };
    for video in ["a", "b", "c"] {
        let texts = ["oh", "sp", "well"].map(str::to_owned).to_vec();
        let intervals = vec![[0.0, 1.0], [1.0, 2.0], [2.0, 3.0]];
        words.entries.insert(video.to_owned(), Entry { intervals, features: Features::Texts(Rows::flat(1, texts)) });
    }
    fixture.files.insert("words.csd", words);
    let dataset = fixture.load().unwrap();
    assert_eq!(lines(&dataset)[..2], ["a[0] [0.0, 1.0] [15.0]", "a[1] [0.0, 3.0] [30.0]"]);
    assert_eq!(dataset.summary.pauses, 3);

    let error = with("pauses = \"drop\"").load().unwrap_err().to_string();
    assert!(error.ends_with("at `pauses`: is drop, expected a [words] file that tells pauses from words"), "{error}");
}

#[test]
fn a_video_that_lacks_a_modality_can_be_left_out() {
    let mut fixture = with("incomplete = \"drop\"");
    fixture.recipe = fixture.recipe.replace("[\"a\"]", "[\"a\", \"d\"]");
    for file in ["labels.csd", "language.csd", "audio.csd", "vision.csd"] {
        let copy = fixture.file(file).entries["a"].clone();
        fixture.file(file).entries.insert("d".to_owned(), copy);
    }
    fixture.file("vision.csd").entries.remove("a");
    let dataset = fixture.load().unwrap();
    assert_eq!(dataset.summary.samples, Samples { train: 2, valid: 2, test: 2 });
    assert!(dataset.train.samples.iter().all(|sample| sample.id.starts_with('d')));
    assert_eq!(dataset.summary.dropped.incomplete, 2);
}

#[test]
fn a_modality_can_be_missing_in_the_whole_data_set() {
    let mut fixture = raw();
    fixture.recipe = fixture.recipe.replace("features.audio =", "# features.audio =");
    let dataset = fixture.load().unwrap();
    assert_eq!(dataset.widths.audio, 1);
    assert_eq!(lines(&dataset)[0], "a[0] [0.0, 1.0, 0.0, 2.0] [0.0, 0.0]");
    assert_eq!(dataset.summary.lacking.audio, 0, "nothing is wrong with it");
}

#[test]
fn scaling_within_a_sample() {
    let mut fixture = raw();
    fixture.recipe = fixture.recipe.replace("\"none\"", "\"utterance\"");
    // Words 1 and 2 in the second column, the same in the first; one word alone is its own mean.
    let dataset = fixture.load().unwrap();
    assert_eq!(lines(&dataset)[..2], ["a[0] [0.0, -1.0, 0.0, 1.0] [0.0, 0.0]", "a[1] [0.0, 0.0] [0.0]"]);
}

#[test]
fn labels_outside_the_range_can_be_clipped() {
    let mut fixture = raw();
    let rows = entry(&[([0.0, 2.0], &[4.5]), ([2.0, 3.0], &[-3.1])]);
    fixture.file("labels.csd").entries.insert("b".to_owned(), rows);
    fixture.recipe = fixture.recipe.replace("range = [-3.0, 3.0]", "range = [-3.0, 3.0], outside = \"clip\"");
    let dataset = fixture.load().unwrap();
    assert_eq!(dataset.valid.samples.iter().map(|s| s.label).collect::<Vec<_>>(), [3.0, -3.0]);
    assert_eq!(dataset.summary.clipped, 2);
}

#[test]
fn the_label_is_a_column_by_name() {
    let mut fixture = raw();
    fixture.recipe = fixture.recipe.replace(
        "columns = [\"score\"], column = \"score\"",
        "columns = [\"sentiment\", \"happy\"], column = \"happy\"",
    );
    for labels in fixture.file("labels.csd").entries.values_mut() {
        *labels = entry(&[([0.0, 2.0], &[-1.0, 0.5]), ([2.0, 3.0], &[-1.0, 2.5])]);
    }
    let dataset = fixture.load().unwrap();
    assert_eq!(dataset.test.samples.iter().map(|s| s.label).collect::<Vec<_>>(), [0.5, 2.5]);
    fixture.recipe = fixture.recipe.replace("column = \"happy\"", "column = \"fear\"");
    let error = fixture.load().unwrap_err().to_string();
    assert!(error.ends_with("at `labels.column`: is `fear`, expected one of sentiment, happy"), "{error}");
}

#[test]
fn folds_can_lie_beside_the_data() {
    let mut fixture = raw();
    fixture.recipe = fixture.recipe.replace("folds = {", "folds = { file = \"folds.toml\" } # {");
    let folder = tempfile::tempdir().unwrap();
    let recipe = fixture.write(folder.path());
    let load = || {
        let by_path = super::fixture::by_path(&recipe);
        corrkd_data::load(
            &by_path,
            Some(folder.path()),
            &folder.path().join("cache"),
            corrkd_data::Trust::Read,
            &corrkd_data::unseen,
        )
    };
    let error = load().unwrap_err();
    assert!(
        !error.is_user_input() && error.to_string().contains("folds.toml: expected the lists of videos"),
        "{error}"
    );
    let write = |text: &str| std::fs::write(folder.path().join("folds.toml"), text).unwrap();
    write("train = [\"b\"]\nvalid = [\"a\"]\ntest = [\"c\"]");
    let first = load().unwrap();
    assert!(first.train.samples[0].id.starts_with('b'));
    write("train = [\"c\"]\nvalid = [\"a\"]\ntest = [\"b\"]");
    let second = load().unwrap();
    assert!(second.train.samples[0].id.starts_with('c'));
    assert_ne!(first.fingerprint, second.fingerprint, "other folds are other data");
    write("train = [\"c\"]\nvalid = [\"c\"]\ntest = [\"b\"]");
    assert!(load().unwrap_err().to_string().contains("video `c` is in the train fold already"));
}

#[test]
fn so_many_videos_of_the_folds_may_lack_labels() {
    let mut fixture = raw();
    fixture.recipe = fixture.recipe.replace("test = [\"c\"]", "test = [\"c\", \"y\", \"z\"], unlabelled = 1");
    assert!(fixture.load().unwrap_err().to_string().starts_with("test fold: video `z` is not in "));
    fixture.recipe = fixture.recipe.replace("unlabelled = 1", "unlabelled = 2");
    assert_eq!(fixture.load().unwrap().summary.unlabelled, 2);
}

#[test]
fn other_counts_than_expected_are_told() {
    let dataset = with("expected = { train = 2, valid = 2, test = 5 }").load().unwrap();
    let told = dataset.summary.to_string();
    assert!(told.contains("\nwarning: the recipe expects 2 train, 2 valid, 5 test"), "{told}");
}

#[test]
fn names_in_files_need_not_agree_in_case_and_punctuation() {
    let mut fixture = raw();
    fixture.recipe = fixture.recipe.replace("roots = [\"audio\", \"voice\"]", "roots = [\"FACET_4.2\"]");
    fixture.file("audio.csd").root = "Facet 42".to_owned();
    fixture.load().unwrap();
}
