//! Every score against scikit-learn, SciPy and numpy: hand-picked edges and random cases (golden/metrics.py).

use corrkd_metrics::{Judged, OnScale, Scores, Target, Zeros, area, constant_f1};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
    curves: Vec<Curve>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    labels: String,
    positive: String,
    truth: String,
    predicted: String,
    categories: usize,
    predicted_scores: Option<String>,
    expected: Expected,
}

#[derive(Deserialize)]
struct Expected {
    scores: Scores,
    constant: [f64; 4],
}

#[derive(Deserialize)]
struct Curve {
    x: Vec<f64>,
    y: Vec<f64>,
    area: f64,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../golden/metrics.json")).unwrap()
}

fn floats(text: &str) -> Vec<f32> {
    text.split_whitespace().map(|number| number.parse().unwrap()).collect()
}

fn digits(text: &str) -> Vec<usize> {
    text.chars().map(|digit| digit.to_digit(10).unwrap() as usize).collect()
}

/// MMSA's categories: cut to `-limit..limit` and rounded, halves to even.
fn steps(limit: f32) -> impl Fn(f32) -> Option<usize> {
    move |x| (!x.is_nan()).then(|| (x.clamp(-limit, limit).round_ties_even() + limit) as usize)
}

fn close(got: f64, expected: f64, what: &str) {
    assert!((got - expected).abs() < 1e-12, "{what}: {got} is not {expected}");
}

#[test]
fn every_case() {
    let golden = golden();
    assert!(golden.cases.len() > 300);
    for case in golden.cases {
        let labels = floats(&case.labels);
        let positive: Vec<bool> = digits(&case.positive).iter().map(|&digit| digit == 1).collect();
        let (truth, predicted) = (digits(&case.truth), digits(&case.predicted));
        let scores = case.predicted_scores.as_deref().map(floats);
        let [three, five, seven] = [1.0, 2.0, 3.0].map(steps);
        let got = Scores::of(&Judged {
            targets: &[Target { truth: labels.clone(), answers: positive.clone(), answers_has0: positive.clone() }],
            scale: Some(OnScale {
                labels: &labels,
                scores: scores.as_deref(),
                has_neutral: true,
                divisions: [Some(&three), Some(&five), Some(&seven)],
            }),
            truth: &truth,
            predicted: &predicted,
            categories: case.categories,
        });
        let Expected { scores: expected, constant } = case.expected;
        let what = |field: &str| format!("{}, {field}", case.name);

        for (field, got, expected) in [
            ("f1", got.f1, expected.f1),
            ("f1_has0", got.f1_has0.unwrap(), expected.f1_has0.unwrap()),
            ("f1_swapped", got.f1_swapped.unwrap(), expected.f1_swapped.unwrap()),
            ("accuracy", got.accuracy, expected.accuracy),
            ("accuracy_has0", got.accuracy_has0.unwrap(), expected.accuracy_has0.unwrap()),
            ("accuracy_categories", got.accuracy_categories, expected.accuracy_categories),
            ("f1_weighted", got.f1_weighted, expected.f1_weighted),
            ("recall_mean", got.recall_mean, expected.recall_mean),
        ] {
            close(got, expected, &what(field));
        }
        for (field, got, expected) in [
            ("f1_categories", &got.f1_categories, &expected.f1_categories),
            ("recall_categories", &got.recall_categories, &expected.recall_categories),
        ] {
            assert_eq!(got.len(), expected.len(), "{}", what(field));
            got.iter().zip(expected).for_each(|(got, expected)| close(*got, *expected, &what(field)));
        }
        for (field, got, expected) in [
            ("accuracy3", got.accuracy3, expected.accuracy3),
            ("accuracy5", got.accuracy5, expected.accuracy5),
            ("accuracy7", got.accuracy7, expected.accuracy7),
            ("mae", got.mae, expected.mae),
            ("pearson", got.pearson, expected.pearson),
        ] {
            assert_eq!(got.is_some(), expected.is_some(), "{}: {got:?} is not {expected:?}", what(field));
            // Relative where an error is large: two labels of 1e6 have a MAE with 10 exact digits behind the point.
            let scale = expected.unwrap_or(0.0).abs().max(1.0);
            close(got.unwrap_or(0.0) / scale, expected.unwrap_or(0.0) / scale, &what(field));
        }
        let variants = [Zeros::Excluded, Zeros::Counted].map(|zeros| [false, true].map(|call| (call, zeros)));
        for ((call, zeros), expected) in variants.into_iter().flatten().zip(constant) {
            close(constant_f1(&labels, call, zeros), expected, &what("constant_f1"));
        }
    }
}

#[test]
fn every_curve() {
    for curve in golden().curves {
        close(area(&curve.x, &curve.y), curve.area, "area");
    }
}
