//! What samples come out of files, by hand-worked cases.

use super::fixture::{entry, given, raw};
use corrkd_config::{Modality, PerModality};
use corrkd_data::{Dataset, Sample, Samples, Summary};

/// Ids, labels, lengths and features of all samples, one line each.
fn lines(dataset: &Dataset) -> Vec<String> {
    let line = |sample: &Sample| {
        let Sample { id, label, features: f, .. } = sample;
        let length = sample.length(Modality::Language);
        format!("{id} {label} {length} {:?} {:?} {:?}", f.language, f.audio, f.vision)
    };
    [&dataset.train, &dataset.valid, &dataset.test].into_iter().flat_map(|s| s.samples.iter().map(line)).collect()
}

#[test]
fn words_get_means_and_segments_get_words() {
    let dataset = raw().load().unwrap();
    assert_eq!(dataset.name, "fixture");
    assert_eq!(
        lines(&dataset),
        [
            "a[0] 0 2 [0.0, 1.0, 0.0, 2.0] [15.0, 0.0] [5.0, 5.0]", // no voice in the second word
            "a[1] -0 1 [0.0, 3.0] [30.0] [5.0]",
            "b[0] 1 2 [1.0, 1.0, 1.0, 2.0] [15.0, 0.0] [5.0, 5.0]",
            "b[1] -1 1 [1.0, 3.0] [31.0] [5.0]",
            "c[0] 2 2 [2.0, 1.0, 2.0, 2.0] [15.0, 0.0] [5.0, 5.0]",
            "c[1] -2 1 [2.0, 3.0] [32.0] [5.0]",
        ]
    );
    let samples = Samples { train: 2, valid: 2, test: 2 };
    // The second words of two seconds have no voice.
    let without_data = PerModality { audio: 3, ..PerModality::default() };
    assert_eq!(dataset.summary, Summary { samples, without_data, ..Summary::default() });
    assert_eq!(dataset.train.samples[0].present.audio, [true, false]);
}

#[test]
fn longer_samples_keep_their_first_or_last_frames() {
    for (keep, frames) in [("first", "[1.0, 1.0] [15.0] [5.0]"), ("last", "[1.0, 2.0] [0.0] [5.0]")] {
        let mut fixture = raw();
        fixture.recipe = fixture.recipe.replace("time = 4", "time = 1").replace("\"last\"", &format!("\"{keep}\""));
        assert_eq!(lines(&fixture.load().unwrap())[2], format!("b[0] 1 1 {frames}"));
        let mut fixture = given();
        fixture.recipe = fixture.recipe.replace("time = 4", "time = 1").replace("\"last\"", &format!("\"{keep}\""));
        let frames = if keep == "first" { "[1.0, 2.0] [5.0] [7.0]" } else { "[3.0, 4.0] [6.0] [8.0]" };
        assert_eq!(lines(&fixture.load().unwrap())[0], format!("a[0] 1 1 {frames}"));
    }
}

#[test]
fn non_finite_values_do_not_reach_the_mean() {
    let mut fixture = raw();
    let bad = entry(&[([0.0, 0.5], &[f32::NEG_INFINITY]), ([0.5, 1.0], &[20.0]), ([2.0, 3.0], &[f32::NAN])]);
    fixture.file("audio.csd").entries.insert("a".to_owned(), bad);
    let dataset = fixture.load().unwrap();
    assert_eq!(dataset.train.samples[0].features.audio[..], [20.0, 0.0]);
    assert_eq!(dataset.train.samples[1].features.audio[..], [0.0]);
    assert_eq!(dataset.summary.non_finite.audio, 2);
    assert_eq!(dataset.summary.lacking.audio, 1, "nothing finite is nothing");
}

#[test]
fn what_becomes_no_sample_is_counted() {
    let mut fixture = raw();
    let labels = &mut fixture.file("labels.csd").entries;
    labels.insert("a".to_owned(), entry(&[([0.0, 2.0], &[1.0]), ([2.0, 2.0], &[1.0]), ([8.0, 9.0], &[1.0])]));
    labels.insert("d".to_owned(), entry(&[([0.0, 1.0], &[1.0])]));
    let spoken = fixture.file("language.csd").entries["a"].clone();
    fixture.file("language.csd").entries.insert("d".to_owned(), spoken);
    let dataset = fixture.load().unwrap();
    let dropped = dataset.summary.dropped;
    assert_eq!([dropped.momentary, dropped.without_frames, dropped.without_fold], [1, 1, 1]);
    assert_eq!(lines(&dataset).len(), 5);
}

#[test]
fn a_video_without_a_modality_stays_with_zero_frames() {
    for (mut fixture, id, length) in [(raw(), "a", 3), (given(), "a[0]", 2)] {
        fixture.recipe = fixture.recipe.replace("[\"a\"]", "[\"a\", \"d\"]").replace("\"none\"", "\"train\"");
        let other = id.replace('a', "d");
        for file in ["labels.csd", "language.csd", "audio.csd", "vision.csd"] {
            let copy = fixture.file(file).entries[id].clone();
            fixture.file(file).entries.insert(other.clone(), copy);
        }
        fixture.file("vision.csd").entries.remove(id);
        let dataset = fixture.load().unwrap();
        let of_a = || dataset.train.samples.iter().filter(|s| s.id.starts_with('a'));
        let vision: Vec<f32> = of_a().flat_map(|s| s.features.vision.to_vec()).collect();
        assert_eq!(vision, vec![0.0; length], "zero after standardising");
        assert_eq!(dataset.summary.lacking.vision, of_a().count());
    }
}

#[test]
fn scaling_is_fitted_to_the_training_fold_alone() {
    let mut fixture = raw();
    fixture.recipe = fixture.recipe.replace("\"none\"", "\"train\"");
    let dataset = fixture.load().unwrap();
    // Training audio: 15, missing, 30; mean 22.5, deviation 7.5.
    assert_eq!(dataset.train.samples[0].features.audio[..], [-1.0, 0.0]);
    assert_eq!(dataset.test.samples[1].features.audio[..], [(32.0 - 22.5) / 7.5]);
    // Training language, first column: always 0, so divided by 1.
    assert_eq!(dataset.test.samples[1].features.language[0], 2.0);
}
