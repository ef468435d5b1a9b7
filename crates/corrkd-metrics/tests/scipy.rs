//! Intervals, tests and corrections against SciPy and statsmodels (golden/inference.py), and the bootstrap's properties.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use corrkd_metrics::{
    Bootstrapped, Interval, Pair, Zeros, bootstrap_f1, holm, mean, sign_f1, sign_flip_p, standard_deviation, t_interval,
};
use corrkd_random::Stream;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    means: Vec<MeanCase>,
    permutations: Vec<PermutationCase>,
    corrections: Vec<CorrectionCase>,
    bootstraps: Vec<BootstrapCase>,
}

#[derive(Deserialize)]
struct MeanCase {
    values: Vec<f64>,
    mean: f64,
    sd: f64,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct PermutationCase {
    differences: Vec<f64>,
    p: f64,
}

#[derive(Deserialize)]
struct CorrectionCase {
    p: Vec<f64>,
    corrected: Vec<f64>,
}

#[derive(Deserialize)]
struct BootstrapCase {
    truth: String,
    /// For each seed, the signs that variant and reference predict.
    pairs: Vec<[String; 2]>,
    low: f64,
    high: f64,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("golden/inference.json")).unwrap()
}

#[test]
fn means_and_their_intervals() {
    for case in golden().means {
        let scale = case.low.abs().max(case.high.abs());
        let close =
            |got: f64, expected: f64| assert!((got - expected).abs() < 1e-12 * scale, "{got} is not {expected}");
        let sd = standard_deviation(&case.values).unwrap();
        let interval = t_interval(case.values.len(), case.mean, sd).unwrap();
        close(mean(&case.values).unwrap(), case.mean);
        close(sd, case.sd);
        close(interval.low, case.low);
        close(interval.high, case.high);
    }
}

#[test]
fn permutation_tests() {
    for case in golden().permutations {
        let p = sign_flip_p(&case.differences).unwrap();
        assert!((p - case.p).abs() < 1e-12, "{p} is not {} for {:?}", case.p, case.differences);
    }
}

#[test]
fn corrections() {
    for case in golden().corrections {
        let got = holm(&case.p);
        assert_eq!(got.len(), case.corrected.len());
        assert!(got.iter().zip(&case.corrected).all(|(got, expected)| (got - expected).abs() < 1e-12), "{got:?}");
    }
}

fn signs(digits: &str) -> Vec<bool> {
    digits.chars().map(|digit| digit == '1').collect()
}

fn pairs(signs: &[[Vec<bool>; 2]]) -> Vec<Pair<'_>> {
    signs.iter().map(|[variant, reference]| Pair { variant, reference }).collect()
}

#[test]
fn bootstraps_of_one_level() {
    for case in golden().bootstraps {
        let labels: Vec<f32> = signs(&case.truth).iter().map(|&sign| if sign { 1.0 } else { -1.0 }).collect();
        let predicted: Vec<_> = case.pairs.iter().map(|pair| [signs(&pair[0]), signs(&pair[1])]).collect();
        let got = bootstrap_f1(&labels, &[pairs(&predicted)], 10_000, 1).unwrap();
        // A normal distribution's 2.5th percentile over 10,000 replicates has a standard error of 0.027 standard
        // deviations, 0.014 of half the interval; four of them for each of the two programs, and one step of a mean
        // over seeds, which is a multiple of 1 / S.
        let step = if labels.len() == 1 { 1.0 / predicted.len() as f64 } else { 0.0 };
        let tolerance = 8.0 * 0.014 * (case.high - case.low) / 2.0 + step + 1e-12;
        let error = (got.mean.low - case.low).abs().max((got.mean.high - case.high).abs());
        assert!(error < tolerance, "{:?} is not {}..{} within {tolerance}", got.mean, case.low, case.high);
    }
}

/// Labels, and for two conditions and three seeds the signs of variant and reference.
type Split = (Vec<f32>, Vec<Vec<[Vec<bool>; 2]>>);

fn split() -> impl Strategy<Value = Split> {
    (1usize..40).prop_flat_map(|n| {
        let signs = prop::collection::vec(any::<bool>(), n);
        let labels = prop::collection::vec(prop::sample::select(vec![-2.0, -0.5, -0.0, 0.0, 1.0, f32::NAN]), n);
        (labels, prop::collection::vec(prop::collection::vec([signs.clone(), signs], 3), 2))
    })
}

fn resample(labels: &[f32], conditions: &[Vec<[Vec<bool>; 2]>], seed: u64) -> Option<Bootstrapped> {
    let conditions: Vec<_> = conditions.iter().map(|signs| pairs(signs)).collect();
    bootstrap_f1(labels, &conditions, 200, seed)
}

