//! Alignment: the frames and words of a video of MOSI's mean size, and the whole of a small data set from its files.

use corrkd_benches::benchmarks;
use corrkd_config::DatasetRef;
use corrkd_data::{load, overlaps, unseen};
use criterion::{BatchSize, Criterion, Throughput};
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
    let dataset = DatasetRef { name: "synthetic".to_owned(), size: Some("small".to_owned()) };
    let load = || load(&dataset, None, cache.path(), &unseen).expect("a data set");
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

benchmarks!(video, files);
