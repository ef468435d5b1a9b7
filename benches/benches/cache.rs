//! The cache of a data set of MOSEI's size: opening it, and a shuffled epoch over its training samples mapped into memory
//! beside the same samples in memory. Made where it is absent, which takes two minutes.

use corrkd_benches::benchmarks;
use corrkd_config::{DatasetRef, PerModality};
use corrkd_data::{Batch, Dataset, Frames, Split, Trust, epoch_order, load, unseen};
use criterion::{BatchSize, Criterion, Throughput};
use std::hint::black_box;
use std::path::Path;

const BATCH: usize = 64;

fn open() -> Dataset {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench/cache");
    let dataset = DatasetRef { name: "synthetic".to_owned(), size: Some("mosei".to_owned()), fold: None };
    load(&dataset, None, &folder, Trust::Remembered, &unseen).expect("a data set")
}

fn epoch(split: &Split, widths: &PerModality<usize>) {
    for indices in epoch_order(split.samples.len(), 1, 1).chunks(BATCH) {
        black_box(Batch::gather(split, indices, widths));
    }
}

fn in_memory(mut split: Split) -> Split {
    for sample in &mut split.samples {
        sample.features = PerModality::from_fn(|m| Frames::from(sample.features.get(m).to_vec()));
    }
    split
}

fn cache(c: &mut Criterion) {
    let Dataset { train, valid, test, widths, .. } = open();
    let mut group = c.benchmark_group("cache");
    let all = train.samples.len() + valid.samples.len() + test.samples.len();
    group.throughput(Throughput::Elements(all as u64));
    group.bench_function("open", |b| b.iter_with_large_drop(open));
    group.throughput(Throughput::Elements(train.samples.len() as u64));
    let copied = in_memory(train.clone());
    group.bench_function("epoch, in memory", |b| b.iter(|| epoch(&copied, &widths)));
    group.bench_function("epoch, mapped", |b| b.iter(|| epoch(&train, &widths)));
    group.bench_function("epoch, mapped just now", |b| {
        b.iter_batched_ref(open, |dataset| epoch(&dataset.train, &widths), BatchSize::PerIteration);
    });
    group.finish();
}

benchmarks!(cache);
