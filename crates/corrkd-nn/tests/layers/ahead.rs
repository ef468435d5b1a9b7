//! Parameters a step ahead: where they lie meanwhile, of which part, and that they are put back.

use candle_core::{DType, Device, Tensor};
use corrkd_nn::gradcheck::normal;
use corrkd_nn::{DropoutKey, EncoderShape, Gradients, Kernels, Linear, NnError, Params, PooledEncoder};
use std::collections::BTreeMap;

const SHAPE: EncoderShape = EncoderShape {
    inputs: 3,
    width: 4,
    heads: 2,
    layers: 1,
    feed_forward: 6,
    kernel: 3,
    pre_norm: true,
    attention_dropout: 0.0,
    feed_forward_dropout: 0.0,
    residual_dropout: 0.0,
};

fn numbers(values: BTreeMap<String, Tensor>) -> BTreeMap<String, Vec<f32>> {
    values.into_iter().map(|(name, x)| (name, x.flatten_all().unwrap().to_vec1().unwrap())).collect()
}

/// An encoder, whose parameters the fused form packs, under `part`, and a layer behind it under `part2`.
#[test]
fn a_part_lies_ahead_while_it_is_asked() {
    for kernels in [Kernels::Composed, Kernels::Fused] {
        let mut params = Params::new(1, DType::F32, &Device::Cpu).with(kernels);
        let encoder = PooledEncoder::new(params.root().sub("part"), &SHAPE, 0.0).unwrap();
        let layer = Linear::new(params.root().sub("part2"), 4, 2).unwrap();
        let x = normal(2, &[5, 4, 3]).unwrap().to_dtype(DType::F32).unwrap();
        let loss = || {
            let y = layer.forward(&encoder.forward(&x, None, None, DropoutKey::NONE)?)?;
            (y - 1.0)?.sqr()?.mean_all()
        };
        let value = || loss().unwrap().to_scalar::<f32>().unwrap();
        let before = numbers(params.values().unwrap());
        let (here, gradients) = (value(), Gradients::of(&params, &mut loss().unwrap().backward().unwrap()));
        let slopes = numbers(gradients.by_parameter(&params).unwrap());
        let (there, ahead) =
            params.ahead("part", &gradients, 0.01, || Ok::<_, NnError>((value(), numbers(params.values()?)))).unwrap();
        assert!(there < here, "{there} behind a step that starts at {here}");
        for (name, ahead) in ahead {
            let rate = if name.starts_with("part.") { 0.01 } else { 0.0 };
            for ((ahead, before), slope) in ahead.iter().zip(&before[&name]).zip(&slopes[&name]) {
                assert!((ahead - (before - rate * slope)).abs() <= 1e-6, "{name}");
            }
        }
        assert_eq!((numbers(params.values().unwrap()), value()), (before, here));
    }
}

#[test]
fn it_is_put_back_where_the_question_fails() {
    let mut params = Params::new(1, DType::F32, &Device::Cpu);
    let layer = Linear::new(params.root(), 2, 3).unwrap();
    let x = Tensor::ones((1, 2), DType::F32, &Device::Cpu).unwrap();
    let gradients = Gradients::of(&params, &mut layer.forward(&x).unwrap().sum_all().unwrap().backward().unwrap());
    let before = numbers(params.values().unwrap());
    let fails = || {
        assert_ne!(numbers(params.values()?), before);
        Err::<(), _>(NnError::NoGradient { names: Vec::new() })
    };
    params.ahead("", &gradients, 1.0, fails).unwrap_err();
    assert_eq!(numbers(params.values().unwrap()), before);
}
