//! The law of what is missing: independent frames, sets of modalities, seeds and epochs.

use super::{any_population, empty, law, presence_of, present, statistics};
use corrkd_config::{Condition, Mechanism, Missing, Modality, PerModality, Presence};
use corrkd_data::{Split, training_corruption};

/// Which frames of such a sample a student gets to see.
fn training(seed: u64, epoch: usize, id: &str, length: usize, law: &Missing) -> PerModality<Vec<bool>> {
    presence_of(&training_corruption(seed, epoch, &empty(id, length), law, &any_population()))
}

/// Share of present frames per modality, and the correlation of each pair of modalities.
fn moments(drawn: &[PerModality<Vec<bool>>]) -> ([f64; 3], [f64; 3]) {
    let present = |m: Modality| drawn.iter().flat_map(move |sample| sample.get(m)).map(|&p| f64::from(u8::from(p)));
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
    let test = ids.iter().map(|id| present(1, &empty(id, 20), &Condition::dropped(0.3))).collect::<Vec<_>>();
    let (means, correlations) = moments(&test);
    // 40,000 draws: standard errors 0.0023 and 0.005.
    assert!(means.iter().all(|mean| (mean - 0.7).abs() < 0.01), "{means:?}");
    assert!(correlations.iter().all(|r| r.abs() < 0.02), "{correlations:?}");
    // Training without loss of whole modalities: frames of a sample share a ratio, so 2,000 of them count.
    let law = law(0.0, 1.0, Mechanism::Frames);
    let training = ids.iter().map(|id| training(1, 5, id, 20, &law)).collect::<Vec<_>>();
    let (means, correlations) = moments(&training);
    assert!(means.iter().all(|mean| (mean - 0.5).abs() < 0.03), "{means:?}");
    assert!(correlations.iter().all(|r| r.abs() < 0.04), "{correlations:?}");
}

#[test]
fn the_sets_of_what_there_is_come_equally_often() {
    let law = Missing { intra: PerModality::all([0.0, 0.0]), ..Missing::default() };
    for has in Presence::ALL {
        let sets: Vec<Presence> = has.subsets().collect();
        let statistics = statistics(has, Split::default());
        let mut counts = vec![0u32; sets.len()];
        for i in 0..1000 * sets.len() {
            let drawn = presence_of(&training_corruption(2, 0, &empty(&format!("v[{i}]"), 1), &law, &statistics));
            let is_drawn = |set: &Presence| Modality::ALL.into_iter().all(|m| *drawn.get(m) == [set.has(m)]);
            let set = sets.iter().position(is_drawn);
            counts[set.expect("never empty, and no frame of a modality that stays is lost")] += 1;
        }
        // 1,000 each, standard deviation 29 at most.
        assert!(counts.iter().all(|&n| (880..=1120).contains(&n)), "{has}: {counts:?}");
    }
}

#[test]
fn certain_laws_and_changing_epochs() {
    let all =
        |drawn: &PerModality<Vec<bool>>, value| drawn.iter().all(|(_, frames)| frames.iter().all(|&p| p == value));
    let law = |low, high| law(low, high, Mechanism::Frames);
    assert!(all(&training(1, 0, "v[0]", 30, &law(0.0, 0.0)), true));
    assert!(all(&training(1, 0, "v[0]", 30, &law(1.0, 1.0)), false));
    assert!(all(&present(1, &empty("v[0]", 30), &Condition::dropped(1.0)), false));
    let half = |seed, epoch, id| training(seed, epoch, id, 30, &law(0.5, 0.5));
    assert_eq!(half(1, 0, "v[0]"), half(1, 0, "v[0]"));
    for other in [half(2, 0, "v[0]"), half(1, 1, "v[0]"), half(1, 0, "v[1]")] {
        assert_ne!(half(1, 0, "v[0]"), other);
    }
}

/// As a text: # present, . missing.
fn text(drawn: &PerModality<Vec<bool>>) -> [String; 3] {
    Modality::ALL.map(|m| drawn.get(m).iter().map(|&present| if present { '#' } else { '.' }).collect())
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
        text(&present(7, &empty("v[3]", 40), &Condition::dropped(0.5))),
        [
            "##.#.####.....######..###..###..##.#.##.",
            "..###...#....##.#.##.#.#.###.#...#...###",
            "#..........##.###.#######.#.#.....##..##",
        ]
    );
    let training = |id| text(&training(7, 2, id, 40, &Missing::default()));
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

/// Another mechanism changes what happens to the modalities that stay, not which those are.
#[test]
fn the_set_that_stays_does_not_depend_on_the_mechanism() {
    for id in (0..50).map(|i| format!("v[{i}]")) {
        let stays = |mechanism| {
            let law =
                Missing { intra: PerModality::all([0.2, 0.2]), mechanism: PerModality::all(mechanism), inter: true };
            training(3, 1, &id, 60, &law).map(|_, frames| frames.contains(&true))
        };
        for mechanism in Mechanism::ALL {
            assert_eq!(stays(mechanism), stays(Mechanism::Frames), "{mechanism}");
        }
    }
}

/// Each modality draws a ratio of its own, whatever the mechanism.
#[test]
fn tails_of_training_are_as_long_as_their_modalities_ratios() {
    let law = law(0.2, 0.6, Mechanism::Tail);
    let lengths = (0..500).flat_map(|i| {
        let drawn = training(1, 1, &format!("v[{i}]"), 100, &law);
        Modality::ALL.map(|m| drawn.get(m).iter().filter(|&&present| !present).count())
    });
    let lengths: Vec<usize> = lengths.collect();
    assert!(lengths.iter().all(|length| (20..=60).contains(length)));
    assert!(lengths.chunks(3).filter(|of| of[0] != of[1] && of[1] != of[2]).count() > 400);
    // Uniform between 20 and 60: standard deviation 11.5, of the mean of 1,500 0.3.
    let mean = lengths.iter().sum::<usize>() as f64 / lengths.len() as f64;
    assert!((mean - 40.0).abs() < 1.5, "{mean}");
}
