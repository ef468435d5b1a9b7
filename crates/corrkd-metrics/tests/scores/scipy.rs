//! Intervals, tests and corrections against SciPy and statsmodels (golden/inference.py), and properties of contrasts.

use corrkd_metrics::{
    Contrasts, DRAWS, Interval, Pair, Zeros, f1_contrasts, holm, mean, sign_f1, sign_flip_p, standard_deviation,
    t_interval,
};
use corrkd_random::Stream;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    means: Vec<MeanCase>,
    permutations: Vec<PermutationCase>,
    corrections: Vec<CorrectionCase>,
    many: Vec<PermutationCase>,
    contrasts: Vec<ContrastCase>,
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
struct ContrastCase {
    truth: String,
    /// For each seed, the signs that variant and reference predict.
    pairs: Vec<[String; 2]>,
    low: f64,
    high: f64,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../golden/inference.json")).unwrap()
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
        let p = sign_flip_p(&case.differences, "golden").unwrap();
        assert!((p - case.p).abs() < 1e-12, "{p} is not {} for {:?}", case.p, case.differences);
    }
}

/// Both programs draw as many patterns; five standard errors of their difference.
#[test]
fn permutation_tests_of_many_pairs() {
    for case in golden().many {
        let p = sign_flip_p(&case.differences, "golden").unwrap();
        let tolerance = 5.0 * (2.0 * case.p * (1.0 - case.p) / DRAWS as f64).sqrt() + 2e-6;
        assert!((p - case.p).abs() < tolerance, "{p} is not {} for {} pairs", case.p, case.differences.len());
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
fn contrasts() {
    for case in golden().contrasts {
        let labels: Vec<f32> = signs(&case.truth).iter().map(|&sign| if sign { 1.0 } else { -1.0 }).collect();
        let predicted: Vec<_> = case.pairs.iter().map(|pair| [signs(&pair[0]), signs(&pair[1])]).collect();
        let got = f1_contrasts(&labels, &[pairs(&predicted)]).unwrap();
        assert_eq!(got.mean, got.conditions[0]);
        let error = (got.mean.low - case.low).abs().max((got.mean.high - case.high).abs());
        assert!(error < 1e-9, "{:?} is not {}..{}", got.mean, case.low, case.high);
    }
}

/// Those of variant and reference.
type Signs = [Vec<bool>; 2];
/// Labels, and for two conditions and three seeds the signs of variant and reference.
type Split = (Vec<f32>, Vec<Vec<Signs>>);

fn split() -> impl Strategy<Value = Split> {
    (1usize..40).prop_flat_map(|n| {
        let signs = prop::collection::vec(any::<bool>(), n);
        let labels = prop::collection::vec(prop::sample::select(vec![-2.0, -0.5, -0.0, 0.0, 1.0, f32::NAN]), n);
        (labels, prop::collection::vec(prop::collection::vec([signs.clone(), signs], 3), 2))
    })
}

fn contrasted(labels: &[f32], conditions: &[Vec<[Vec<bool>; 2]>]) -> Option<Contrasts> {
    let conditions: Vec<_> = conditions.iter().map(|signs| pairs(signs)).collect();
    f1_contrasts(labels, &conditions)
}

proptest! {
    #[test]
    fn contrasts_whatever_the_samples((labels, conditions) in split(), seed: u64) {
        let counted = labels.iter().filter(|&&label| label != 0.0 && !label.is_nan()).count();
        let got = contrasted(&labels, &conditions);
        prop_assert_eq!(got.is_some(), counted > 1);
        let Some(got) = got else { return Ok(()) };
        let all = || got.conditions.iter().chain([&got.mean]);
        prop_assert!(all().all(|interval| -1.0 <= interval.low && interval.low <= interval.high && interval.high <= 1.0));

        // Each holds the difference that was seen.
        let f1 = |signs: &[bool]| sign_f1(&labels, signs, Zeros::Excluded);
        for (interval, seeds) in got.conditions.iter().zip(&conditions) {
            let seen: Vec<f64> = seeds.iter().map(|[variant, reference]| f1(variant) - f1(reference)).collect();
            let mean = mean(&seen).unwrap();
            prop_assert!(interval.low - 1e-12 <= mean && mean <= interval.high + 1e-12);
        }

        // A condition's interval is the same alone as beside others.
        let alone = contrasted(&labels, &conditions[1..]).unwrap();
        prop_assert_eq!(alone.mean, got.conditions[1]);

        let map = |f: &dyn Fn(&Signs) -> Signs| -> Vec<Vec<Signs>> {
            conditions.iter().map(|seeds| seeds.iter().map(f).collect()).collect()
        };
        let close = |a: Interval, b: Interval| (a.low - b.low).abs() < 1e-9 && (a.high - b.high).abs() < 1e-9;
        let identical = contrasted(&labels, &map(&|[variant, _]| [variant.clone(), variant.clone()])).unwrap();
        prop_assert_eq!(identical.mean, Interval { low: 0.0, high: 0.0 });
        let swapped = contrasted(&labels, &map(&|[variant, reference]| [reference.clone(), variant.clone()])).unwrap();
        let turned_round = Interval { low: -got.mean.high, high: -got.mean.low };
        prop_assert!(close(swapped.mean, turned_round));

        // Neither the order of the samples nor that of the seeds says anything.
        let order = Stream::new(seed, "order").permutation(labels.len());
        let turned = |signs: &Vec<bool>| order.iter().map(|&i| signs[i]).collect::<Vec<bool>>();
        let mut shuffled = map(&|[variant, reference]| [turned(variant), turned(reference)]);
        shuffled.iter_mut().for_each(|seeds| seeds.reverse());
        let labels: Vec<f32> = order.iter().map(|&i| labels[i]).collect();
        prop_assert!(close(contrasted(&labels, &shuffled).unwrap().mean, got.mean));
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
fn seeds_and_samples_both_count() {
    let (labels, signs) = made_up();
    let width = |signs: &[[Vec<bool>; 2]]| {
        let interval = f1_contrasts(&labels, &[pairs(signs)]).unwrap().mean;
        interval.high - interval.low
    };
    let one_seed = width(&signs[..1]);
    // The same network five times: other seeds add nothing.
    assert!((width(&vec![signs[0].clone(); 5]) - one_seed).abs() < 1e-12);
    // Five networks that err independently: their mean is surer than one.
    assert!(width(&signs) < 0.8 * one_seed);
}

#[test]
fn no_contrast_without_substance() {
    let (labels, signs) = made_up();
    assert_eq!(f1_contrasts(&labels, &[]), None);
    assert_eq!(f1_contrasts(&labels, &[Vec::new()]), None);
    assert_eq!(f1_contrasts(&labels[1..], &[pairs(&signs)]), None);
    assert_eq!(f1_contrasts(&labels, &[pairs(&signs), pairs(&signs[1..])]), None);
    assert_eq!(f1_contrasts(&vec![0.0; labels.len()], &[pairs(&signs)]), None);
    let one: Vec<f32> = labels.iter().enumerate().map(|(i, label)| if i == 7 { *label } else { 0.0 }).collect();
    assert_eq!(f1_contrasts(&one, &[pairs(&signs)]), None);
}
