//! One training step: the teacher's forward pass, the student's forward and backward pass with all losses, Adam.
//! Throughput counts samples.

use candle_core::{DType, Device, Tensor};
use corrkd_config::{Dropout, Network as Size, PerModality};
use corrkd_losses::{Push, cpd, rcd, scd};
use corrkd_models::{Inputs, Network, StatisticsNetwork};
use corrkd_nn::{Adam, Gradients, Noise, Params, cross_entropy, softmax};
use corrkd_random::Stream;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const WIDTHS: PerModality<usize> = PerModality { language: 300, audio: 74, vision: 35 };

fn inputs(batch: usize, time: usize) -> Inputs {
    let features = WIDTHS.map(|m, width| {
        let stream = Stream::new(1, m.name());
        (0..(batch * time * width) as u64).map(|i| stream.normal(i) as f32).collect()
    });
    Inputs::new(features, &vec![time; batch], time, &WIDTHS, DType::F32, &Device::Cpu).expect("inputs of one shape")
}

fn step(c: &mut Criterion) {
    let mut group = c.benchmark_group("step");
    group.sample_size(10);
    for (batch, time, layers) in [(32, 20, 2), (64, 50, 2), (64, 1, 4)] {
        let size = Size { layers, ..Size::default() };
        let build = |params: &mut Params| {
            Network::new(params.root(), &WIDTHS, &size, &Dropout::default(), 2).expect("a network")
        };
        let (mut of_teacher, mut params) =
            (Params::new(1, DType::F32, &Device::Cpu), Params::new(2, DType::F32, &Device::Cpu));
        build(&mut of_teacher);
        let values = of_teacher.values().expect("values");
        let teacher = build(&mut Params::frozen(&values, DType::F32, &Device::Cpu).expect("a copy"));
        let student = build(&mut params);
        let critic = StatisticsNetwork::new(params.root().sub("statistics"), 1, 64).expect("a network");
        let mut adam = Adam::new(&params, 1e-3, 0.8).expect("an optimizer");
        let inputs = inputs(batch, time);
        let categories: Vec<usize> = (0..batch).map(|i| i % 2).collect();
        let targets =
            Tensor::from_vec(categories.iter().map(|&k| k as u32).collect(), batch, &Device::Cpu).expect("targets");
        group.throughput(Throughput::Elements(batch as u64));
        group.bench_function(BenchmarkId::from_parameter(format!("B{batch}-T{time}-L{layers}")), |b| {
            b.iter(|| -> candle_core::Result<f64> {
                let t = teacher.forward(&inputs, Noise::OFF)?;
                let s = student.forward(&inputs, Noise::step(1, adam.steps()))?;
                let scores = |x: &Tensor, y: &Tensor| critic.forward(x, y);
                let loss = (cross_entropy(&s.logits, &targets)?
                    + scd(&s.representation, &t.representation, 1.2, Push::Mean)?
                    + cpd(&s.representation, &t.representation, &categories, None)?
                    + rcd(&softmax(&s.logits)?, &softmax(&t.logits)?, &categories, scores, scores)?)?;
                adam.step(&params, &Gradients::of(&params, &mut loss.backward()?))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, step);
criterion_main!(benches);
