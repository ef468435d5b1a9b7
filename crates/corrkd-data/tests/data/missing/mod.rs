//! Properties of missingness: of what it does to a batch, of its law, of its mechanisms.

mod batch;
mod gap;
mod law;
mod mean;
mod mechanisms;
mod nature;
mod noise;
mod rates;
mod words;

use corrkd_config::{Condition, Mechanism, Missing, Modality, PerModality, Presence};
use corrkd_data::{Batch, Corruption, DataStatistics, Row, Sample, Split, test_corruption};
use proptest::prelude::*;

const WIDTHS: PerModality<usize> = PerModality { language: 3, audio: 2, vision: 1 };
const TIME: usize = 8;

/// A frame for each T, and none where it holds no data.
type Track = Vec<Option<Vec<f32>>>;

/// Samples whose modalities have 1 to T frames each, with such values; a fourth of the frames holds no data.
fn split(value: impl Strategy<Value = f32> + Clone + 'static) -> impl Strategy<Value = Split> {
    let track = move |modality| {
        let frame = prop::collection::vec(value.clone(), *WIDTHS.get(modality));
        prop::collection::vec(prop::option::weighted(0.75, frame), 1..=TIME).boxed()
    };
    let tracks = (track(Modality::Language), track(Modality::Audio), track(Modality::Vision));
    prop::collection::vec(tracks, 1..6).prop_map(|samples| {
        let samples = samples.into_iter().enumerate();
        let numbered = |(n, (language, audio, vision)): (usize, (Track, Track, Track))| {
            sample(&format!("v{n}[{n}]"), n as f32 - 3.0, &PerModality { language, audio, vision })
        };
        Split { samples: samples.map(numbered).collect() }
    })
}

fn sample(id: &str, label: f32, tracks: &PerModality<Track>) -> Sample {
    let frame = |m: Modality, frame: &Option<Vec<f32>>| frame.clone().unwrap_or_else(|| vec![0.0; *WIDTHS.get(m)]);
    Sample {
        id: id.to_owned(),
        label,
        features: tracks.map(|m, track| track.iter().flat_map(|of| frame(m, of)).collect()),
        present: tracks.map(|_, track| track.iter().map(Option::is_some).collect()),
    }
}

fn whole(split: &Split) -> Batch {
    let indices: Vec<usize> = (0..split.samples.len()).collect();
    Batch::gather(split, &indices, &WIDTHS)
}

/// A sample before and after what happens to it, as a batch of one.
fn before_and_after(sample: &Sample, seed: u64, condition: &Condition, statistics: &DataStatistics) -> [Batch; 2] {
    let before = whole(&Split { samples: vec![sample.clone()] });
    let after = before.masked(&WIDTHS, |row| test_corruption(seed, row, condition, statistics));
    [before, after]
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// A data set of some modalities that trains on these samples, labelled from -3 to 3, whose language frames are words.
fn statistics(modalities: Presence, train: Split) -> DataStatistics {
    DataStatistics::new(modalities, [-3.0, 3.0], WIDTHS, train, true)
}

/// One that trains on nothing, which only noise, mean and words would ask for.
fn any_population() -> DataStatistics {
    statistics(Presence::COMPLETE, Split::default())
}

/// A sample of so many frames of zeros in each modality, of which the corruption is drawn all the same.
fn unequal(id: &str, lengths: PerModality<usize>) -> Row<'_> {
    let features = lengths.map(|m, length| &[0.0; 600][..length * WIDTHS.get(m)]);
    Row { id, label: 0.0, features, present: lengths.map(|_, &length| &[true; 200][..length]) }
}

/// One of as many frames in all modalities.
fn empty(id: &str, length: usize) -> Row<'_> {
    unequal(id, PerModality::all(length))
}

fn all(mechanism: Mechanism, ratio: f64) -> Condition {
    Condition::damaged(Presence::COMPLETE, mechanism, Presence::COMPLETE, ratio)
}

/// A law by which all modalities stay and the same happens to each, at a ratio from this range.
fn law(low: f64, high: f64, mechanism: Mechanism) -> Missing {
    Missing { inter: false, intra: PerModality::all([low, high]), mechanism: PerModality::all(mechanism) }
}

/// Which frames are present under a test condition.
fn present(seed: u64, row: &Row<'_>, condition: &Condition) -> PerModality<Vec<bool>> {
    presence_of(&test_corruption(seed, row, condition, &any_population()))
}

fn presence_of(corruptions: &PerModality<Corruption<'_>>) -> PerModality<Vec<bool>> {
    corruptions.map(|_, corruption| corruption.present().to_vec())
}

/// The places of the frames that are missing.
fn places(present: &[bool]) -> Vec<usize> {
    present.iter().enumerate().filter(|&(_, &present)| !present).map(|(t, _)| t).collect()
}

/// The number of frames that a share of `length` comes to.
fn share(ratio: f64, length: usize) -> usize {
    (ratio * length as f64).round() as usize
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("v[{i}]")).collect()
}

fn any_mechanism() -> impl Strategy<Value = Mechanism> + Clone {
    prop::sample::select(Mechanism::ALL.to_vec())
}

fn any_set() -> impl Strategy<Value = Presence> {
    prop::sample::select(Presence::ALL.to_vec())
}
