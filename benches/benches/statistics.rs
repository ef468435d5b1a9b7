//! RCD's statistics network over all N x N pairs.

use candle_core::{DType, Device};
use corrkd_benches::{FORMS, Shape, benchmarks};
use corrkd_methods::corrkd::StatisticsNetwork;
use corrkd_nn::Params;
use criterion::{BenchmarkId, Criterion, Throughput};

const HIDDEN: usize = 64;

fn statistics(c: &mut Criterion) {
    let mut group = c.benchmark_group("statistics");
    for shape in [Shape::SMALL, Shape::WORDS] {
        let [teacher, student] = ["teacher", "student"].map(|name| shape.rows(name, 1).expect("responses"));
        let id = |what, form| BenchmarkId::new(format!("{what} {form}"), format!("N{}", shape.batch));
        group.throughput(Throughput::Elements(shape.batch as u64));
        for (form, kernels) in FORMS {
            let mut params = Params::new(1, DType::F32, &Device::Cpu).with(kernels);
            let network = StatisticsNetwork::new(params.root().sub("target"), 1, HIDDEN).expect("a network");
            group.bench_function(id("forward", form), |b| {
                b.iter(|| network.forward(&teacher, &student).expect("scores"));
            });
            group.bench_function(id("training", form), |b| {
                b.iter(|| network.forward(&teacher, &student)?.sum_all()?.backward());
            });
        }
    }
    group.finish();
}

benchmarks!(statistics);
