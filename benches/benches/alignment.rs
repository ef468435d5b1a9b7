//! Alignment: the intervals of a video of MOSI's mean size, the whole of a small data set from its files, and sequences
//! in memory, whose rows a second must not depend on how many they are.

use corrkd_benches::{WIDTHS, benchmarks};
use corrkd_config::DatasetRef;
use corrkd_csd::{Entry, Features, Rows};
use corrkd_data::mmdataset::Mmdataset;
use corrkd_data::{Collapse, Trust, load, overlaps, unseen};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use std::fs;

const SECONDS: f64 = 100.0;
const SEGMENTS: usize = 24;
const WORDS: usize = 290;
const FRAMES: usize = 10_000;

fn intervals(count: usize) -> Vec<[f64; 2]> {
    let each = SECONDS / count as f64;
    (0..count).map(|i| [i as f64 * each, (i + 1) as f64 * each]).collect()
}

fn video(c: &mut Criterion) {
    let mut group = c.benchmark_group("alignment");
    let (segments, words, frames) = (intervals(SEGMENTS), intervals(WORDS), intervals(FRAMES));
    group.throughput(Throughput::Elements(SEGMENTS as u64));
    group.bench_function("frames to words", |b| b.iter(|| overlaps(&words, &frames)));
    group.bench_function("words to segments", |b| b.iter(|| overlaps(&segments, &words)));
    group.finish();
}

fn files(c: &mut Criterion) {
    let cache = tempfile::tempdir().expect("a folder");
    let dataset = DatasetRef { name: "synthetic".to_owned(), size: Some("small".to_owned()), fold: None };
    let load = || load(&dataset, None, cache.path(), Trust::Remembered, &unseen).expect("a data set");
    let made = load();
    let aligned = cache.path().join(format!("{}-{}.safetensors", made.name, &made.fingerprint[..32]));
    let samples = [made.train, made.valid, made.test].map(|split| split.samples.len()).iter().sum::<usize>();
    let mut group = c.benchmark_group("alignment");
    group.throughput(Throughput::Elements(samples as u64));
    group.bench_function("files to samples", |b| {
        b.iter_batched(|| fs::remove_file(&aligned).expect("a cache file"), |()| load(), BatchSize::PerIteration);
    });
    group.finish();
}

/// Rows of COVAREP and of FACET in a second.
const RATES: [usize; 2] = [100, 30];
/// Words in ten seconds.
const SPEECH: usize = 33;

/// A video of so many seconds: vectors of its words, voice and face.
fn sequences(seconds: usize) -> Mmdataset {
    let [audio, vision] = RATES;
    let mut dataset = Mmdataset::new();
    for (name, rows, width) in [
        ("words", seconds * SPEECH / 10, WIDTHS.language),
        ("COVAREP", seconds * audio, WIDTHS.audio),
        ("FACET", seconds * vision, WIDTHS.vision),
    ] {
        let each = seconds as f64 / rows as f64;
        let interval = |row: usize| [row as f64 * each, (row + 1) as f64 * each];
        let values = (0..rows * width).map(|i| (i % 97) as f32).collect();
        let features = Features::F32(Rows::flat(width, values));
        let entry = Entry { intervals: (0..rows).map(interval).collect(), features };
        dataset.add(name, [("video".to_owned(), entry)]);
    }
    dataset
}

/// The first has 15,000 rows of voice, 4,500 of face and 495 words.
fn rows(c: &mut Criterion) {
    let mut group = c.benchmark_group("alignment");
    for seconds in [150, 600, 2400] {
        let dataset = sequences(seconds);
        let rows = seconds * RATES.iter().sum::<usize>();
        group.throughput(Throughput::Elements(rows as u64));
        group.bench_function(BenchmarkId::new("sequences to words", format!("{rows} rows")), |b| {
            let aligned = |mut dataset: Mmdataset| {
                dataset.align("words", &[Collapse::Mean]).expect("sequences that go together");
                dataset
            };
            b.iter_batched(|| dataset.clone(), aligned, BatchSize::PerIteration);
        });
    }
    group.finish();
}

benchmarks!(video, files, rows);
