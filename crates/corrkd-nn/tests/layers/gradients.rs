//! Every layer's gradient, with respect to its input and each of its parameters, against finite differences in f64.

use candle_core::{DType, Device, Result, Tensor, Var};
use corrkd_nn::gradcheck::{normal, worst_difference};
use corrkd_nn::{
    Attention, Conv1d, DropoutKey, Encoder, EncoderLayer, EncoderShape, Kernels, LayerNorm, Linear, Params,
    binary_cross_entropy, cross_entropy, frame_mask, gelu, masked_mean, mean_absolute_error, softplus,
    weighted_cross_entropy,
};

const SHAPE: EncoderShape = EncoderShape {
    inputs: 3,
    width: 4,
    heads: 2,
    layers: 2,
    feed_forward: 6,
    kernel: 3,
    pre_norm: true,
    attention_dropout: 0.2,
    feed_forward_dropout: 0.2,
    residual_dropout: 0.2,
};

/// Parameters moved off their special starting points (zero biases, unit gains), so that no gradient vanishes by luck.
fn perturb(params: &Params) -> Vec<Var> {
    let vars: Vec<Var> = params.iter().map(|(_, var)| var.clone()).collect();
    for (i, var) in vars.iter().enumerate() {
        let noise = (normal(100 + i as u64, var.dims()).unwrap() * 0.3).unwrap();
        var.set(&(var.as_tensor() + noise).unwrap()).unwrap();
    }
    vars
}

/// Checks `layer` on an input of `shape`, reduced to one number by fixed random weights.
fn check(params: &Params, shape: &[usize], layer: impl Fn(&Tensor) -> Result<Tensor>) {
    let mut vars = perturb(params);
    vars.push(Var::from_tensor(&normal(1, shape).unwrap()).unwrap());
    let input = vars[vars.len() - 1].clone();
    let worst = worst_difference(&vars, || {
        let y = layer(input.as_tensor())?;
        (&y * normal(2, y.dims())?)?.sum_all()
    })
    .unwrap();
    assert!(worst < 1e-7, "finite differences disagree by {worst}");
}

fn params() -> Params {
    Params::new(5, DType::F64, &Device::Cpu)
}

#[test]
fn linear() {
    let mut p = params();
    let layer = Linear::new(p.root(), 3, 5).unwrap();
    check(&p, &[2, 4, 3], |x| layer.forward(x));
}

#[test]
fn linear_without_bias() {
    let mut p = params();
    let layer = Linear::without_bias(p.root(), 3, 5).unwrap();
    assert_eq!(p.count(), 15);
    check(&p, &[2, 4, 3], |x| layer.forward(x));
}

#[test]
fn gelu_by_the_error_function() {
    check(&params(), &[4, 5], |x| gelu(x, Kernels::Composed));
}

#[test]
fn softplus_of_either_sign() {
    check(&params(), &[4, 5], softplus);
    let zero = Var::zeros(1, DType::F64, &Device::Cpu).unwrap();
    let slope =
        |x: &Var| softplus(x.as_tensor()).unwrap().backward().unwrap().get(x.as_tensor()).unwrap().to_vec1::<f64>();
    assert_eq!(slope(&zero).unwrap(), [0.5]);
}

#[test]
fn conv1d_in_batches_of_several() {
    for (kernel, time) in [(1, 4), (3, 4), (5, 2), (3, 1)] {
        let mut p = params();
        let layer = Conv1d::new(p.root(), 3, 2, kernel).unwrap();
        check(&p, &[3, time, 3], |x| layer.forward(x));
    }
}

#[test]
fn layer_norm() {
    let mut p = params();
    let layer = LayerNorm::new(p.root(), 5).unwrap();
    check(&p, &[2, 3, 5], |x| layer.forward(x));
}

#[test]
fn attention_with_and_without_padding() {
    let mut p = params();
    let layer = Attention::new(p.root(), 4, 2, 0.0).unwrap();
    check(&p, &[2, 3, 4], |x| layer.forward(x, None, DropoutKey::NONE));
    let frames = frame_mask(&[3, 2], 3, DType::F64, &Device::Cpu).unwrap().unwrap();
    let padding = frames.affine(1e9, -1e9).unwrap().unsqueeze(1).unwrap().unsqueeze(1).unwrap();
    check(&p, &[2, 3, 4], |x| layer.forward(x, Some(&padding), DropoutKey::NONE));
}

#[test]
fn encoder_layer_with_dropout() {
    let mut p = params();
    let layer = EncoderLayer::new(p.root(), &SHAPE).unwrap();
    check(&p, &[2, 3, 4], |x| layer.forward(x, None, DropoutKey::new(9, 4)));
    let mut p = params();
    let layer = EncoderLayer::new(p.root(), &EncoderShape { pre_norm: false, ..SHAPE }).unwrap();
    check(&p, &[2, 3, 4], |x| layer.forward(x, None, DropoutKey::new(9, 4)));
}

#[test]
fn encoder_with_lengths_and_dropout() {
    let mut p = params();
    let layer = Encoder::new(p.root(), &SHAPE).unwrap();
    let frames = frame_mask(&[3, 1], 3, DType::F64, &Device::Cpu).unwrap().unwrap();
    check(&p, &[2, 3, 3], |x| {
        let x = x.broadcast_mul(&frames.unsqueeze(2)?)?;
        masked_mean(&layer.forward(&x, Some(&frames), DropoutKey::new(9, 4))?, &frames)
    });
}

#[test]
fn cross_entropy_of_logits() {
    let categories = Tensor::new(&[2u32, 0, 1], &Device::Cpu).unwrap();
    check(&params(), &[3, 4], |x| cross_entropy(x, &categories));
}

#[test]
fn weighted_cross_entropy_of_logits() {
    let categories = Tensor::new(&[2u32, 0, 1], &Device::Cpu).unwrap();
    let weights = Tensor::new(&[0.5f64, 0.0, 3.0, 1.0], &Device::Cpu).unwrap();
    check(&params(), &[3, 4], |x| weighted_cross_entropy(x, &categories, &weights));
}

#[test]
fn mean_absolute_error_of_scores() {
    let labels = normal(3, &[6]).unwrap();
    check(&params(), &[6], |x| mean_absolute_error(x, &labels));
}

#[test]
fn binary_cross_entropy_of_logits() {
    let targets = Tensor::new(&[[1.0f64, 0.0], [0.0, 0.0], [1.0, 1.0]], &Device::Cpu).unwrap();
    check(&params(), &[3, 2], |x| binary_cross_entropy(x, &targets));
}
