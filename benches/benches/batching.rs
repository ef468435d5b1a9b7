//! From a split's samples to a network's inputs: batches, the frames that training takes away, tensors.

use candle_core::{DType, Device};
use corrkd_benches::{Shape, WIDTHS, benchmarks};
use corrkd_config::{Missing, PerModality, Presence};
use corrkd_data::{Batch, DataStatistics, Sample, Split, training_corruption};
use corrkd_train::Inputs;
use criterion::{BenchmarkId, Criterion, Throughput};

/// One batch of samples, the longest T frames long, the shortest half of that.
fn split(shape: Shape) -> Split {
    let features = shape.features();
    let sample = |i: usize| {
        let length = shape.times().map(|_, time| time - i % (time / 2 + 1));
        let features = PerModality::from_fn(|m| {
            let (time, width) = (*shape.times().get(m), *WIDTHS.get(m));
            features.get(m)[i * time * width..][..length.get(m) * width].to_vec().into()
        });
        let present = length.map(|_, &length| vec![true; length]);
        Sample { id: format!("video[{i}]"), label: 1.0, present, features }
    };
    Split { samples: (0..shape.batch).map(sample).collect() }
}

fn batching(c: &mut Criterion) {
    let mut group = c.benchmark_group("batching");
    for shape in [Shape::SMALL, Shape::WORDS] {
        let split = split(shape);
        let order: Vec<usize> = (0..shape.batch).rev().collect();
        let batch = Batch::gather(&split, &order, &WIDTHS);
        let law = Missing::default();
        let statistics = DataStatistics::new(Presence::COMPLETE, [-3.0, 3.0], WIDTHS, Split::default(), false);
        let id = |what| BenchmarkId::new(what, format!("B{}-T{}", shape.batch, shape.frames()));
        group.throughput(Throughput::Elements(shape.batch as u64));
        group.bench_function(id("gather"), |b| b.iter(|| Batch::gather(&split, &order, &WIDTHS)));
        group.bench_function(id("mask"), |b| {
            b.iter(|| batch.masked(&WIDTHS, |row| training_corruption(1, 1, row, &law, &statistics)));
        });
        group.bench_function(id("tensors"), |b| {
            b.iter(|| {
                let Batch { features, lengths, time, .. } = &batch;
                Inputs::new(features.clone(), lengths, time, &WIDTHS, DType::F32, &Device::Cpu).expect("inputs")
            });
        });
    }
    group.finish();
}

benchmarks!(batching);
