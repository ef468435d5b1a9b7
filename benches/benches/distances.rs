//! Distances between all pairs of N representations of teacher and student.

use candle_core::Var;
use corrkd_benches::{FORMS, Shape, benchmarks};
use corrkd_nn::pairwise;
use criterion::{BenchmarkId, Criterion, Throughput};

fn distances(c: &mut Criterion) {
    let mut group = c.benchmark_group("distances");
    for shape in [Shape::SMALL, Shape::WORDS] {
        let rows = |name| shape.rows(name, 3 * shape.size().width).expect("representations");
        let (a, b) = (Var::from_tensor(&rows("student")).expect("a variable"), rows("teacher"));
        let id = |what, form| BenchmarkId::new(format!("{what} {form}"), format!("N{}", shape.batch));
        group.throughput(Throughput::Elements(shape.batch as u64));
        for (form, kernels) in FORMS {
            group.bench_function(id("forward", form), |bench| {
                bench.iter(|| pairwise(&a.detach(), &b, kernels).expect("distances"));
            });
            group.bench_function(id("training", form), |bench| {
                bench.iter(|| pairwise(a.as_tensor(), &b, kernels)?.sum_all()?.backward());
            });
        }
    }
    group.finish();
}

benchmarks!(distances);
