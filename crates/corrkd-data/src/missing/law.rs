//! Which modalities of a sample something happens to, and how much: in training and under a test condition.

use corrkd_config::{Condition, Damage, Missing, PerModality, Presence};
use corrkd_random::Stream;

use super::mechanism::corruption;
use super::{Corruption, DataStatistics};
use crate::Row;

/// Modality Random Missing for one sample in one epoch: the set that stays is uniform over the non-empty ones of those
/// modalities that the data set has (where `law.inter`), and each modality that stays draws a ratio p from `law.intra`,
/// at which `law.mechanism` happens to it.
#[must_use]
pub fn training_corruption<'a>(
    seed: u64,
    epoch: usize,
    row: &Row<'_>,
    law: &Missing,
    statistics: &'a DataStatistics,
) -> PerModality<Corruption<'a>> {
    let stream = Stream::new(seed, "training mask").at(epoch as u64).named(row.id);
    let present = match law.inter {
        true => {
            let sets: Vec<Presence> = statistics.modalities().subsets().collect();
            sets[stream.below(0, sets.len())]
        }
        false => Presence::COMPLETE,
    };
    let [low, high] = law.intra;
    PerModality::from_fn(|modality| {
        let stream = stream.at(modality as u64);
        match present.has(modality) {
            true => {
                let ratio = low + (high - low) * stream.named("ratio").uniform(0);
                corruption(law.mechanism, ratio, stream, row, modality, statistics)
            }
            false => Corruption::missing(vec![false; row.length]),
        }
    })
}

/// The corruptions of one sample under a test condition. The draws do not depend on the ratio, so a frame that is missing at
/// one ratio is missing at every higher one.
#[must_use]
pub fn test_corruption<'a>(
    seed: u64,
    row: &Row<'_>,
    condition: &Condition,
    statistics: &'a DataStatistics,
) -> PerModality<Corruption<'a>> {
    let stream = Stream::new(seed, "test mask").named(row.id);
    PerModality::from_fn(|modality| match condition.damage {
        Some(Damage { mechanism, streams, ratio }) if condition.present.has(modality) && streams.has(modality) => {
            corruption(mechanism, ratio, stream.at(modality as u64), row, modality, statistics)
        }
        _ => Corruption::missing(vec![condition.present.has(modality); row.length]),
    })
}
