//! Each mechanism does what its definition says.

use super::{WIDTHS, all, any_mechanism, any_population, any_set, before_and_after, bits, empty, ids, present, share};
use super::{law, split, statistics, whole};
use corrkd_config::{Condition, Mechanism, Modality, PerModality, Presence};
use corrkd_data::{Row, training_corruption};
use proptest::prelude::*;

/// The share of missing frames among these samples' language.
fn missing<'a>(rows: impl Iterator<Item = Row<'a>>, condition: &Condition) -> f64 {
    let frames: Vec<bool> = rows.flat_map(|row| present(5, &row, condition).language).collect();
    frames.iter().filter(|&&present| !present).count() as f64 / frames.len() as f64
}

proptest! {
    #[test]
    fn only_the_streams_named_are_touched(split in split(-2.0..2.0f32), seed: u64, mechanism in any_mechanism(), streams in any_set()) {
        let statistics = statistics(Presence::COMPLETE, split.clone());
        let condition = Condition::damaged(Presence::COMPLETE, mechanism, streams, 1.0);
        for sample in &split.samples {
            let [before, after] = before_and_after(sample, seed, &condition, &statistics);
            for modality in Modality::ALL.into_iter().filter(|&m| !streams.has(m)) {
                prop_assert_eq!(bits(after.features.get(modality)), bits(before.features.get(modality)));
                prop_assert_eq!(after.present.get(modality), before.present.get(modality));
            }
        }
    }

    #[test]
    fn a_ratio_of_0_changes_nothing_and_one_of_1_leaves_nothing(split in split(-2.0..2.0f32), seed: u64, mechanism in any_mechanism()) {
        let statistics = statistics(Presence::COMPLETE, split.clone());
        for ratio in [0.0, 1.0] {
            let law = law(ratio, ratio, mechanism);
            let before = whole(&split);
            let after = before.masked(&WIDTHS, |row| training_corruption(seed, 1, row, &law, &statistics));
            for modality in Modality::ALL {
                let (was, is) = (before.features.get(modality), after.features.get(modality));
                if ratio == 0.0 {
                    prop_assert_eq!(bits(is), bits(was));
                }
                match mechanism {
                    // Words are missing in part only, and in language only.
                    Mechanism::Words if ratio == 1.0 => continue,
                    Mechanism::Noise => prop_assert_eq!(after.present.get(modality), before.present.get(modality)),
                    _ if ratio == 0.0 => prop_assert_eq!(after.present.get(modality), before.present.get(modality)),
                    _ => prop_assert!(!after.present.get(modality).contains(&true)),
                }
                // Noise and mean put something in the place of what they take.
                if ratio == 1.0 && !matches!(mechanism, Mechanism::Noise | Mechanism::Mean) {
                    prop_assert!(is.iter().all(|value| value.to_bits() == 0));
                }
            }
        }
    }

    #[test]
    fn a_higher_ratio_misses_all_that_a_lower_one_does(
        split in split(-2.0..2.0f32), seed: u64, a in 0.0..=1.0f64, b in 0.0..=1.0f64,
        mechanism in any_mechanism().prop_filter("shifts what is missing by nature", |m| *m != Mechanism::Delay),
    ) {
        for sample in &split.samples {
            let [less, more] = [a.min(b), a.max(b)].map(|ratio| {
                let statistics = statistics(Presence::COMPLETE, split.clone());
                let [_, after] = before_and_after(sample, seed, &all(mechanism, ratio), &statistics);
                after.present
            });
            for modality in Modality::ALL {
                for (&kept_at_low, &kept_at_high) in less.get(modality).iter().zip(more.get(modality)) {
                    prop_assert!(kept_at_low || !kept_at_high);
                }
            }
        }
    }

    /// Wherever the first block starts, frames of one block share their corruption.
    #[test]
    fn bursts_are_blocks_of_five(seed: u64, length in 1usize..60, p in 0.0..=1.0f64) {
        let drawn = present(seed, &empty("v[0]", length), &all(Mechanism::Bursts, p));
        for (_, frames) in drawn.iter() {
            let whole_blocks = |phase: usize| {
                (1..length).all(|t| frames[t - 1] == frames[t] || (t + phase).is_multiple_of(5))
            };
            prop_assert!((0..5).any(whole_blocks), "{:?}", frames);
        }
    }

    #[test]
    fn a_tail_is_missing_at_the_same_place_in_all_modalities(seed: u64, length in 1usize..60, p in 0.0..=1.0f64) {
        let drawn = present(seed, &empty("v[0]", length), &all(Mechanism::Tail, p));
        let kept = length - share(p, length);
        for (_, frames) in drawn.iter() {
            prop_assert!(frames.iter().enumerate().all(|(t, &present)| present == (t < kept)));
        }
    }

    #[test]
    fn a_delay_shifts(split in split(any::<f32>()), seed: u64, p in 0.0..=1.0f64) {
        let sample = &split.samples[0];
        let [before, after] = before_and_after(sample, seed, &all(Mechanism::Delay, p), &any_population());
        for (modality, &width) in WIDTHS.iter() {
            let (length, late) = (sample.length(modality), share(p, sample.length(modality)));
            let (was, is) = (bits(before.features.get(modality)), bits(after.features.get(modality)));
            prop_assert!(is[..late * width].iter().all(|&value| value == 0));
            prop_assert_eq!(&is[late * width..], &was[..(length - late) * width]);
        }
    }
}

