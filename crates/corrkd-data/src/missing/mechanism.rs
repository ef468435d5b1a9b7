//! What each mechanism does to the frames of one modality of one sample, at a ratio p.
//!
//! A frame is missing where its draw, uniform in [0, 1), is below the probability that the mechanism gives it. Frames,
//! label and energy ask the same draws, which makes them easier to compare.

use corrkd_config::{Mechanism, Modality};
use corrkd_random::Stream;

use super::bursts::bursts;
use super::noise::Noise;
use super::propensity::{energy_places, propensity};
use super::{Corruption, DataStatistics};
use crate::Row;

/// The corruption of one modality; `stream` is that of the sample and the modality.
pub(super) fn corruption<'a>(
    mechanism: Mechanism,
    ratio: f64,
    stream: Stream,
    row: &Row<'_>,
    modality: Modality,
    statistics: &'a DataStatistics,
) -> Corruption<'a> {
    let length = row.length;
    // Of one frame alone, half is all of it.
    let share = (ratio * length as f64).round() as usize;
    let drawn = |probability: &dyn Fn(usize) -> f64| {
        Corruption::missing((0..length).map(|t| stream.uniform(t as u64) >= probability(t)).collect())
    };
    match mechanism {
        Mechanism::Frames => drawn(&|_| ratio),
        Mechanism::Bursts => Corruption::missing(bursts(stream, length, ratio)),
        Mechanism::Tail => Corruption::missing((0..length).map(|t| t < length - share).collect()),
        Mechanism::Delay => Corruption::late(length, share),
        // Without noise, rounding would still change bits.
        Mechanism::Noise if ratio == 0.0 => Corruption::missing(vec![true; length]),
        Mechanism::Noise => {
            Corruption::noisy(length, Noise::new(ratio, stream.named("noise"), statistics.moments(modality)))
        }
        Mechanism::Label => {
            let probability = propensity(ratio, statistics.place(row.label));
            drawn(&|_| probability)
        }
        Mechanism::Energy => {
            let places = energy_places(row.features.get(modality), length);
            drawn(&|t| propensity(ratio, places[t]))
        }
    }
}
