//! The scores against a model of their definition, the table of confusions, and what must hold of them whatever the
//! samples: ties, zeros of both signs, NaN and infinite values, absent categories, no samples at all.

use corrkd_metrics::{
    Judged, OnScale, Scores, Target, Zeros, accuracy, category_f1, confusion, divided_accuracy, is_constant,
    kendall_tau, mean_absolute_error, mean_recall, pearson, sign_accuracy, sign_f1, spearman, swapped_sign_f1,
    weighted_f1,
};
use corrkd_random::Stream;
use proptest::prelude::*;

const K: usize = 5;

/// A label or score: often on a half, sometimes odd.
fn value() -> impl Strategy<Value = f32> {
    prop_oneof![
        8 => (-9i8..=9).prop_map(|halves| f32::from(halves) / 2.0),
        4 => -4.0f32..4.0,
        1 => prop::sample::select(vec![0.0, -0.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MIN_POSITIVE, f32::MAX]),
    ]
}

/// Samples: label, sign, category, predicted category, score.
fn samples() -> impl Strategy<Value = Vec<(f32, bool, usize, usize, f32)>> {
    // Categories up to a bound below K, so that some are often absent.
    (1..=K, 1..=K).prop_flat_map(|(true_bound, bound)| {
        prop::collection::vec((value(), any::<bool>(), 0..true_bound, 0..bound, value()), 0..40)
    })
}

/// Weighted F1 from the table of confusions: rows true, columns predicted; precision and recall by their own names.
fn model_f1(pairs: &[(usize, usize)]) -> f64 {
    let mut table = [[0.0f64; K]; K];
    pairs.iter().for_each(|&(t, p)| table[t][p] += 1.0);
    let total = pairs.len() as f64;
    (0..K)
        .map(|c| {
            let support: f64 = table[c].iter().sum();
            let called: f64 = table.iter().map(|row| row[c]).sum();
            if table[c][c] == 0.0 {
                return 0.0;
            }
            let (precision, recall) = (table[c][c] / called, table[c][c] / support);
            support / total * 2.0 * precision * recall / (precision + recall)
        })
        .sum()
}

/// True and predicted signs of the samples that count.
fn model_signs(samples: &[(f32, bool, usize, usize, f32)], zeros: Zeros) -> Vec<(usize, usize)> {
    let truth = |label: f32| match label.partial_cmp(&0.0)? {
        std::cmp::Ordering::Less => Some(0),
        std::cmp::Ordering::Greater => Some(1),
        std::cmp::Ordering::Equal => (zeros == Zeros::Counted).then_some(1),
    };
    samples.iter().filter_map(|s| Some((truth(s.0)?, usize::from(s.1)))).collect()
}

/// MMSA's categories: cut to `-limit..limit` and rounded, halves to even.
fn steps(limit: f32) -> impl Fn(f32) -> Option<usize> {
    move |x| (!x.is_nan()).then(|| (x.clamp(-limit, limit).round_ties_even() + limit) as usize)
}

