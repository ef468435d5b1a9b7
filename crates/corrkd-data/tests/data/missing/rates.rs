//! Rates, and mechanisms, of its own for each modality.

use super::{WIDTHS, any_mechanism, any_population, bits, empty, ids, presence_of, split, statistics, whole};
use corrkd_config::{Condition, Damage, Missing, Modality, PerModality, Presence};
use corrkd_data::{test_corruption, training_corruption};
use proptest::prelude::*;

fn each<T: std::fmt::Debug + Clone>(of: impl Strategy<Value = T> + Clone) -> impl Strategy<Value = PerModality<T>> {
    (of.clone(), of.clone(), of).prop_map(|(language, audio, vision)| PerModality { language, audio, vision })
}

fn any_range() -> impl Strategy<Value = [f64; 2]> + Clone {
    (0.0..=1.0f64, 0.0..=1.0f64).prop_map(|(a, b)| [a.min(b), a.max(b)])
}

proptest! {
    /// What happens to a modality is what happens to it where the same happens to all.
    #[test]
    fn modalities_are_tested_each_by_itself(
        split in split(-2.0..2.0f32), seed: u64, ratios in each(0.0..=1.0f64), mechanisms in each(any_mechanism()),
    ) {
        let statistics = statistics(Presence::COMPLETE, split.clone());
        let damages = ratios.map(|m, &ratio| {
            (ratio != 0.0).then_some(Damage { mechanism: *mechanisms.get(m), ratio, position: None })
        });
        let batch = whole(&split);
        let under = |damage| {
            let condition = Condition { present: Presence::COMPLETE, damage };
            batch.masked(&WIDTHS, |row| test_corruption(seed, row, &condition, &statistics))
        };
        let together = under(damages);
        for (m, &damage) in damages.iter() {
            let alike = under(PerModality::all(damage));
            prop_assert_eq!(bits(together.features.get(m)), bits(alike.features.get(m)));
            prop_assert_eq!(together.present.get(m), alike.present.get(m));
        }
    }

    #[test]
    fn modalities_are_trained_each_by_itself(
        split in split(-2.0..2.0f32), seed: u64, epoch in 0usize..100, inter: bool, intra in each(any_range()),
        mechanism in each(any_mechanism()),
    ) {
        let statistics = statistics(Presence::COMPLETE, split.clone());
        let batch = whole(&split);
        let under = |intra, mechanism| {
            let law = Missing { inter, intra, mechanism };
            batch.masked(&WIDTHS, |row| training_corruption(seed, epoch, row, &law, &statistics))
        };
        let together = under(intra, mechanism);
        for (m, &range) in intra.iter() {
            let alike = under(PerModality::all(range), PerModality::all(*mechanism.get(m)));
            prop_assert_eq!(bits(together.features.get(m)), bits(alike.features.get(m)));
            prop_assert_eq!(together.present.get(m), alike.present.get(m));
        }
    }
}

/// Language loses a tenth of its frames, audio a half, vision from a half to all.
#[test]
fn shares_by_modality() {
    let intra = PerModality { language: [0.1, 0.1], audio: [0.5, 0.5], vision: [0.5, 1.0] };
    let law = Missing { inter: false, intra, ..Missing::default() };
    let mut lost = PerModality { language: 0.0, audio: 0.0, vision: 0.0 };
    for id in ids(2000) {
        let drawn = presence_of(&training_corruption(1, 1, &empty(&id, 20), &law, &any_population()));
        for m in Modality::ALL {
            *lost.get_mut(m) += drawn.get(m).iter().filter(|&&present| !present).count() as f64 / 40_000.0;
        }
    }
    // Standard errors 0.0015, 0.0025 and 0.004.
    let near = |got: f64, expected: f64| (got - expected).abs() < 0.015;
    assert!(near(lost.language, 0.1) && near(lost.audio, 0.5) && near(lost.vision, 0.75), "{lost:?}");
}

/// The same as independent frames of each have always been drawn (`frames_are_drawn_as_ever`).
#[test]
fn by_a_text() {
    let text = |condition: &str| {
        let drawn = super::present(7, &empty("v[3]", 40), &condition.parse().unwrap());
        Modality::ALL.map(|m| drawn.get(m).iter().map(|&present| if present { '#' } else { '.' }).collect::<String>())
    };
    assert_eq!(
        text("lav@frames-l:0.5+tail-v:0.25"),
        [
            "##.#.####.....######..###..###..##.#.##.",
            "########################################",
            "##############################..........",
        ]
    );
}
