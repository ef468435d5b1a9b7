//! The representations that a run keeps are those that its predictions were made of.

use super::Resolved;
use super::adversarial::{all_settings, run_in, usual};
use corrkd_config::Presence;
use corrkd_data::Dataset;
use corrkd_record::{Answer, RunDir, Runs};
use std::collections::BTreeMap;

/// Trains and tests a teacher and its student, and shows the folder of each.
fn each_run(data: &Dataset, settings: &Resolved, look: impl Fn(&RunDir)) {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::open(root.path()).unwrap();
    run_in(&runs, data, settings).unwrap().iter().for_each(|result| look(&runs.run(&result.id)));
}

/// Every kept H, through the best epoch's classifier and softmax, is the response that was written down.
#[test]
fn the_classifier_makes_the_predictions_of_them() {
    let data = usual();
    let asked = "evaluation.conditions = [\"l@0.5\"]\nevaluation.representations = [\"lav\", \"l@0.5\", \"av\"]";
    for settings in all_settings(asked) {
        each_run(&data, &settings, |dir| {
            let weights = corrkd_train::weights(&dir.best_path()).unwrap();
            let numbers = |name: &str| {
                let (_, values) = weights.iter().find(|(full, _)| full.ends_with(name)).unwrap();
                values.flatten_all().unwrap().to_vec1::<f32>().unwrap()
            };
            let (weight, bias) = (numbers("classifier.weight"), numbers("classifier.bias"));
            let predictions = dir.predictions(&dir.result().unwrap().unwrap()).unwrap();
            let predictions: BTreeMap<_, _> = predictions.iter().map(|p| ((&*p.condition, &*p.id), p)).collect();
            let kept = dir.representations(&dir.result().unwrap().unwrap()).unwrap();
            let order =
                ["lav", "l@0.5", "av"].into_iter().flat_map(|c| data.test.samples.iter().map(move |s| (c, &*s.id)));
            assert!(kept.iter().map(|r| (&*r.condition, &*r.id)).eq(order));
            for r in &kept {
                let prediction = predictions[&(&*r.condition, &*r.id)];
                assert_eq!((r.category, r.values.len()), (prediction.category, 3 * settings.settings.network.width));
                let logit = |(row, bias): (&[f32], &f32)| {
                    f64::from(*bias) + row.iter().zip(&r.values).map(|(w, h)| f64::from(w * h)).sum::<f64>()
                };
                if let Answer::Score(score) = prediction.answer {
                    assert!((logit((&weight, &bias[0])) - f64::from(score)).abs() < 1e-5, "{r:?}, {prediction:?}");
                    continue;
                }
                let exponentials: Vec<f64> =
                    weight.chunks(r.values.len()).zip(&bias).map(logit).map(f64::exp).collect();
                let sum: f64 = exponentials.iter().sum();
                for (e, response) in exponentials.iter().zip(prediction.answer.numbers()) {
                    assert!((e / sum - f64::from(response)).abs() < 1e-6, "{r:?}, {prediction:?}");
                }
            }
        });
    }
}

#[test]
fn only_what_is_asked_for_and_concerns_the_data() {
    let kept = |has: &str, asked: &str| {
        let data = Dataset { modalities: has.parse::<Presence>().unwrap(), ..usual() };
        each_run(&data, &all_settings(&format!("evaluation.representations = {asked}")).remove(0), |dir| {
            let conditions: Vec<String> = {
                let kept = dir.representations(&dir.result().unwrap().unwrap()).unwrap();
                kept.into_iter().map(|r| r.condition).collect()
            };
            let expected: &[&str] = if asked == "[]" { &[] } else { &["lav"; 3] };
            assert_eq!(conditions, expected, "of {asked} on {has}");
        });
    };
    kept("lav", "[]");
    kept("lav", "[\"lav\"]");
    kept("l", "[\"av\", \"lav\", \"lav@delay-v:0.5\"]");
}