/// The integer -limit..=limit that a value is nearest to, the even one of two; none for a NaN.
fn model_step(value: f32, limit: i32) -> Option<i32> {
    // Any finite value beyond all steps is as far as an infinite one.
    let value = f64::from(value.clamp(-9.0, 9.0));
    let distance = |step: &i32| ((value - f64::from(*step)).abs(), step % 2 != 0);
    (-limit..=limit).filter(|_| !value.is_nan()).min_by(|a, b| distance(a).partial_cmp(&distance(b)).unwrap())
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn scores_are_those_of_the_table_of_confusions(samples in samples()) {
        let labels: Vec<f32> = samples.iter().map(|s| s.0).collect();
        let positive: Vec<bool> = samples.iter().map(|s| s.1).collect();
        let (truth, predicted): (Vec<usize>, Vec<usize>) = samples.iter().map(|s| (s.2, s.3)).unzip();
        let scores: Vec<f32> = samples.iter().map(|s| s.4).collect();

        let share = |pairs: &[(usize, usize)]| {
            pairs.iter().filter(|(t, p)| t == p).count() as f64 / pairs.len().max(1) as f64
        };
        let swap = |pairs: &[(usize, usize)]| pairs.iter().map(|&(t, p)| (p, t)).collect::<Vec<_>>();
        for zeros in [Zeros::Excluded, Zeros::Counted] {
            let signs = model_signs(&samples, zeros);
            prop_assert!(same(sign_f1(&labels, &positive, zeros), model_f1(&signs)));
            prop_assert!(same(swapped_sign_f1(&labels, &positive, zeros), model_f1(&swap(&signs))));
            prop_assert!(same(sign_accuracy(&labels, &positive, zeros), share(&signs)));
        }
        let categories: Vec<(usize, usize)> = truth.iter().copied().zip(predicted.iter().copied()).collect();
        for (t, row) in confusion(&truth, &predicted, K).into_iter().enumerate() {
            for (p, count) in row.into_iter().enumerate() {
                prop_assert_eq!(count, categories.iter().filter(|&&pair| pair == (t, p)).count());
            }
        }
        prop_assert!(same(weighted_f1(&truth, &predicted, K), model_f1(&categories)));
        prop_assert!(same(accuracy(&truth, &predicted), share(&categories)));
        let of = |c: usize| categories.iter().filter(move |pair| pair.0 == c);
        let recalls: Vec<f64> = (0..K).filter(|&c| of(c).count() > 0).map(|c| share(&of(c).copied().collect::<Vec<_>>())).collect();
        let mean = recalls.iter().sum::<f64>() / recalls.len().max(1) as f64;
        prop_assert!(same(mean_recall(&truth, &predicted, K), mean));

        for limit in [2u8, 3] {
            let agree = |s: &&(f32, bool, usize, usize, f32)| {
                let step = |value| model_step(value, i32::from(limit));
                step(s.0).is_some() && step(s.0) == step(s.4)
            };
            let expected = samples.iter().filter(agree).count() as f64 / samples.len().max(1) as f64;
            prop_assert!(same(divided_accuracy(&labels, &scores, steps(f32::from(limit))), expected));
        }
        let finite = labels.iter().chain(&scores).all(|value| value.is_finite());
        prop_assert_eq!(mean_absolute_error(&labels, &scores).is_some(), finite && !samples.is_empty());
        prop_assert!(finite || pearson(&labels, &scores).is_none());
        prop_assert!(!is_constant(&scores) || pearson(&labels, &scores).is_none());
    }

    #[test]
    fn bounds_and_symmetries(samples in samples(), seed: u64) {
        let of = |samples: &[(f32, bool, usize, usize, f32)]| {
            let (truth, predicted): (Vec<usize>, Vec<usize>) = samples.iter().map(|s| (s.2, s.3)).unzip();
            let [three, five, seven] = [1.0, 2.0, 3.0].map(steps);
            Scores::of(&Judged {
                targets: &[Target {
                    truth: samples.iter().map(|s| s.0).collect(),
                    answers: samples.iter().map(|s| s.1).collect(),
                    answers_has0: samples.iter().map(|s| s.1).collect(),
                }],
                scale: Some(OnScale {
                    labels: &samples.iter().map(|s| s.0).collect::<Vec<_>>(),
                    scores: Some(&samples.iter().map(|s| s.4).collect::<Vec<_>>()),
                    has_neutral: true,
                    divisions: [Some(&three), Some(&five), Some(&seven)],
                }),
                truth: &truth,
                predicted: &predicted,
                categories: K,
            })
        };
        let scores = of(&samples);
        let rates = [
            scores.f1,
            scores.f1_has0.unwrap(),
            scores.f1_swapped.unwrap(),
            scores.accuracy,
            scores.accuracy_has0.unwrap(),
            scores.f1_weighted,
            scores.recall_mean,
        ];
        let each = scores.f1_categories.iter().chain(&scores.recall_categories).copied();
        let rates = rates.into_iter().chain(each).chain(scores.accuracy3).chain(scores.accuracy5).chain(scores.accuracy7);
        prop_assert!(rates.into_iter().all(|rate| (0.0..=1.0 + 1e-12).contains(&rate)));
        prop_assert!(scores.mae.is_none_or(|mae| mae >= 0.0));
        prop_assert!(scores.pearson.is_none_or(|r| (-1.0..=1.0).contains(&r)));

        // The order of the samples says nothing: rates stay to the last bit, sums within rounding.
        let order = Stream::new(seed, "order").permutation(samples.len());
        let shuffled = of(&order.iter().map(|&i| samples[i]).collect::<Vec<_>>());
        let sums = |s: &Scores| [s.mae.unwrap_or(0.0), s.pearson.unwrap_or(0.0)];
        let scale = scores.mae.unwrap_or(1.0).max(1.0);
        prop_assert!(sums(&shuffled).iter().zip(sums(&scores)).all(|(a, b)| ((a - b) / scale).abs() < 1e-9));
        let rates_of = |s: &Scores| Scores { mae: None, pearson: None, ..s.clone() };
        prop_assert_eq!(rates_of(&shuffled), rates_of(&scores));

        // Renamed categories keep their scores.
        let names = Stream::new(seed, "names").permutation(K);
        let renamed: Vec<_> = samples.iter().map(|s| (s.0, s.1, names[s.2], names[s.3], s.4)).collect();
        let renamed = of(&renamed);
        prop_assert_eq!(renamed.accuracy_categories, scores.accuracy_categories);
        prop_assert!((0..K).all(|c| renamed.f1_categories[names[c]] == scores.f1_categories[c]));

        // F1 of a category does not tell truth from prediction; where both have the same support, nor does the mean.
        let (truth, predicted): (Vec<usize>, Vec<usize>) = samples.iter().map(|s| (s.2, s.3)).unzip();
        prop_assert!((0..K).all(|c| category_f1(&truth, &predicted, c) == category_f1(&predicted, &truth, c)));
        let permuted: Vec<usize> = order.iter().map(|&i| truth[i]).collect();
        prop_assert!(same(weighted_f1(&truth, &permuted, K), weighted_f1(&permuted, &truth, K)));
    }

    /// Rank correlations ask for the order of values alone: what keeps it, ties included, changes nothing, what turns it
    /// round changes the sign, and which side is which does not matter.
    #[test]
    fn ranks(pairs in prop::collection::vec((-5i8..5, -5i8..5), 0..30)) {
        let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().map(|&(x, y)| (f64::from(x), f64::from(y))).unzip();
        let rising: Vec<f64> = x.iter().map(|x| x.exp() - 100.0).collect();
        let falling: Vec<f64> = x.iter().map(|x| -x.powi(3)).collect();
        let constant = |side: &[f64]| side.iter().all(|value| *value == side[0]);
        for correlation in [kendall_tau, spearman] {
            let Some(r) = correlation(&x, &y) else {
                prop_assert!(constant(&x) || constant(&y));
                continue;
            };
            prop_assert!(!constant(&x) && !constant(&y) && (-1.0..=1.0).contains(&r));
            prop_assert!(same(correlation(&y, &x).unwrap(), r));
            prop_assert!(same(correlation(&rising, &y).unwrap(), r));
            prop_assert!(same(correlation(&falling, &y).unwrap(), -r));
            prop_assert!(same(correlation(&x, &rising).unwrap(), 1.0));
        }
    }

    #[test]
    fn certainty(labels in prop::collection::vec(value(), 1..40)) {
        let positive: Vec<bool> = labels.iter().map(|&label| label >= 0.0).collect();
        let some = |zeros| labels.iter().any(|&l| !l.is_nan() && (zeros == Zeros::Counted || l != 0.0));
        for zeros in [Zeros::Excluded, Zeros::Counted] {
            let full = if some(zeros) { 1.0 } else { 0.0 };
            prop_assert!(same(sign_f1(&labels, &positive, zeros), full));
            prop_assert!(same(swapped_sign_f1(&labels, &positive, zeros), full));
        }
        let numbers = labels.iter().filter(|label| !label.is_nan()).count();
        prop_assert_eq!(divided_accuracy(&labels, &labels, steps(3.0)), numbers as f64 / labels.len() as f64);
        let r = pearson(&labels, &labels);
        prop_assert!(r.is_none_or(|r| same(r, 1.0)));
    }
}
