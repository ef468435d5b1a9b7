//! Noise takes the place of a share of each feature's variance.

use super::{TIME, WIDTHS, all, statistics, whole};
use corrkd_config::{Condition, Mechanism, PerModality, Presence};
use corrkd_data::{Batch, Sample, Split, test_corruption};
use corrkd_random::Stream;

/// Noise of such a share in all modalities.
fn noise(share: f64) -> Condition {
    all(Mechanism::Noise, share)
}

/// `count` samples of normal features with this mean and deviation; of language, column 1 is constant and each sample's
/// last frame holds no data.
fn normal(name: &str, count: usize, mean: f64, deviation: f64) -> Split {
    let sample = |i: usize| {
        let id = format!("{name}[{i}]");
        let stream = Stream::new(1, "features").named(&id);
        let mut features = PerModality::from_fn(|m| {
            let n = |j: usize| stream.at(m as u64).normal(j as u64);
            (0..TIME * WIDTHS.get(m)).map(|j| (mean + deviation * n(j)) as f32).collect::<Vec<_>>()
        });
        features.language.chunks_mut(3).for_each(|frame| frame[1] = 0.1);
        features.language[(TIME - 1) * 3..].fill(0.0);
        let mut present = PerModality::all(vec![true; TIME]);
        present.language[TIME - 1] = false;
        Sample { id, label: 0.0, features: features.map(|_, values| values.clone().into()), present }
    };
    Split { samples: (0..count).map(sample).collect() }
}

/// Mean and standard deviation.
fn moments(x: &[f64]) -> (f64, f64) {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    (mean, (x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / x.len() as f64).sqrt())
}

fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let ((mx, sx), (my, sy)) = (moments(x), moments(y));
    x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum::<f64>() / (x.len() as f64 * sx * sy)
}

/// The first column of audio, 8,000 values: standard errors are 0.011 of a deviation.
fn column(batch: &Batch) -> Vec<f64> {
    batch.features.audio.chunks(2).map(|frame| f64::from(frame[0])).collect()
}

#[test]
fn noise_keeps_mean_and_deviation_and_correlates_as_it_should() {
    let split = normal("train", 1000, 3.0, 2.0);
    let statistics = statistics(Presence::COMPLETE, split.clone());
    let before = whole(&split);
    for p in [0.1, 0.3, 0.5, 0.9, 1.0] {
        let after = before.masked(&WIDTHS, |row| test_corruption(1, row, &noise(p), &statistics));
        let (x, y) = (column(&before), column(&after));
        let ((mx, sx), (my, sy)) = (moments(&x), moments(&y));
        assert!((mx - my).abs() < 0.1 && (sx - sy).abs() < 0.1, "p {p}: mean {mx} and {my}, deviation {sx} and {sy}");
        assert!((correlation(&x, &y) - f64::sqrt(1.0 - p)).abs() < 0.04, "p {p}");
        let other: Vec<f64> = after.features.audio.chunks(2).map(|frame| f64::from(frame[1])).collect();
        assert!(correlation(&y, &other).abs() < 0.05, "features share their noise");
        let vision: Vec<f64> = after.features.vision.iter().map(|&x| f64::from(x)).collect();
        assert!(correlation(&y, &vision).abs() < 0.05, "modalities share their noise");
        assert_eq!(after.present, before.present);
        for (was, is) in before.features.language.chunks(3).zip(after.features.language.chunks(3)) {
            match was {
                [0.0, 0.0, 0.0] => assert_eq!(is, was, "a frame without data"),
                _ => assert!(is[0] != was[0] && is[1] == 0.1, "{was:?} became {is:?}"),
            }
        }
    }
}

/// Mean and deviation are the training split's: at p = 1 samples of any kind become like those that were learned from.
#[test]
fn pure_noise_looks_like_the_training_split() {
    let statistics = statistics(Presence::COMPLETE, normal("train", 1000, 3.0, 2.0));
    let pure = whole(&normal("test", 1000, -5.0, 0.5))
        .masked(&WIDTHS, |row| test_corruption(1, row, &noise(1.0), &statistics));
    let (mean, deviation) = moments(&column(&pure));
    assert!((mean - 3.0).abs() < 0.1 && (deviation - 2.0).abs() < 0.1, "mean {mean}, deviation {deviation}");
}
