//! Missingness: which frames of a sample are there (method, "Modality Random Missing" and the test conditions).
//!
//! A mask is a pure function of the seed, the epoch or condition, the sample's id, the modality and the frame: it knows
//! nothing of batches, and every variant of an ablation sees the same ones.

use corrkd_config::{Condition, Missing, Modality, PerModality, Presence};
use corrkd_random::Stream;

/// For each modality and frame whether it is present (`true`) or missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masks(PerModality<Vec<bool>>);

impl Masks {
    /// The mask of one modality, one value per frame.
    #[must_use]
    pub fn get(&self, modality: Modality) -> &[bool] {
        self.0.get(modality)
    }

    /// Frames of absent modalities are missing; of the others, frame t where the modality's draw for it is below `ratio`.
    fn draw(stream: Stream, present: Presence, length: usize, ratio: impl Fn(Stream) -> f64) -> Self {
        Self(PerModality::from_fn(|modality| {
            let stream = stream.at(modality as u64);
            let ratio = ratio(stream);
            (0..length as u64).map(|t| present.has(modality) && stream.uniform(t) >= ratio).collect()
        }))
    }
}

/// Modality Random Missing for one sample in one epoch: the set that stays is uniform over the non-empty ones of those
/// that the data set `has` (where `law.inter`), and each modality that stays draws a ratio p from `law.intra` and loses each frame with
/// probability p.
#[must_use]
pub fn training_mask(seed: u64, epoch: usize, sample_id: &str, length: usize, has: Presence, law: &Missing) -> Masks {
    let stream = Stream::new(seed, "training mask").at(epoch as u64).named(sample_id);
    let present = match law.inter {
        true => {
            let sets: Vec<Presence> = has.subsets().collect();
            sets[stream.below(0, sets.len())]
        }
        false => Presence::COMPLETE,
    };
    let [low, high] = law.intra;
    Masks::draw(stream, present, length, |modality| low + (high - low) * modality.named("ratio").uniform(0))
}

/// The mask of one sample under a test condition. The draws do not depend on the ratio, so a frame that is missing at
/// one ratio is missing at every higher one.
#[must_use]
pub fn test_mask(seed: u64, sample_id: &str, length: usize, condition: &Condition) -> Masks {
    let stream = Stream::new(seed, "test mask").named(sample_id);
    Masks::draw(stream, condition.present, length, |_| condition.damage.map_or(0.0, |damage| damage.ratio))
}
