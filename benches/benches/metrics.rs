//! All scores of a test split of MOSI's size, and the intervals of a row's differences.

use corrkd_benches::benchmarks;
use corrkd_metrics::{Judged, OnScale, Pair, Scores, Target, f1_contrasts};
use corrkd_random::Stream;
use criterion::{Criterion, Throughput};

const SAMPLES: usize = 686;

fn metrics(c: &mut Criterion) {
    let mut group = c.benchmark_group("metrics");
    group.throughput(Throughput::Elements(SAMPLES as u64));
    let stream = Stream::new(1, "metrics");
    let numbers = |name: &str| -> Vec<f32> {
        let stream = stream.named(name);
        (0..SAMPLES as u64).map(|i| 6.0 * stream.uniform(i) as f32 - 3.0).collect()
    };
    let (labels, scores) = (numbers("labels"), numbers("scores"));
    let positive: Vec<bool> = scores.iter().map(|&score| score > 0.0).collect();
    let categories = |values: &[f32]| -> Vec<usize> { values.iter().map(|&x| (x.round() + 3.0) as usize).collect() };
    let (truth, predicted) = (categories(&labels), categories(&scores));
    let targets = [Target { truth: labels.clone(), answers: positive.clone(), answers_has0: positive.clone() }];
    let [three, five, seven] = [1.0, 2.0, 3.0]
        .map(|limit: f32| move |x: f32| Some((x.clamp(-limit, limit).round_ties_even() + limit) as usize));
    let scale = OnScale {
        labels: &labels,
        scores: Some(&scores),
        has_neutral: true,
        divisions: [Some(&three), Some(&five), Some(&seven)],
    };
    let judged = Judged { targets: &targets, scale: Some(scale), truth: &truth, predicted: &predicted, categories: 7 };
    group.bench_function("scores", |b| b.iter(|| Scores::of(&judged)));

    let reference: Vec<bool> = numbers("reference").iter().map(|&score| score > 0.0).collect();
    let conditions = vec![vec![Pair { variant: &positive, reference: &reference }; 5]; 7];
    group.bench_function("contrasts", |b| b.iter(|| f1_contrasts(&labels, &conditions)));
    group.finish();
}

benchmarks!(metrics);
