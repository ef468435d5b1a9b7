//! What each mechanism does to the frames of one modality of one sample, at a ratio p.
//!
//! A frame is missing where its draw, uniform in [0, 1), is below the probability that the mechanism gives it. Frames,
//! label and energy ask the same draws, which makes them easier to compare.

use corrkd_config::{Mechanism, Modality};
use corrkd_random::Stream;

use super::bursts::bursts;
use super::noise::Noise;
use super::propensity::{energy_places, propensity};
use super::{Fate, Population};
use crate::Row;

/// The fate of one modality; `stream` is that of the sample and the modality.
pub(super) fn fate<'a>(
    mechanism: Mechanism,
    ratio: f64,
    stream: Stream,
    row: &Row<'_>,
    modality: Modality,
    population: &'a Population,
) -> Fate<'a> {
    let length = row.length;
    // Of one frame alone, half is all of it.
    let share = (ratio * length as f64).round() as usize;
    let drawn = |probability: &dyn Fn(usize) -> f64| {
        Fate::missing((0..length).map(|t| stream.uniform(t as u64) >= probability(t)).collect())
    };
    match mechanism {
        Mechanism::Frames => drawn(&|_| ratio),
        Mechanism::Bursts => Fate::missing(bursts(stream, length, ratio)),
        Mechanism::Tail => Fate::missing((0..length).map(|t| t < length - share).collect()),
        Mechanism::Delay => Fate::late(length, share),
        // Without noise, rounding would still change bits.
        Mechanism::Noise if ratio == 0.0 => Fate::missing(vec![true; length]),
        Mechanism::Noise => Fate::noisy(length, Noise::new(ratio, stream.named("noise"), population.moments(modality))),
        Mechanism::Label => {
            let probability = propensity(ratio, population.place(row.label));
            drawn(&|_| probability)
        }
        Mechanism::Energy => {
            let places = energy_places(row.features.get(modality), length);
            drawn(&|t| propensity(ratio, places[t]))
        }
    }
}
