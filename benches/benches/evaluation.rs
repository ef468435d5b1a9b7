//! Evaluation: a network's answers for batches it does not learn from.

use corrkd_benches::{FORMS, Losses, Shape, Step, benchmarks};
use criterion::{BenchmarkId, Criterion, Throughput};

fn evaluation(c: &mut Criterion) {
    let mut group = c.benchmark_group("evaluation");
    for shape in [Shape::WORDS, Shape::DEEP, Shape { batch: 256, ..Shape::WORDS }] {
        group.throughput(Throughput::Elements(shape.batch as u64));
        for (form, kernels) in FORMS {
            let step = Step::new(shape, false, Losses::Distance, kernels).expect("a step");
            let id = BenchmarkId::new(form, shape);
            group.bench_function(id, |b| b.iter(|| step.evaluate().expect("logits")));
        }
    }
    group.finish();
}

benchmarks!(evaluation);
