//! LSTM and GRU over whole sequences, of the sizes that the baselines publish and one that is large: forward as in evaluation,
//! and forward and backward as in training, from the final states.

use candle_core::{DType, Device, Tensor};
use corrkd_benches::{FORMS, benchmarks};
use corrkd_nn::gradcheck::normal;
use corrkd_nn::{Cell, DropoutKey, Params, Recurrent, RecurrentShape};
use criterion::{BenchmarkId, Criterion, Throughput};

/// B, T, and the layers.
const SHAPES: [([usize; 2], RecurrentShape); 4] = [
    ([16, 50], shape(Cell::Lstm, [300, 64], 1, false)),
    ([32, 50], shape(Cell::Lstm, [74, 16], 1, false)),
    ([32, 20], shape(Cell::Lstm, [300, 32], 1, true)),
    ([128, 50], shape(Cell::Gru, [74, 128], 2, true)),
];

const fn shape(cell: Cell, [inputs, width]: [usize; 2], layers: usize, bidirectional: bool) -> RecurrentShape {
    RecurrentShape { cell, inputs, width, layers, bidirectional, dropout: 0.0 }
}

fn features(batch: usize, time: usize, inputs: usize) -> candle_core::Result<Tensor> {
    normal(1, &[batch, time, inputs])?.to_dtype(DType::F32)
}

fn recurrent(c: &mut Criterion) {
    let mut group = c.benchmark_group("recurrent");
    for ([batch, time], shape) in SHAPES {
        let RecurrentShape { cell, inputs, width, layers, bidirectional, .. } = shape;
        let x = features(batch, time, inputs).expect("features");
        let directions = if bidirectional { 2 } else { 1 };
        let size = format!("{cell:?}-B{batch}-T{time}-D{inputs}-H{directions}x{width}-L{layers}");
        group.throughput(Throughput::Elements(batch as u64));
        for (form, kernels) in FORMS {
            let mut params = Params::new(1, DType::F32, &Device::Cpu).with(kernels);
            let network = Recurrent::new(params.root().sub("recurrent"), &shape).expect("layers");
            group.bench_function(BenchmarkId::new(format!("forward {form}"), &size), |b| {
                b.iter(|| network.forward(&x, None, DropoutKey::NONE).expect("states"));
            });
            group.bench_function(BenchmarkId::new(format!("training {form}"), &size), |b| {
                b.iter(|| network.forward(&x, None, DropoutKey::new(1, 0))?.last.sum_all()?.backward());
            });
        }
    }
    group.finish();
}

benchmarks!(recurrent);
