//! Properties of masks and of masked batches.

use corrkd_config::{Condition, Missing, Modality, PerModality, Presence};
use corrkd_data::{Batch, Masks, Sample, Split, epoch_order, test_mask, training_mask};
use proptest::prelude::*;

const WIDTHS: PerModality<usize> = PerModality { language: 3, audio: 2, vision: 1 };
const TIME: usize = 8;

/// Samples of 1 to T frames with values of all kinds, NaN and infinities among them.
fn split() -> impl Strategy<Value = Split> {
    let sample = |id: usize| {
        (1..=TIME).prop_flat_map(move |length| {
            let values = |width: usize| prop::collection::vec(any::<f32>(), length * width);
            (values(3), values(2), values(1)).prop_map(move |(language, audio, vision)| Sample {
                id: format!("v{id}[{id}]"),
                label: id as f32,
                length,
                features: PerModality { language: language.into(), audio: audio.into(), vision: vision.into() },
            })
        })
    };
    (1usize..6).prop_flat_map(move |n| (0..n).map(sample).collect::<Vec<_>>()).prop_map(|samples| Split { samples })
}

fn whole(split: &Split) -> Batch {
    let indices: Vec<usize> = (0..split.samples.len()).collect();
    Batch::gather(split, &indices, &WIDTHS)
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn all_bits(batch: &Batch) -> PerModality<Vec<u32>> {
    batch.features.map(|_, values| bits(values))
}

proptest! {
    #[test]
    fn nothing_missing_leaves_the_batch_bit_for_bit(split in split(), seed: u64) {
        let batch = whole(&split);
        let masked = batch.masked(&WIDTHS, |id, n| test_mask(seed, id, n, &Condition::COMPLETE));
        prop_assert_eq!(all_bits(&masked), all_bits(&batch));
    }

    #[test]
    fn absent_modalities_are_zeros_and_present_ones_untouched(split in split(), seed: u64, which in 0usize..7) {
        let present = Presence::ALL[which];
        let batch = whole(&split);
        let masked = batch.masked(&WIDTHS, |id, n| test_mask(seed, id, n, &Condition::only(present)));
        for (modality, values) in masked.features.iter() {
            let expected = match present.has(modality) {
                true => bits(batch.features.get(modality)),
                false => vec![0; values.len()], // the bits of +0.0
            };
            prop_assert_eq!(bits(values), expected);
        }
    }

    #[test]
    fn a_masked_frame_is_zero_whatever_it_was_and_others_keep_their_bits(split in split(), seed: u64, p in 0.0..1.0f64) {
        let batch = whole(&split);
        let mask = |id: &str, n: usize| test_mask(seed, id, n, &Condition::dropped(p));
        let masked = batch.masked(&WIDTHS, mask);
        for (b, sample) in split.samples.iter().enumerate() {
            let masks = mask(&sample.id, sample.length);
            for (modality, &width) in WIDTHS.iter() {
                for (t, &present) in masks.get(modality).iter().enumerate() {
                    let at = (b * batch.time + t) * width..(b * batch.time + t + 1) * width;
                    let got = bits(&masked.features.get(modality)[at.clone()]);
                    let expected = if present { bits(&batch.features.get(modality)[at]) } else { vec![0; width] };
                    prop_assert_eq!(got, expected);
                }
            }
        }
    }

    #[test]
    fn a_higher_ratio_misses_all_that_a_lower_one_does(seed: u64, a in 0.0..=1.0f64, b in 0.0..=1.0f64) {
        let (low, high) = (a.min(b), a.max(b));
        let [less, more] = [low, high].map(|p| test_mask(seed, "v[0]", 50, &Condition::dropped(p)));
        for modality in Modality::ALL {
            for (&kept_at_low, &kept_at_high) in less.get(modality).iter().zip(more.get(modality)) {
                prop_assert!(kept_at_low || !kept_at_high);
            }
        }
    }

    #[test]
    fn a_mask_knows_nothing_of_the_batch(split in split(), seed: u64, epoch in 0usize..100, other in 0usize..6) {
        let law = Missing::default();
        let mask = |id: &str, n: usize| training_mask(seed, epoch, id, n, Presence::COMPLETE, &law);
        let together = whole(&split).masked(&WIDTHS, mask);
        let other = other % split.samples.len();
        let alone = Batch::gather(&split, &[other], &WIDTHS).masked(&WIDTHS, mask);
        for (modality, &width) in WIDTHS.iter() {
            let row = &together.features.get(modality)[other * together.time * width..];
            let frames = split.samples[other].length * width;
            prop_assert_eq!(bits(&row[..frames]), bits(&alone.features.get(modality)[..frames]));
        }
    }

    #[test]
    fn a_batch_holds_its_samples_and_zeros_behind_them(split in split()) {
        let batch = whole(&split);
        prop_assert_eq!(batch.time, split.samples.iter().map(|s| s.length).max().unwrap());
        for (b, sample) in split.samples.iter().enumerate() {
            prop_assert_eq!((&batch.ids[b], batch.labels[b], batch.lengths[b]), (&sample.id, sample.label, sample.length));
            for (modality, &width) in WIDTHS.iter() {
                let row = &batch.features.get(modality)[b * batch.time * width..(b + 1) * batch.time * width];
                let (data, padding) = row.split_at(sample.length * width);
                prop_assert_eq!(bits(data), bits(sample.features.get(modality)));
                prop_assert!(padding.iter().all(|value| value.to_bits() == 0));
            }
        }
    }
}

/// Share of present frames per modality, and the correlation of each pair of modalities.
fn moments(masks: &[Masks]) -> ([f64; 3], [f64; 3]) {
    let present = |m: Modality| masks.iter().flat_map(move |mask| mask.get(m)).map(|&p| f64::from(u8::from(p)));
    let count = present(Modality::Language).count() as f64;
    let mean = |m| present(m).sum::<f64>() / count;
    let correlation = |a, b| {
        let both = present(a).zip(present(b)).map(|(x, y)| x * y).sum::<f64>() / count;
        let deviation = |m| (mean(m) * (1.0 - mean(m))).sqrt();
        (both - mean(a) * mean(b)) / (deviation(a) * deviation(b))
    };
    let [l, a, v] = Modality::ALL;
    ([mean(l), mean(a), mean(v)], [correlation(l, a), correlation(l, v), correlation(a, v)])
}

#[test]
fn modalities_draw_independently_and_alike() {
    let ids: Vec<String> = (0..2000).map(|i| format!("v[{i}]")).collect();
    let test = ids.iter().map(|id| test_mask(1, id, 20, &Condition::dropped(0.3))).collect::<Vec<_>>();
    let (means, correlations) = moments(&test);
    // 40,000 draws: standard errors 0.0023 and 0.005.
    assert!(means.iter().all(|mean| (mean - 0.7).abs() < 0.01), "{means:?}");
    assert!(correlations.iter().all(|r| r.abs() < 0.02), "{correlations:?}");
    // Training without loss of whole modalities: frames of a sample share a ratio, so 2,000 of them count.
    let law = Missing { inter: false, ..Missing::default() };
    let training = ids.iter().map(|id| training_mask(1, 5, id, 20, Presence::COMPLETE, &law)).collect::<Vec<_>>();
    let (means, correlations) = moments(&training);
    assert!(means.iter().all(|mean| (mean - 0.5).abs() < 0.03), "{means:?}");
    assert!(correlations.iter().all(|r| r.abs() < 0.04), "{correlations:?}");
}

#[test]
fn the_sets_of_what_there_is_come_equally_often() {
    let law = Missing { intra: [0.0, 0.0], ..Missing::default() };
    for has in Presence::ALL {
        let sets: Vec<Presence> = has.subsets().collect();
        let mut counts = vec![0u32; sets.len()];
        for i in 0..1000 * sets.len() {
            let mask = training_mask(2, 0, &format!("v[{i}]"), 1, has, &law);
            let drawn = |set: &Presence| Modality::ALL.into_iter().all(|m| mask.get(m) == [set.has(m)]);
            let set = sets.iter().position(drawn);
            counts[set.expect("never empty, and no frame of a modality that stays is lost")] += 1;
        }
        // 1,000 each, standard deviation 29 at most.
        assert!(counts.iter().all(|&n| (880..=1120).contains(&n)), "{has}: {counts:?}");
    }
}

#[test]
fn certain_laws_and_changing_epochs() {
    let all = |mask: &Masks, value: bool| Modality::ALL.into_iter().all(|m| mask.get(m).iter().all(|&p| p == value));
    let law = |low, high| Missing { inter: false, intra: [low, high], ..Missing::default() };
    assert!(all(&training_mask(1, 0, "v[0]", 30, Presence::COMPLETE, &law(0.0, 0.0)), true));
    assert!(all(&training_mask(1, 0, "v[0]", 30, Presence::COMPLETE, &law(1.0, 1.0)), false));
    assert!(all(&test_mask(1, "v[0]", 30, &Condition::dropped(1.0)), false));
    let half = |seed, epoch, id| training_mask(seed, epoch, id, 30, Presence::COMPLETE, &law(0.5, 0.5));
    assert_eq!(half(1, 0, "v[0]"), half(1, 0, "v[0]"));
    for other in [half(2, 0, "v[0]"), half(1, 1, "v[0]"), half(1, 0, "v[1]")] {
        assert_ne!(half(1, 0, "v[0]"), other);
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

/// As a text: # present, . missing.
fn drawn(mask: &Masks) -> [String; 3] {
    Modality::ALL.map(|m| mask.get(m).iter().map(|&present| if present { '#' } else { '.' }).collect())
}

/// Independent frames, as runs have always drawn them. With `Stream` of corrkd-random/tests/golden/stream.py:
///
/// ```python
/// def draw(stream, there, ratio):
///     streams = {m: stream.at(number) for number, m in enumerate("lav") if m in there}
///     return {m: "".join(".#"[s.uniform(t) >= ratio(s)] for t in range(40)) for m, s in streams.items()}
/// print(draw(Stream(7, "test mask").named("v[3]"), "lav", lambda s: 0.5))
/// for i in 2, 5:
///     of_sample = Stream(7, "training mask").at(2).named(f"v[{i}]")
///     there = ["l", "a", "v", "la", "lv", "av", "lav"][of_sample.below(0, 7)]
///     print(draw(of_sample, there, lambda s: s.named("ratio").uniform(0)))
/// ```
#[test]
fn frames_are_drawn_as_ever() {
    assert_eq!(
        drawn(&test_mask(7, "v[3]", 40, &Condition::dropped(0.5))),
        [
            "##.#.####.....######..###..###..##.#.##.",
            "..###...#....##.#.##.#.#.###.#...#...###",
            "#..........##.###.#######.#.#.....##..##",
        ]
    );
    let training = |id| drawn(&training_mask(7, 2, id, 40, Presence::COMPLETE, &Missing::default()));
    assert_eq!(
        training("v[2]"),
        [
            "....#######..##.####.#.....#...###.#..#.",
            ".......##..........#..#....#............",
            "..##.#....#........#...#....#....##.....",
        ]
    );
    assert_eq!(
        training("v[5]"),
        [
            "........................................",
            "..................#.....................",
            ".............#......#.##.....#.#........",
        ]
    );
}
