//! A whole training step with all losses: the student's forward and backward pass, Adam; the teacher was asked before.

use corrkd_benches::{FORMS, Losses, Shape, Step, benchmarks};
use criterion::{BenchmarkId, Criterion, Throughput};

fn step(c: &mut Criterion) {
    let mut group = c.benchmark_group("step");
    for shape in [Shape::SMALL, Shape::WORDS, Shape::DEEP] {
        group.throughput(Throughput::Elements(shape.batch as u64));
        for (form, kernels) in FORMS {
            let mut step = Step::new(shape, true, Losses::All, kernels).expect("a step");
            let id = BenchmarkId::new(form, shape);
            group.bench_function(id, |b| b.iter(|| step.train().expect("a trained step")));
        }
    }
    group.finish();
}

benchmarks!(step);
