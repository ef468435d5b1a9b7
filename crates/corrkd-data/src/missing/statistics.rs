//! What mechanisms need to know of the data set that a sample is from.

use corrkd_config::{Condition, Modality, PerModality, Presence};
use corrkd_random::Stream;
use std::convert::Infallible;
use std::sync::OnceLock;

use crate::moments::{Moments, moments};
use crate::{Sample, Split};

/// A data set's modalities, the range of its labels, and what its training frames hold.
#[derive(Debug)]
pub struct DataStatistics {
    modalities: Presence,
    range: [f32; 2],
    widths: PerModality<usize>,
    train: Split,
    words_at_hand: bool,
    // Made when a mechanism first asks for them, since all training frames are read for each.
    moments: PerModality<OnceLock<Vec<Moments>>>,
    means: PerModality<OnceLock<Vec<f32>>>,
    words: OnceLock<Vec<Word>>,
}

/// Where a word stands in the training split.
#[derive(Debug)]
struct Word {
    sample: usize,
    frame: usize,
}

impl DataStatistics {
    /// That of a data set with such modalities, least and greatest label, widths D, and training split; `words_at_hand`
    /// where its language frames are words, one each.
    #[must_use]
    pub fn new(
        modalities: Presence,
        range: [f32; 2],
        widths: PerModality<usize>,
        train: Split,
        words_at_hand: bool,
    ) -> Self {
        let (moments, means, words) = Default::default();
        Self { modalities, range, widths, train, words_at_hand, moments, means, words }
    }

    /// The modalities that the data set has.
    #[must_use]
    pub const fn modalities(&self) -> Presence {
        self.modalities
    }

    /// Whether a condition can be told from others on it: what is damaged is there, and words are where words are asked for.
    #[must_use]
    pub fn concerns(&self, condition: &Condition) -> bool {
        condition.concerns(self.modalities, self.words_at_hand)
    }

    /// Width D of a modality's frames.
    pub(super) fn width(&self, modality: Modality) -> usize {
        *self.widths.get(modality)
    }

    /// A label's place between the least, 0, and the greatest, 1.
    pub(super) fn place(&self, label: f32) -> f64 {
        let [low, high] = self.range.map(f64::from);
        ((f64::from(label) - low) / (high - low)).clamp(0.0, 1.0)
    }

    /// Mean and deviation of each feature over the training frames that hold data, D; zeros where none does.
    pub(super) fn moments(&self, modality: Modality) -> &[Moments] {
        self.moments.get(modality).get_or_init(|| {
            let width = self.width(modality);
            let frames = || self.train.samples.iter().flat_map(|s| holding_data(s, modality, width)).map(|(_, f)| f);
            let Ok(moments) = moments(width, frames().count(), |take| {
                frames().for_each(take);
                Ok::<_, Infallible>(())
            });
            moments
        })
    }

    /// The mean of the training frames that hold data, D.
    pub(super) fn mean(&self, modality: Modality) -> &[f32] {
        self.means.get(modality).get_or_init(|| self.moments(modality).iter().map(|of| of.mean as f32).collect())
    }

    /// The language frame of a word of the training split, D: each that holds data is as probable. None where none does.
    pub(super) fn word(&self, stream: Stream, position: u64) -> Option<&[f32]> {
        let width = self.width(Modality::Language);
        let words = self.words.get_or_init(|| {
            let samples = self.train.samples.iter().enumerate();
            let of = |(sample, s): (usize, _)| {
                holding_data(s, Modality::Language, width).map(move |(frame, _)| Word { sample, frame })
            };
            samples.flat_map(of).collect()
        });
        let Word { sample, frame } = words.get((!words.is_empty()).then(|| stream.below(position, words.len()))?)?;
        self.train.samples.get(*sample)?.features.language.get(frame * width..(frame + 1) * width)
    }
}

/// The frames (D) of a sample that hold data, each with its place.
fn holding_data(sample: &Sample, modality: Modality, width: usize) -> impl Iterator<Item = (usize, &[f32])> {
    let frames = sample.features.get(modality).chunks_exact(width).zip(sample.present.get(modality)).enumerate();
    frames.filter(|(_, (frame, present))| **present && holds_data(frame)).map(|(t, (frame, _))| (t, frame))
}

/// Whether a sample's frame, (D), holds data; those that do not are zero.
pub(super) fn holds_data(frame: &[f32]) -> bool {
    frame.iter().any(|&value| value != 0.0)
}
