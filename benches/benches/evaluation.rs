//! Evaluation: a network's answers for batches it does not learn from.

use corrkd_benches::{Evaluation, FORMS, Shape, benchmarks};
use criterion::{BenchmarkId, Criterion, Throughput};

fn evaluation(c: &mut Criterion) {
    let mut group = c.benchmark_group("evaluation");
    for shape in [Shape::WORDS, Shape::DEEP, Shape { batch: 256, ..Shape::WORDS }] {
        group.throughput(Throughput::Elements(shape.batch as u64));
        for (form, kernels) in FORMS {
            let evaluation = Evaluation::new(shape, kernels).expect("a network");
            let id = BenchmarkId::new(form, shape);
            group.bench_function(id, |b| b.iter(|| evaluation.logits().expect("logits")));
        }
    }
    group.finish();
}

benchmarks!(evaluation);
