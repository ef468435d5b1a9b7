//! Frames and modalities that are missing by nature, from the file to the batch.

use super::fixture::{entry, given, raw};
use corrkd_config::PerModality;
use corrkd_csd::{Entry, Features, Rows};
use corrkd_data::{Batch, Dataset};

fn batch(dataset: &Dataset) -> Batch {
    Batch::gather(&dataset.train, &[0], &dataset.widths)
}

#[test]
fn frames_of_nan_are_missing_whatever_the_recipe_does_with_values() {
    for clean in ["skip", "zero", "keep"] {
        let mut fixture = given();
        fixture.recipe = format!("clean = \"{clean}\"{}", fixture.recipe);
        let rows = entry(&[([0.0, 1.0], &[f32::NAN, f32::NAN]), ([1.0, 2.0], &[3.0, 4.0])]);
        fixture.file("language.csd").entries.insert("a[0]".to_owned(), rows);
        let dataset = fixture.load().unwrap();
        let batch = batch(&dataset);
        assert_eq!(batch.features.language, [0.0, 0.0, 3.0, 4.0], "{clean}");
        assert_eq!(
            batch.present,
            PerModality { language: vec![false, true], audio: vec![true; 2], vision: vec![true; 2] }
        );
        assert_eq!((dataset.summary.without_data.language, dataset.summary.lacking.language), (1, 0));
    }
}

#[test]
fn frames_of_zeros_are_missing_where_the_recipe_says_so() {
    let recipe = given().recipe.replace("\"none\"", "\"train\"");
    let of = |recipe: String| {
        let mut fixture = given();
        let rows = entry(&[([0.0, 1.0], &[0.0]), ([1.0, 2.0], &[-0.0])]);
        fixture.file("vision.csd").entries.insert("a[0]".to_owned(), rows);
        fixture.recipe = recipe;
        fixture.load().unwrap()
    };
    let data = of(recipe.clone());
    assert!(data.train.samples[0].present.vision.iter().all(|&present| present));
    assert_eq!(data.summary.lacking.vision, 0);
    let missing = of(recipe.replace("vision.csd\", width = 1", "vision.csd\", width = 1, zeros = \"missing\""));
    assert!(missing.train.samples[0].lacks(corrkd_config::Modality::Vision));
    assert_eq!(batch(&missing).present.vision, [false; 2]);
    assert_eq!(
        (missing.summary.lacking.vision, missing.train.samples[0].features.vision[..].to_vec()),
        (1, vec![0.0; 2])
    );
    assert_ne!(data.fingerprint, missing.fingerprint);
}

/// The first word has two frames of a face, of which one is zeros: it takes no part in their mean.
#[test]
fn frames_without_data_take_no_part_in_means() {
    let mut fixture = raw();
    let rows = entry(&[([0.0, 0.5], &[0.0]), ([0.5, 1.0], &[6.0]), ([1.0, 3.0], &[0.0])]);
    fixture.file("vision.csd").entries.insert("a".to_owned(), rows);
    let of = |recipe: String| {
        let mut again = raw();
        again.files = fixture.files.clone();
        again.recipe = recipe;
        again.load().unwrap().train.samples[0].clone()
    };
    let (recipe, key) = (fixture.recipe.clone(), "vision.csd\", width = 1");
    assert_eq!(of(recipe.clone()).features.vision[..], [3.0, 0.0]);
    let missing = of(recipe.replace(key, &format!("{key}, zeros = \"missing\"")));
    assert_eq!((&missing.features.vision[..], &missing.present.vision[..]), (&[6.0, 0.0][..], &[true, false][..]));
}

#[test]
fn what_32_bits_cannot_hold_is_not_finite() {
    let mut fixture = given();
    let rows = |values: Vec<f64>| Entry {
        intervals: vec![[0.0, 1.0], [1.0, 2.0]],
        features: Features::F64(Rows::flat(1, values)),
    };
    for id in ["b[0]", "c[0]"] {
        fixture.file("audio.csd").entries.insert(id.to_owned(), rows(vec![5.0, 6.0]));
    }
    fixture.file("audio.csd").entries.insert("a[0]".to_owned(), rows(vec![1e39, 6.0]));
    let dataset = fixture.load().unwrap();
    assert_eq!((dataset.summary.non_finite.audio, dataset.summary.without_data.audio), (1, 1));
    assert_eq!(dataset.train.samples[0].features.audio[..], [0.0, 6.0]);
    fixture.file("audio.csd").entries.insert("a[0]".to_owned(), rows(vec![1.0, -3.4e38]));
    assert_eq!(fixture.load().unwrap().summary.non_finite.audio, 0);
}
