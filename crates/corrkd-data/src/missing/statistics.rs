//! What mechanisms need to know of the data set that a sample is from.

use corrkd_config::{Modality, PerModality, Presence};
use std::convert::Infallible;
use std::sync::OnceLock;

use super::noise::holds_data;
use crate::Split;
use crate::moments::{Moments, moments};

/// A data set's modalities, the range of its labels, and the moments of each feature over its training frames.
#[derive(Debug)]
pub struct DataStatistics {
    modalities: Presence,
    range: [f32; 2],
    widths: PerModality<usize>,
    train: Split,
    /// Made when a mechanism first asks for them, since all training frames are read for it.
    moments: PerModality<OnceLock<Vec<Moments>>>,
}

impl DataStatistics {
    /// That of a data set with such modalities, least and greatest label, widths D, and training split.
    #[must_use]
    pub fn new(modalities: Presence, range: [f32; 2], widths: PerModality<usize>, train: Split) -> Self {
        Self { modalities, range, widths, train, moments: PerModality::default() }
    }

    /// The modalities that the data set has.
    #[must_use]
    pub const fn modalities(&self) -> Presence {
        self.modalities
    }

    /// A label's place between the least, 0, and the greatest, 1.
    pub(super) fn place(&self, label: f32) -> f64 {
        let [low, high] = self.range.map(f64::from);
        ((f64::from(label) - low) / (high - low)).clamp(0.0, 1.0)
    }

    /// Mean and deviation of each feature over the training frames that hold data, D.
    pub(super) fn moments(&self, modality: Modality) -> &[Moments] {
        self.moments.get(modality).get_or_init(|| {
            let width = *self.widths.get(modality);
            let frames = || {
                let samples = self.train.samples.iter();
                samples.flat_map(|sample| sample.features.get(modality).chunks_exact(width)).filter(|f| holds_data(f))
            };
            let Ok(moments) = moments(width, frames().count(), |take| {
                frames().for_each(take);
                Ok::<_, Infallible>(())
            });
            moments
        })
    }
}