/// Each frame, those at the ends too, is missing with probability p, and two frames that are k apart are in the same block
/// with probability 1 - k/5, which is the correlation of their corruptions.
#[test]
fn bursts_share_and_correlation() {
    let (n, length, p) = (8000, 23, 0.3);
    let drawn: Vec<Vec<f64>> = ids(n)
        .iter()
        .map(|id| present(1, &empty(id, length), &all(Mechanism::Bursts, p)).audio)
        .map(|frames| frames.into_iter().map(|present| f64::from(u8::from(!present))).collect())
        .collect();
    let mean = |f: &dyn Fn(&[f64]) -> f64| drawn.iter().map(|frames| f(frames)).sum::<f64>() / n as f64;
    for t in 0..length {
        // Standard error 0.005.
        assert!((mean(&|frames| frames[t]) - p).abs() < 0.02, "frame {t}");
    }
    for (t, apart) in (0..length - 8).flat_map(|t| (1..8).map(move |apart| (t, apart))) {
        let correlation = (mean(&|frames| frames[t] * frames[t + apart]) - p * p) / (p * (1.0 - p));
        let expected = (1.0 - apart as f64 / 5.0).max(0.0);
        // Standard error 0.017 at most.
        assert!((correlation - expected).abs() < 0.08, "frame {t}, {apart} apart: {correlation}");
    }
}

/// By hand: 2p(1-u) up to a half, 1 - 2(1-p)u beyond, u = (label + 3) / 6.
#[test]
fn low_labels_go_missing_more_often() {
    let ids = ids(3000);
    for (p, by_label) in [(0.3, [0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0]), (0.7, [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4])] {
        let labels: Vec<f32> = (-3i8..=3).map(f32::from).collect();
        let of = |label| missing(ids.iter().map(|id| Row { label, ..empty(id, 7) }), &all(Mechanism::Label, p));
        let shares: Vec<f64> = labels.into_iter().map(of).collect();
        for (share, expected) in shares.iter().zip(by_label) {
            // Standard error 0.0035 at most.
            assert!((share - expected).abs() < 0.015, "{share}, expected {expected}");
        }
        assert!((shares.iter().sum::<f64>() / 7.0 - p).abs() < 0.005, "{shares:?}");
        // 0 and 1 are no matter of chance.
        assert!(shares.contains(if p < 0.5 { &0.0 } else { &1.0 }));
    }
}

/// Of five frames of different energy, the k-th has u = (k + 1/2) / 5; two of the same energy share the mean.
#[test]
fn quiet_frames_go_missing_more_often() {
    let ids = ids(20_000);
    // Energies 10, 1, 4, 9, 1: places 0.9, 0.2, 0.5, 0.7, 0.2.
    let audio = [-3.0, 1.0, 0.0, -1.0, 2.0, 0.0, 0.0, 3.0, 1.0, 0.0];
    for (p, by_frame) in [(0.4, [0.08, 0.64, 0.4, 0.24, 0.64]), (0.75, [0.55, 0.9, 0.75, 0.65, 0.9])] {
        let mut counts = [0.0; 5];
        for id in &ids {
            let silent = empty(id, 5);
            let row = Row { features: PerModality { audio: &audio, ..silent.features }, ..silent };
            for (count, present) in counts.iter_mut().zip(present(1, &row, &all(Mechanism::Energy, p)).audio) {
                *count += f64::from(u8::from(!present)) / ids.len() as f64;
            }
        }
        for (share, expected) in counts.iter().zip(by_frame) {
            // Standard error 0.0035 at most.
            assert!((share - expected).abs() < 0.015, "{counts:?}, expected {by_frame:?}");
        }
    }
}

/// One frame has no place in a sequence: half of it is all, and its energy is in the middle.
#[test]
fn utterances_of_one_frame() {
    for mechanism in [Mechanism::Tail, Mechanism::Delay] {
        let kept = [0.49, 0.5].map(|p| present(1, &empty("v[0]", 1), &all(mechanism, p)).language[0]);
        assert_eq!(kept, [true, false], "{mechanism}");
    }
    let ids = ids(4000);
    for mechanism in [Mechanism::Frames, Mechanism::Bursts, Mechanism::Energy] {
        let share = missing(ids.iter().map(|id| empty(id, 1)), &all(mechanism, 0.2));
        assert!((share - 0.2).abs() < 0.03, "{mechanism}: {share}");
    }
}
