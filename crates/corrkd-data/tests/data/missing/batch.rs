//! What missingness does to a batch.

use super::{WIDTHS, any_mechanism, any_population, any_set, bits, present, split, statistics, unequal, whole};
use corrkd_config::{Condition, Missing, PerModality, Presence};
use corrkd_data::{Batch, epoch_order, test_corruption, training_corruption};
use proptest::prelude::*;

fn all_bits(batch: &Batch) -> PerModality<Vec<u32>> {
    batch.features.map(|_, values| bits(values))
}

fn masked(batch: &Batch, seed: u64, condition: &Condition) -> Batch {
    let statistics = any_population();
    batch.masked(&WIDTHS, |row| test_corruption(seed, row, condition, &statistics))
}

proptest! {
    #[test]
    fn nothing_missing_leaves_the_batch_bit_for_bit(split in split(any::<f32>()), seed: u64) {
        let batch = whole(&split);
        let masked = masked(&batch, seed, &Condition::COMPLETE);
        prop_assert_eq!(all_bits(&masked), all_bits(&batch));
        prop_assert_eq!(masked.present, batch.present);
    }

    #[test]
    fn absent_modalities_are_zeros_and_present_ones_untouched(split in split(any::<f32>()), seed: u64, set in any_set()) {
        let batch = whole(&split);
        let masked = masked(&batch, seed, &Condition::only(set));
        for (modality, values) in masked.features.iter() {
            let (frames, was) = (masked.present.get(modality), batch.present.get(modality));
            if set.has(modality) {
                prop_assert_eq!(bits(values), bits(batch.features.get(modality)));
                prop_assert_eq!(frames, was);
            } else {
                prop_assert_eq!(bits(values), vec![0; values.len()]); // the bits of +0.0
                prop_assert!(!frames.contains(&true));
            }
        }
    }

    #[test]
    fn a_missing_frame_is_zero_whatever_it_was_and_others_keep_their_bits(
        split in split(any::<f32>()), seed: u64, p in 0.0..1.0f64,
    ) {
        let batch = whole(&split);
        let masked = masked(&batch, seed, &Condition::dropped(p));
        for (b, sample) in split.samples.iter().enumerate() {
            let lengths = PerModality::from_fn(|m| sample.length(m));
            let drawn = present(seed, &unequal(&sample.id, lengths), &Condition::dropped(p));
            for (modality, &width) in WIDTHS.iter() {
                for (t, &drawn) in drawn.get(modality).iter().enumerate() {
                    let frame = b * batch.time.get(modality) + t;
                    let at = frame * width..(frame + 1) * width;
                    let present = drawn && sample.present.get(modality)[t];
                    let got = bits(&masked.features.get(modality)[at.clone()]);
                    let expected = if present { bits(&batch.features.get(modality)[at]) } else { vec![0; width] };
                    prop_assert_eq!(got, expected);
                    prop_assert_eq!(masked.present.get(modality)[frame], present);
                }
            }
        }
    }

    #[test]
    fn a_fate_knows_nothing_of_the_batch(
        split in split(-2.0..2.0f32), seed: u64, epoch in 0usize..100, other in 0usize..6, mechanism in any_mechanism(),
    ) {
        let law = Missing { mechanism: PerModality::all(mechanism), ..Missing::default() };
        let statistics = statistics(Presence::COMPLETE, split.clone());
        let masked = |batch: Batch| batch.masked(&WIDTHS, |row| training_corruption(seed, epoch, row, &law, &statistics));
        let together = masked(whole(&split));
        let other = other % split.samples.len();
        let alone = masked(Batch::gather(&split, &[other], &WIDTHS));
        for (modality, &width) in WIDTHS.iter() {
            let (first, length) = (other * together.time.get(modality), split.samples[other].length(modality));
            let frames = &together.features.get(modality)[first * width..][..length * width];
            prop_assert_eq!(bits(frames), bits(alone.features.get(modality)));
            prop_assert_eq!(&together.present.get(modality)[first..][..length], &alone.present.get(modality)[..]);
        }
    }

    #[test]
    fn a_batch_holds_its_samples_and_zeros_behind_them(split in split(any::<f32>())) {
        let batch = whole(&split);
        for (modality, &width) in WIDTHS.iter() {
            let time = *batch.time.get(modality);
            prop_assert_eq!(time, split.samples.iter().map(|s| s.length(modality)).max().unwrap());
            for (b, sample) in split.samples.iter().enumerate() {
                let length = sample.length(modality);
                prop_assert_eq!((&batch.ids[b], batch.labels[b]), (&sample.id, sample.label));
                prop_assert_eq!(batch.lengths.get(modality)[b], length);
                let row = &batch.features.get(modality)[b * time * width..(b + 1) * time * width];
                let (data, padding) = row.split_at(length * width);
                prop_assert_eq!(bits(data), bits(sample.features.get(modality)));
                prop_assert!(padding.iter().all(|value| value.to_bits() == 0));
                let (there, behind) = batch.present.get(modality)[b * time..(b + 1) * time].split_at(length);
                prop_assert_eq!(there, &sample.present.get(modality)[..]);
                prop_assert!(!behind.contains(&true));
            }
        }
    }
}

#[test]
fn each_epoch_visits_every_sample_in_its_own_order() {
    let orders = [epoch_order(50, 1, 0), epoch_order(50, 1, 1), epoch_order(50, 2, 0)];
    assert!(orders[0] != orders[1] && orders[0] != orders[2]);
    for mut order in orders {
        order.sort_unstable();
        assert_eq!(order, (0..50).collect::<Vec<_>>());
    }
}
