//! The intervals of contrasts cover what they are to cover: simulated networks, whose expected difference over seeds and test
//! samples is known, answer test split after test split.
//!
//! A sample is as hard as it is for all networks, somewhat harder for one variant than for the other, and answered by each
//! network with an error of its own; a network is better or worse, and leans to one side, by its seed. More designs and
//! repetitions with CORRKD_LONG_TESTS=1.

use corrkd_metrics::{Pair, Zeros, f1_contrasts, sign_f1};
use corrkd_random::Stream;

/// Standard deviations of what a network is right by; what all share has 1.
#[derive(Clone, Copy)]
struct Noise {
    name: &'static str,
    /// Of a sample for a variant.
    variant: f64,
    /// Of a network's answer to a sample.
    answer: f64,
    /// Of how good a seed's network is, and of how far it leans to one side.
    seed: [f64; 2],
}

const fn noise(name: &'static str, variant: f64, answer: f64, seed: [f64; 2]) -> Noise {
    Noise { name, variant, answer, seed }
}

const DESIGNS: [Noise; 6] = [
    noise("small", 0.3, 0.3, [0.03, 0.03]),
    noise("medium", 0.3, 0.5, [0.1, 0.15]),
    noise("large", 0.3, 0.5, [0.3, 0.5]),
    noise("none", 0.35, 0.05, [0.0, 0.0]),
    noise("answers alone", 0.0, 1.0, [0.0, 0.0]),
    noise("huge", 0.3, 0.5, [0.8, 1.0]),
];
/// How well each variant does, and the share of positive samples.
const GOOD: [f64; 2] = [1.15, 1.05];
const POSITIVE: f64 = 0.42;

/// Signs of C x S pairs of networks, N each.
type Signs = Vec<Vec<[Vec<bool>; 2]>>;

/// N labels, and the signs that S networks of each variant give them under C conditions.
fn answers(noise: Noise, draws: Stream, n: usize, seeds: u64, conditions: u64) -> (Vec<f32>, Signs) {
    let labels: Vec<f32> =
        (0..n as u64).map(|i| if draws.named("truth").uniform(i) < POSITIVE { 1.0 } else { -1.0 }).collect();
    let normals = |stream: Stream| (0..n as u64).map(move |i| stream.normal(i));
    let shared: Vec<f64> = normals(draws.named("sample")).collect();
    let of_variant = [0, 1].map(|v| normals(draws.named("variant").at(v)).collect::<Vec<f64>>());
    let network = |v: usize, seed: u64, condition: u64| {
        let own = draws.named("network").at(v as u64).at(seed);
        let [better, side] = [0, 1].map(|of| noise.seed[of] * own.normal(of as u64));
        let own = normals(own.named("answers").at(condition)).enumerate().map(|(i, answer)| {
            let right = GOOD[v] + better + shared[i] + noise.variant * of_variant[v][i] + noise.answer * answer;
            f64::from(labels[i]) * right + side > 0.0
        });
        own.collect::<Vec<bool>>()
    };
    let of = |condition| (0..seeds).map(|seed| [network(0, seed, condition), network(1, seed, condition)]).collect();
    let answers = (0..conditions).map(of).collect();
    (labels, answers)
}

/// The difference that many networks show on many samples.
fn expected(noise: Noise) -> f64 {
    let f1 = |labels: &[f32], signs: &[bool]| sign_f1(labels, signs, Zeros::Excluded);
    let of = |draw: u64| {
        let (labels, answers) = answers(noise, Stream::new(1, "expected").at(draw), 1000, 4, 1);
        answers[0].iter().map(|[variant, reference]| f1(&labels, variant) - f1(&labels, reference)).sum::<f64>() / 4.0
    };
    (0..300).map(of).sum::<f64>() / 300.0
}

/// The share of test splits whose interval holds it.
fn coverage(noise: Noise, expected: f64, n: usize, seeds: u64, conditions: u64, splits: u64) -> f64 {
    let holds = |split: &u64| {
        let draws = Stream::new(2, "coverage").named(noise.name).at(n as u64).at(seeds).at(*split);
        let (labels, answers) = answers(noise, draws, n, seeds, conditions);
        let pairs: Vec<Vec<Pair>> = answers
            .iter()
            .map(|seeds| seeds.iter().map(|[variant, reference]| Pair { variant, reference }).collect())
            .collect();
        f1_contrasts(&labels, &pairs).unwrap().mean.holds(expected)
    };
    (0..splits).filter(holds).count() as f64 / splits as f64
}

fn check(designs: &[Noise], sizes: &[usize], conditions: u64, splits: u64) {
    for &noise in designs {
        let expected = expected(noise);
        for &n in sizes {
            for seeds in [3, 5, 10] {
                let covered = coverage(noise, expected, n, seeds, conditions, splits);
                let case = format!("{} seed noise, {n} samples, {seeds} seeds, {conditions} conditions", noise.name);
                println!("{case}: {covered:.3}");
                assert!((0.93..=0.97).contains(&covered), "{case}: {covered}");
            }
        }
    }
}

#[test]
fn small_and_large_seed_noise() {
    check(&[DESIGNS[0], DESIGNS[2]], &[300], 1, 1000);
}

/// One seed speaks of other test samples alone: of the difference that its two networks would show on all of them.
#[test]
fn one_seed() {
    let noise = DESIGNS[2];
    let f1 = |labels: &[f32], signs: &[bool]| sign_f1(labels, signs, Zeros::Excluded);
    let mut covered = 0;
    for network in 0..40 {
        // One network of each variant; its answers to a sample are drawn with the sample.
        let draws = Stream::new(3, "one seed").at(network);
        let (labels, answers) = answers(noise, draws, 40_000, 1, 1);
        let [variant, reference] = &answers[0][0];
        let expected = f1(&labels, variant) - f1(&labels, reference);
        covered += (0..100)
            .filter(|split| {
                let of = 400 * split..400 * (split + 1);
                let pair = Pair { variant: &variant[of.clone()], reference: &reference[of.clone()] };
                f1_contrasts(&labels[of], &[vec![pair]]).unwrap().mean.holds(expected)
            })
            .count();
    }
    assert!((3720..=3880).contains(&covered), "{covered} of 4000");
}

#[test]
fn all_designs() {
    if std::env::var_os("CORRKD_LONG_TESTS").is_none() {
        eprintln!("skipped: CORRKD_LONG_TESTS is not set");
        return;
    }
    check(&DESIGNS, &[300, 700], 1, 6000);
    check(&DESIGNS, &[300], 6, 3000);
}
