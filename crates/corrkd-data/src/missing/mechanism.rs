//! What each mechanism does to the frames of one modality of one sample, at a ratio p.
//!
//! A frame is missing where its draw, uniform in [0, 1), is below the probability that the mechanism gives it. Frames, mean,
//! words, label and energy ask the same draws, which makes them easier to compare. T is the modality's own number of frames,
//! those that are missing by nature among them.

use corrkd_config::{Damage, Mechanism, Modality};
use corrkd_random::Stream;

use super::bursts::bursts;
use super::gap::gap;
use super::noise::Noise;
use super::propensity::{energy_places, propensity};
use super::words::words;
use super::{Corruption, DataStatistics};
use crate::Row;

/// The corruption of one modality; `stream` is that of the sample and the modality.
pub(super) fn corruption<'a>(
    damage: Damage,
    stream: Stream,
    row: &Row<'_>,
    modality: Modality,
    statistics: &'a DataStatistics,
) -> Corruption<'a> {
    let Damage { mechanism, ratio, position } = damage;
    let nature = *row.present.get(modality);
    let length = nature.len();
    // Of one frame alone, half is all of it.
    let share = (ratio * length as f64).round() as usize;
    let kept = |probability: f64, t: usize| stream.uniform(t as u64) >= probability;
    match mechanism {
        Mechanism::Frames => Corruption::missing(nature, |t| kept(ratio, t)),
        Mechanism::Bursts => Corruption::missing(nature, bursts(stream, ratio)),
        Mechanism::Tail => Corruption::missing(nature, |t| t < length - share),
        Mechanism::Gap => {
            let gap = gap(stream, length, share, position);
            Corruption::missing(nature, |t| !gap.contains(&t))
        }
        Mechanism::Delay => Corruption::late(nature, share),
        // Without noise, rounding would still change bits.
        Mechanism::Noise if ratio == 0.0 => Corruption::missing(nature, |_| true),
        Mechanism::Noise => {
            Corruption::noisy(nature, Noise::new(ratio, stream.named("noise"), statistics.moments(modality)))
        }
        Mechanism::Mean => {
            let taken = (0..length).filter(|&t| nature[t] && !kept(ratio, t));
            let means = taken.map(|t| (t, statistics.mean(modality))).collect();
            Corruption::missing(nature, |t| kept(ratio, t)).with_instead(means)
        }
        Mechanism::Words if modality == Modality::Language => words(ratio, stream, row, statistics),
        // Nobody misreads words in faces.
        Mechanism::Words => Corruption::missing(nature, |_| true),
        Mechanism::Label => {
            let probability = propensity(ratio, statistics.place(row.label));
            Corruption::missing(nature, |t| kept(probability, t))
        }
        Mechanism::Energy => {
            let places = energy_places(row.features.get(modality), length);
            Corruption::missing(nature, |t| kept(propensity(ratio, places[t]), t))
        }
    }
}
