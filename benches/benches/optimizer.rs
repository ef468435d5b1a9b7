//! Adam's step over a network's parameters, with the gradient's norm.

use candle_core::{DType, Device};
use corrkd_benches::{FORMS, Shape, benchmarks};
use corrkd_methods::corrkd::Training;
use corrkd_nn::{DropoutKey, Gradients, Optimizer, Params, cross_entropy};
use criterion::{BenchmarkId, Criterion};

fn optimizer(c: &mut Criterion) {
    let mut group = c.benchmark_group("optimizer");
    for shape in [Shape::WORDS, Shape::DEEP].map(|shape| Shape { batch: 2, time: [5; 3], ..shape }) {
        for (form, kernels) in FORMS {
            let mut params = Params::new(1, DType::F32, &Device::Cpu).with(kernels);
            let network = shape.network(params.root(), false).expect("a network");
            let logits = network.forward(&shape.inputs().expect("inputs"), DropoutKey::NONE).expect("answers").logits;
            let loss = cross_entropy(&logits, &shape.targets().expect("targets")).expect("a loss");
            let gradients = Gradients::of(&params, &mut loss.backward().expect("gradients"));
            let mut optimizer = Optimizer::new(&params, &Training::default().optimizer()).expect("an optimizer");
            let id = BenchmarkId::new(form, format!("L{}", shape.layers));
            group.bench_function(id, |b| b.iter(|| optimizer.descend(&params, gradients.clone()).expect("a step")));
        }
    }
    group.finish();
}

benchmarks!(optimizer);
