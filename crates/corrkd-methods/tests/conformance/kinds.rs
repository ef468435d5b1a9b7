//! The kinds of data that every method is held to: made of the generated ones, where these are of one kind.

use corrkd_config::{Cuts, DatasetRef, Labels, Modality, PerModality, Scale};
use corrkd_data::{Dataset, Frames, Sample, Time};
use std::sync::LazyLock;

/// What they are called, the task on them, and the data. Made once: all tests look at the same.
pub(super) static KINDS: LazyLock<Vec<(&str, &str, Dataset)>> = LazyLock::new(|| {
    let sentiment = generated("synthetic");
    let scores = || part(sentiment.clone());
    vec![
        ("emotions", "emotion", generated("synthetic-emotion")),
        ("scores from 1 to 7", "regression", from_one_to_seven(scores())),
        ("seven uneven categories", "emotion", seven_categories(scores())),
        ("sequences of different lengths", "binary", unaligned(scores())),
        ("a sentiment", "binary", sentiment),
    ]
});

fn generated(recipe: &str) -> Dataset {
    let cache = tempfile::tempdir().unwrap();
    let dataset = DatasetRef { name: recipe.to_owned(), size: Some("small".to_owned()), fold: None };
    corrkd_data::load(&dataset, None, cache.path(), corrkd_data::Trust::Read, &corrkd_data::unseen).unwrap()
}

/// Fewer samples, which take less time.
fn part(mut data: Dataset) -> Dataset {
    for (split, samples) in [(&mut data.train, 67), (&mut data.valid, 30), (&mut data.test, 60)] {
        split.samples.truncate(samples);
    }
    data
}

/// The data with each sample of every split changed.
fn changed(mut data: Dataset, change: impl Fn(&mut Sample)) -> Dataset {
    [&mut data.train, &mut data.valid, &mut data.test]
        .into_iter()
        .flat_map(|split| &mut split.samples)
        .for_each(change);
    data
}

fn from_one_to_seven(data: Dataset) -> Dataset {
    let scale = Scale { range: [1.0, 7.0], neutral: 4.0, cuts: Cuts::default() };
    changed(Dataset { labels: Labels::Score(scale), ..data }, |sample| sample.label += 4.0)
}

/// Half of the samples are of the fourth category, and of the first and the last are few.
fn seven_categories(data: Dataset) -> Dataset {
    let names = ["disgust", "anger", "sadness", "neutral", "surprise", "joy", "fear"].map(str::to_owned).to_vec();
    changed(Dataset { labels: Labels::Categories(names), ..data }, |sample| {
        let strength = (sample.label.abs() - 0.75).max(0.0) * 1.3;
        sample.label = 3.0 + strength.ceil().min(3.0).copysign(sample.label);
    })
}

/// Audio has each frame twice, video every third.
fn unaligned(data: Dataset) -> Dataset {
    let time = data.time.longest();
    let time = PerModality { language: time, audio: 2 * time, vision: time.div_ceil(3) };
    let widths = data.widths;
    changed(Dataset { time: Time::Unaligned(time), ..data }, |sample| {
        let length = sample.length(Modality::Language);
        for (m, frames) in [
            (Modality::Audio, (0..2 * length).map(|frame| frame / 2).collect::<Vec<_>>()),
            (Modality::Vision, (0..length).step_by(3).collect()),
        ] {
            let width = *widths.get(m);
            let values = sample.features.get(m);
            let frame = |&frame: &usize| values[frame * width..][..width].to_vec();
            let values: Frames = frames.iter().flat_map(frame).collect();
            *sample.present.get_mut(m) = frames.iter().map(|&frame| sample.present.get(m)[frame]).collect();
            *sample.features.get_mut(m) = values;
        }
    })
}
