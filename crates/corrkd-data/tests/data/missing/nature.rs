//! Frames that are missing by nature, and modalities of different lengths.

use super::{WIDTHS, all, any_mechanism, any_set, before_and_after, bits, split, statistics, unequal, whole};
use super::{any_population, law, presence_of, share};
use corrkd_config::{Condition, Mechanism, Modality, PerModality, Presence};
use corrkd_data::{Batch, Sample, test_corruption, training_corruption};
use proptest::prelude::*;

/// What holds no data is missing, and zero, and what is missing is zero but for a mean in its place. What was late takes
/// what it lacks along.
fn stays_missing(sample: &Sample, after: &Batch, late: usize) -> Result<(), TestCaseError> {
    for (m, &width) in WIDTHS.iter() {
        for (t, frame) in after.features.get(m).chunks(width).enumerate() {
            if t.checked_sub(late).is_none_or(|from| !sample.present.get(m)[from]) {
                prop_assert!(!after.present.get(m)[t], "frame {} of {}", t, m);
                prop_assert_eq!(bits(frame), vec![0; width]);
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_holds_no_data_stays_missing_and_zero(
        split in split(-2.0..2.0f32), seed: u64, set in any_set(), streams in any_set(), p in 0.0..=1.0f64,
        mechanism in any_mechanism().prop_filter("shifts", |m| *m != Mechanism::Delay),
    ) {
        let statistics = statistics(Presence::COMPLETE, split.clone());
        let condition = Condition::damaged(set, mechanism, streams, p);
        let law = law(p, p, mechanism);
        for sample in &split.samples {
            let [before, tested] = before_and_after(sample, seed, &condition, &statistics);
            let trained = before.masked(&WIDTHS, |row| training_corruption(seed, 3, row, &law, &statistics));
            stays_missing(sample, &tested, 0)?;
            stays_missing(sample, &trained, 0)?;
        }
    }

    #[test]
    fn a_delay_takes_along_what_is_missing(split in split(any::<f32>()), seed: u64, p in 0.0..=1.0f64) {
        let condition = all(Mechanism::Delay, p);
        for sample in &split.samples {
            let [before, after] = before_and_after(sample, seed, &condition, &any_population());
            for m in Modality::ALL {
                let late = share(p, sample.length(m));
                let is = after.present.get(m);
                prop_assert!(!is[..late].contains(&true));
                prop_assert_eq!(&is[late..], &before.present.get(m)[..is.len() - late]);
            }
        }
    }

    /// A modality's fate depends on its own frames alone: on how many they are, not on how many others there are.
    #[test]
    fn lengths_do_not_meddle(
        seed: u64, own in 1usize..60, other in 1usize..60, another in 1usize..60, p in 0.0..=1.0f64,
        mechanism in any_mechanism(),
    ) {
        for modality in Modality::ALL {
            let with = |others| unequal("v[0]", PerModality::from_fn(|m| if m == modality { own } else { others }));
            let fate = |others, condition: &Condition| {
                presence_of(&test_corruption(seed, &with(others), condition, &any_population())).get(modality).clone()
            };
            let condition = all(mechanism, p);
            prop_assert_eq!(fate(other, &condition), fate(another, &condition));
            prop_assert_eq!(fate(other, &condition).len(), own);
        }
    }
}

/// Language, audio and vision as MMSA's unaligned files have them, each with its own share of its own frames.
#[test]
fn fifty_words_and_hundreds_of_frames() {
    let row = unequal("v[0]", PerModality { language: 50, audio: 100, vision: 180 });
    for mechanism in [Mechanism::Tail, Mechanism::Gap, Mechanism::Delay] {
        let drawn = presence_of(&test_corruption(1, &row, &all(mechanism, 0.3), &any_population()));
        let lost = drawn.map(|_, frames| frames.iter().filter(|&&present| !present).count());
        assert_eq!(lost, PerModality { language: 15, audio: 30, vision: 54 }, "{mechanism}");
    }
}

/// The complete condition shows the data as they are.
#[test]
fn as_they_are() {
    let frames = |width| vec![Some(vec![1.0; width]), None, Some(vec![2.0; width])];
    let tracks = PerModality { language: frames(3), audio: frames(2), vision: vec![None] };
    let sample = super::sample("v[0]", 0.0, &tracks);
    let [before, after] = before_and_after(&sample, 1, &Condition::COMPLETE, &any_population());
    assert_eq!(before, after);
    assert_eq!((after.present.language, after.present.vision), (vec![true, false, true], vec![false]));
    let batch = whole(&corrkd_data::Split { samples: vec![sample] });
    assert_eq!(batch, before);
}