proptest! {
    #[test]
    fn bootstraps_whatever_the_samples((labels, conditions) in split(), seed: u64) {
        let counted = labels.iter().any(|&label| label != 0.0 && !label.is_nan());
        let got = resample(&labels, &conditions, seed);
        prop_assert_eq!(got.is_some(), counted);
        let Some(got) = got else { return Ok(()) };
        prop_assert!(resample(&labels, &conditions, seed).as_ref() == Some(&got), "not reproducible");

        let all = || got.conditions.iter().chain([&got.mean]);
        prop_assert!(all().all(|interval| -1.0 <= interval.low && interval.low <= interval.high && interval.high <= 1.0));

        // A condition's interval is the same alone as beside others: all see the same samples and seeds.
        let alone = resample(&labels, &conditions[1..], seed).unwrap();
        prop_assert_eq!(alone.mean, got.conditions[1]);

        let map = |f: fn(&[Vec<bool>; 2]) -> [Vec<bool>; 2]| -> Vec<Vec<_>> {
            conditions.iter().map(|seeds| seeds.iter().map(f).collect()).collect()
        };
        let identical = resample(&labels, &map(|[variant, _]| [variant.clone(), variant.clone()]), seed).unwrap();
        prop_assert_eq!(identical.mean, Interval { low: 0.0, high: 0.0 });
        let swapped = resample(&labels, &map(|[variant, reference]| [reference.clone(), variant.clone()]), seed).unwrap();
        prop_assert!((swapped.mean.low + got.mean.high).abs() < 1e-12);
        prop_assert!((swapped.mean.high + got.mean.low).abs() < 1e-12);
    }
}

/// A made-up split: 300 samples, and for each of 5 seeds signs that are right in 4 of 5 cases, or in 3 of 4.
fn made_up() -> (Vec<f32>, Vec<[Vec<bool>; 2]>) {
    let stream = Stream::new(3, "split");
    let positive: Vec<bool> = (0..300).map(|i| stream.uniform(i) < 0.4).collect();
    let signs = |seed: u64, variant: &str, right: f64| {
        let stream = stream.at(seed).named(variant);
        positive.iter().zip(0..).map(|(&sign, i)| (stream.uniform(i) < right) == sign).collect()
    };
    let pairs = (0..5).map(|seed| [signs(seed, "variant", 0.8), signs(seed, "reference", 0.75)]).collect();
    (positive.iter().map(|&sign| if sign { 1.0 } else { -1.0 }).collect(), pairs)
}

#[test]
fn order_and_seed_matter_within_monte_carlo_error() {
    let (labels, signs) = made_up();
    let interval = |labels: &[f32], signs: &[[Vec<bool>; 2]], seed| {
        bootstrap_f1(labels, &[pairs(signs)], 10_000, seed).unwrap().mean
    };
    let first = interval(&labels, &signs, 1);
    let backwards: Vec<f32> = labels.iter().rev().copied().collect();
    let turned = |side: &Vec<bool>| side.iter().rev().copied().collect::<Vec<bool>>();
    let signs_backwards: Vec<_> = signs.iter().map(|[a, b]| [turned(a), turned(b)]).collect();
    let others = [interval(&backwards, &signs_backwards, 1), interval(&labels, &signs, 2)];
    for other in others {
        // As above: eight standard errors.
        let tolerance = 8.0 * 0.014 * (first.high - first.low) / 2.0;
        assert!((first.low - other.low).abs() < tolerance && (first.high - other.high).abs() < tolerance);
        assert_ne!(first, other);
    }
    // It holds the difference that was seen.
    let f1 = |signs: &[bool]| sign_f1(&labels, signs, Zeros::Excluded);
    let seen: Vec<f64> = signs.iter().map(|[variant, reference]| f1(variant) - f1(reference)).collect();
    assert!(first.holds(mean(&seen).unwrap()));
}

#[test]
fn both_levels_count() {
    let (labels, signs) = made_up();
    let width = |labels: &[f32], signs: &[[Vec<bool>; 2]]| {
        let interval = bootstrap_f1(labels, &[pairs(signs)], 4000, 1).unwrap().mean;
        interval.high - interval.low
    };
    let one_seed = width(&labels, &signs[..1]);
    // The same network five times: other seeds add nothing.
    assert!((width(&labels, &vec![signs[0].clone(); 5]) - one_seed).abs() < 1e-12);
    // Five networks that err independently: their mean is surer than one.
    assert!(width(&labels, &signs) < 0.8 * one_seed);
}

#[test]
fn no_bootstrap_without_substance() {
    let (labels, signs) = made_up();
    assert_eq!(bootstrap_f1(&labels, &[], 10, 1), None);
    assert_eq!(bootstrap_f1(&labels, &[Vec::new()], 10, 1), None);
    assert_eq!(bootstrap_f1(&labels, &[pairs(&signs)], 0, 1), None);
    assert_eq!(bootstrap_f1(&labels[1..], &[pairs(&signs)], 10, 1), None);
    assert_eq!(bootstrap_f1(&labels, &[pairs(&signs), pairs(&signs[1..])], 10, 1), None);
    assert_eq!(bootstrap_f1(&vec![0.0; labels.len()], &[pairs(&signs)], 10, 1), None);
}
