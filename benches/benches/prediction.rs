//! The response to a single sample, from its features on.

use candle_core::{DType, Device};
use corrkd_benches::{FORMS, Shape, WIDTHS, benchmarks};
use corrkd_nn::{DropoutKey, Params, softmax};
use corrkd_train::Inputs;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};

fn prediction(c: &mut Criterion) {
    let mut group = c.benchmark_group("prediction");
    group.throughput(Throughput::Elements(1));
    for shape in [Shape::WORDS, Shape::DEEP].map(|shape| Shape { batch: 1, ..shape }) {
        for (form, kernels) in FORMS {
            let mut params = Params::new(1, DType::F32, &Device::Cpu).with(kernels);
            let network = shape.network(params.root(), false).expect("a network");
            let respond = |features| {
                let (lengths, time) = (shape.times().map(|_, &time| vec![time]), shape.times());
                let inputs = Inputs::new(features, &lengths, &time, &WIDTHS, DType::F32, &Device::Cpu)?;
                softmax(&network.forward(&inputs, DropoutKey::NONE)?.logits)?.to_vec2::<f32>()
            };
            group.bench_function(BenchmarkId::new(form, shape), |b| {
                b.iter_batched(|| shape.features(), |x| respond(x).expect("a response"), BatchSize::SmallInput);
            });
        }
    }
    group.finish();
}

benchmarks!(prediction);
