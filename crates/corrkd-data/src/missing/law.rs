//! Which modalities of a sample something happens to, and how much: in training and under a test condition.

use corrkd_config::{Condition, Damage, Missing, PerModality, Presence};
use corrkd_random::Stream;

use super::mechanism::corruption;
use super::{Corruption, DataStatistics};
use crate::Row;

/// Modality Random Missing for one sample in one epoch: the set that stays is uniform over the non-empty ones of those
/// modalities that the data set has (where `law.inter`), and each modality that stays draws a ratio p from its range of
/// `law.intra`, at which its mechanism happens to it.
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
    PerModality::from_fn(|modality| {
        let stream = stream.at(modality as u64);
        match present.has(modality) {
            true => {
                let [low, high] = *law.intra.get(modality);
                let ratio = low + (high - low) * stream.named("ratio").uniform(0);
                let damage = Damage { mechanism: *law.mechanism.get(modality), ratio, position: None };
                corruption(damage, stream, row, modality, statistics)
            }
            false => Corruption::missing(row.present.get(modality), |_| false),
        }
    })
}

/// The corruptions of one sample under a test condition. The draws do not depend on the ratio, so a frame that is missing at
/// one ratio is missing at every higher one, of a gap too.
#[must_use]
pub fn test_corruption<'a>(
    seed: u64,
    row: &Row<'_>,
    condition: &Condition,
    statistics: &'a DataStatistics,
) -> PerModality<Corruption<'a>> {
    let stream = Stream::new(seed, "test mask").named(row.id);
    PerModality::from_fn(|modality| match *condition.damage.get(modality) {
        Some(damage) if condition.present.has(modality) => {
            corruption(damage, stream.at(modality as u64), row, modality, statistics)
        }
        _ => Corruption::missing(row.present.get(modality), |_| condition.present.has(modality)),
    })
}
