//! A modality's encoder with its mean over time, for language, the widest: forward as in evaluation, and forward and
//! backward as in training, with dropout.

use candle_core::{DType, Device, Tensor};
use corrkd_benches::{FORMS, Shape, WIDTHS, benchmarks};
use corrkd_methods::corrkd::{Probabilities, Size};
use corrkd_nn::{DropoutKey, EncoderShape, Params, PooledEncoder};
use criterion::{BenchmarkId, Criterion, Throughput};

fn encoder_shape(shape: Shape) -> EncoderShape {
    let (size, dropout): (Size, _) = (shape.size(), Probabilities::default());
    EncoderShape {
        inputs: WIDTHS.language,
        width: size.width,
        heads: size.heads,
        layers: size.layers,
        feed_forward: size.feed_forward,
        kernel: size.kernel,
        pre_norm: size.pre_norm,
        attention_dropout: dropout.attention,
        feed_forward_dropout: dropout.feed_forward,
        residual_dropout: dropout.residual,
    }
}

fn encoder(c: &mut Criterion) {
    let mut group = c.benchmark_group("encoder");
    for shape in [Shape::SMALL, Shape::WORDS, Shape::DEEP] {
        let language = Probabilities::default().language;
        let size = (shape.batch, shape.time[0], WIDTHS.language);
        let x = Tensor::from_vec(shape.features().language, size, &Device::Cpu).expect("features");
        group.throughput(Throughput::Elements(shape.batch as u64));
        for (form, kernels) in FORMS {
            let mut params = Params::new(1, DType::F32, &Device::Cpu).with(kernels);
            let encoder =
                PooledEncoder::new(params.root().sub("language"), &encoder_shape(shape), language).expect("an encoder");
            group.bench_function(BenchmarkId::new(format!("forward {form}"), shape), |b| {
                b.iter(|| encoder.forward(&x, None, None, DropoutKey::NONE).expect("a representation"));
            });
            group.bench_function(BenchmarkId::new(format!("training {form}"), shape), |b| {
                b.iter(|| encoder.forward(&x, None, None, DropoutKey::new(1, 0))?.sum_all()?.backward());
            });
        }
    }
    group.finish();
}

benchmarks!(encoder);
