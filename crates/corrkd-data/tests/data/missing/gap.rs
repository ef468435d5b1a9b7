//! One gap of consecutive frames, at a given place or a drawn one.

use super::{WIDTHS, before_and_after, law};
use super::{all, any_population, any_set, bits, empty, ids, places, presence_of, present, share, split, unequal};
use corrkd_config::{Condition, Mechanism, Modality, PerModality};
use corrkd_data::training_corruption;
use proptest::prelude::*;

fn at(modality: Modality, length: f64, position: f64) -> Condition {
    Condition::gap(modality, length, position)
}

fn any_modality() -> impl Strategy<Value = Modality> {
    prop::sample::select(Modality::ALL.to_vec())
}

/// The places of missing frames in a gap without a position, of audio.
fn drawn(seed: u64, id: &str, length: usize, ratio: f64) -> Vec<usize> {
    places(&present(seed, &empty(id, length), &all(Mechanism::Gap, ratio)).audio)
}

proptest! {
    #[test]
    fn a_gap_at_a_position_is_there_and_nowhere_else(
        split in split(any::<f32>()), seed: u64, modality in any_modality(), p in 0.0..=1.0f64, position in 0.0..=1.0f64,
    ) {
        let sample = &split.samples[0];
        let [before, after] = before_and_after(sample, seed, &at(modality, p, position), &any_population());
        let time = sample.length(modality);
        let length = share(p, time);
        let start = share(position, time - length);
        for (m, &width) in WIDTHS.iter() {
            for t in 0..sample.length(m) {
                let lost = m == modality && (start..start + length).contains(&t);
                let [was, is] = [&before, &after].map(|of| bits(&of.features.get(m)[t * width..(t + 1) * width]));
                prop_assert_eq!(is, if lost { vec![0; width] } else { was });
                prop_assert_eq!(after.present.get(m)[t], before.present.get(m)[t] && !lost);
            }
        }
    }

    /// Each modality has a place and a length of its own.
    #[test]
    fn a_gap_without_a_position_is_somewhere(
        seed: u64, l in 1usize..60, a in 1usize..60, v in 1usize..60, p in 0.0..=1.0f64, streams in any_set(),
    ) {
        let row = unequal("v[0]", PerModality { language: l, audio: a, vision: v });
        let condition = Condition::damaged(corrkd_config::Presence::COMPLETE, Mechanism::Gap, streams, p);
        for (modality, frames) in present(seed, &row, &condition).iter() {
            let lost = places(frames);
            prop_assert_eq!(lost.len(), if streams.has(modality) { share(p, frames.len()) } else { 0 });
            prop_assert!(lost.windows(2).all(|of| of[0] + 1 == of[1]), "{:?}", lost);
        }
    }

    /// Of the same sample, wherever the gap is.
    #[test]
    fn a_shorter_gap_lies_within_a_longer_one(
        seed: u64, time in 1usize..60, a in 0.0..=1.0f64, b in 0.0..=1.0f64, position in prop::option::of(0.0..=1.0f64),
    ) {
        let row = empty("v[0]", time);
        let [short, long] = [a.min(b), a.max(b)].map(|length| match position {
            Some(position) => places(&present(seed, &row, &at(Modality::Vision, length, position)).vision),
            None => places(&present(seed, &row, &all(Mechanism::Gap, length)).vision),
        });
        prop_assert!(short.iter().all(|t| long.contains(t)), "{:?} in {:?}", short, long);
    }

    #[test]
    fn students_meet_gaps_of_their_modalities_ratios(seed: u64, epoch in 0usize..100, time in 1usize..60, p in 0.0..=1.0f64) {
        let law = law(p, p, Mechanism::Gap);
        let drawn = presence_of(&training_corruption(seed, epoch, &empty("v[0]", time), &law, &any_population()));
        for (_, frames) in drawn.iter() {
            let lost = places(frames);
            prop_assert_eq!(lost.len(), share(p, time));
            prop_assert!(lost.windows(2).all(|of| of[0] + 1 == of[1]), "{:?}", lost);
        }
    }
}

/// By hand, of ten frames, and of one, half of which is all of it.
#[test]
fn positions_of_ten_frames() {
    let lost = |time, text: &str| places(&present(1, &empty("v[0]", time), &text.parse().unwrap()).vision);
    assert_eq!(lost(10, "lav@gap-v:0.3:0"), [0, 1, 2]);
    assert_eq!(lost(10, "lav@gap-v:0.3:1"), [7, 8, 9]);
    assert_eq!(lost(10, "lav@gap-v:0.4:0.5"), [3, 4, 5, 6]);
    assert_eq!(lost(10, "lav@gap-v:0.3:0.5"), [4, 5, 6]); // 3.5 is rounded up
    assert_eq!(lost(10, "lav@gap-v:0.04:0.5"), [0; 0]);
    assert_eq!(lost(10, "lav@gap-v:1:0.7").len(), 10);
    assert_eq!((lost(1, "lav@gap-v:0.4:0"), lost(1, "lav@gap-v:0.5:1")), (vec![], vec![0]));
}

#[test]
fn each_place_is_as_probable() {
    let mut counts = [0u32; 8];
    for id in ids(8000) {
        let lost = drawn(1, &id, 10, 0.3);
        counts[lost[0]] += 1;
    }
    // 1,000 each, standard deviation 30.
    assert!(counts.iter().all(|n| (880..=1120).contains(n)), "{counts:?}");
}

/// The place changes with the seed, the sample and the modality; in training with the epoch too.
#[test]
fn whose_place_it_is() {
    let (one, time) = (ids(20), 100);
    let differ = |a: &dyn Fn(&str) -> Vec<usize>, b: &dyn Fn(&str) -> Vec<usize>| {
        assert!(one.iter().filter(|id| a(id) != b(id)).count() > 15);
    };
    let of = |seed: u64| move |id: &str| drawn(seed, id, time, 0.1);
    differ(&of(1), &of(2));
    differ(&of(1), &|id| drawn(1, &format!("{id}b"), time, 0.1));
    differ(&of(1), &|id| places(&present(1, &empty(id, time), &all(Mechanism::Gap, 0.1)).vision));
    let law = law(0.1, 0.1, Mechanism::Gap);
    let training = |epoch| {
        let law = &law;
        move |id: &str| {
            places(&presence_of(&training_corruption(1, epoch, &empty(id, time), law, &any_population())).audio)
        }
    };
    differ(&training(0), &training(1));
}
