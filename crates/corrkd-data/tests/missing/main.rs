//! Properties of missingness: of what it does to a batch, of its law, of its mechanisms.

mod batch;
mod law;
mod mechanisms;
mod noise;

use corrkd_config::{Condition, PerModality, Presence};
use corrkd_data::{Batch, Corruption, DataStatistics, Row, Sample, Split, test_corruption};
use proptest::prelude::*;

const WIDTHS: PerModality<usize> = PerModality { language: 3, audio: 2, vision: 1 };
const TIME: usize = 8;

/// Samples of 1 to T frames with such values.
fn split(value: impl Strategy<Value = f32> + Clone) -> impl Strategy<Value = Split> {
    let sample = move |id: usize| {
        let value = value.clone();
        (1..=TIME).prop_flat_map(move |length| {
            let values = |width: usize| prop::collection::vec(value.clone(), length * width);
            (values(3), values(2), values(1)).prop_map(move |(language, audio, vision)| Sample {
                id: format!("v{id}[{id}]"),
                label: id as f32 - 3.0,
                length,
                features: PerModality { language: language.into(), audio: audio.into(), vision: vision.into() },
            })
        })
    };
    (1usize..6).prop_flat_map(move |n| (0..n).map(&sample).collect::<Vec<_>>()).prop_map(|samples| Split { samples })
}

fn whole(split: &Split) -> Batch {
    let indices: Vec<usize> = (0..split.samples.len()).collect();
    Batch::gather(split, &indices, &WIDTHS)
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// A data set of some modalities that trains on these samples, labelled from -3 to 3.
fn statistics(modalities: Presence, train: Split) -> DataStatistics {
    DataStatistics::new(modalities, [-3.0, 3.0], WIDTHS, train)
}

/// One that trains on nothing, which only noise would ask for.
fn any_population() -> DataStatistics {
    statistics(Presence::COMPLETE, Split::default())
}

/// A sample of frames that hold nothing, of which the corruption is drawn all the same.
fn empty(id: &str, length: usize) -> Row<'_> {
    Row { id, label: 0.0, length, features: WIDTHS.map(|_, width| &[0.0; 600][..length * width]) }
}

/// Which frames are present under a test condition.
fn present(seed: u64, row: &Row<'_>, condition: &Condition) -> PerModality<Vec<bool>> {
    presence_of(&test_corruption(seed, row, condition, &any_population()))
}

fn presence_of(corruptions: &PerModality<Corruption<'_>>) -> PerModality<Vec<bool>> {
    corruptions.map(|_, corruption| corruption.present().to_vec())
}
