//! A missing frame that holds the mean of the training split.

use super::{WIDTHS, all, any_population, before_and_after, bits, law, sample, split, statistics, whole};
use corrkd_config::{Condition, Mechanism, PerModality, Presence};
use corrkd_data::{Split, training_corruption};
use proptest::prelude::*;

proptest! {
    /// What is missing is that of independent frames; it is told as missing, but holds the mean of the frames with data.
    #[test]
    fn frames_as_ever_but_for_the_mean(split in split(-2.0..2.0f32), seed: u64, p in 0.0..=1.0f64) {
        let statistics = statistics(Presence::COMPLETE, split.clone());
        let means = WIDTHS.map(|m, &width| {
            let samples = split.samples.iter();
            let frames: Vec<&[f32]> = samples
                .flat_map(|s| s.features.get(m).chunks(width).zip(s.present.get(m)))
                .filter_map(|(frame, &there)| there.then_some(frame))
                .collect();
            let mean = |d| frames.iter().map(|frame| f64::from(frame[d])).sum::<f64>() / frames.len().max(1) as f64;
            (0..width).map(mean).collect::<Vec<f64>>()
        });
        for sample in &split.samples {
            let [before, zeroed] = before_and_after(sample, seed, &Condition::dropped(p), &statistics);
            let [_, filled] = before_and_after(sample, seed, &all(Mechanism::Mean, p), &statistics);
            prop_assert_eq!(&filled.present, &zeroed.present);
            for (m, &width) in WIDTHS.iter() {
                for (t, frame) in filled.features.get(m).chunks(width).enumerate() {
                    if before.present.get(m)[t] && !filled.present.get(m)[t] {
                        let near = |(got, mean): (&f32, &f64)| (f64::from(*got) - mean).abs() < 1e-6;
                        prop_assert!(frame.iter().zip(means.get(m)).all(near), "{:?}, mean {:?}", frame, means.get(m));
                    } else {
                        prop_assert_eq!(bits(frame), bits(&zeroed.features.get(m)[t * width..(t + 1) * width]));
                    }
                }
            }
        }
    }
}

/// Frames 1, 4 and one without data: the mean is 2.5, whether in a test or in training.
#[test]
fn by_hand() {
    let track = |frames: &[Option<f32>]| frames.iter().map(|x| x.map(|x| vec![x])).collect();
    let wide = |x: f32, width| vec![Some(vec![x; width])];
    let tracks = |vision| PerModality { language: wide(1.0, 3), audio: wide(1.0, 2), vision };
    let trained = sample("t[0]", 0.0, &tracks(track(&[Some(1.0), None, Some(4.0)])));
    let tested = sample("v[0]", 0.0, &tracks(track(&[Some(9.0), None, Some(-9.0), Some(0.5)])));
    let statistics = statistics(Presence::COMPLETE, Split { samples: vec![trained] });
    let [_, after] = before_and_after(&tested, 1, &all(Mechanism::Mean, 1.0), &statistics);
    assert_eq!(after.features.vision, [2.5, 0.0, 2.5, 2.5]);
    assert_eq!(after.present.vision, [false; 4]);
    // A modality that is missing as a whole is zero: nothing is known of it.
    let [_, after] = before_and_after(&tested, 1, &"la@mean:1".parse().unwrap(), &statistics);
    assert_eq!((after.features.vision, after.features.audio), (vec![0.0; 4], vec![1.0; 2]));
    let law = law(1.0, 1.0, Mechanism::Mean);
    let batch = whole(&Split { samples: vec![tested] });
    let after = batch.masked(&WIDTHS, |row| training_corruption(1, 0, row, &law, &statistics));
    assert_eq!(after.features.vision, [2.5, 0.0, 2.5, 2.5]);
}

/// The mean of no frame is zero.
#[test]
fn of_a_modality_that_training_lacks() {
    let track = |width| vec![Some(vec![3.0; width])];
    let tested = sample("v[0]", 0.0, &PerModality { language: track(3), audio: track(2), vision: track(1) });
    let [_, after] = before_and_after(&tested, 1, &all(Mechanism::Mean, 1.0), &any_population());
    assert_eq!(after.features.vision, [0.0]);
}
