//! The layers' values and gradients against PyTorch's in f64 (`golden/layers.py`).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod golden;

use candle_core::{DType, Device, Result, Tensor};
use corrkd_nn::{
    Attention, Conv1d, Encoder, EncoderLayer, EncoderShape, LayerNorm, Linear, NnError, Noise, Params, Scope,
    frame_mask, masked_mean,
};
use golden::Golden;

const SHAPE: EncoderShape = EncoderShape {
    inputs: 3,
    width: 8,
    heads: 2,
    layers: 2,
    feed_forward: 12,
    kernel: 3,
    pre_norm: true,
    attention_dropout: 0.0,
    feed_forward_dropout: 0.0,
    residual_dropout: 0.0,
};

/// Checks the layer that `build` makes in a case whose loss is its output, weighted by fixed numbers.
fn check<L>(
    case: &'static str,
    build: impl Fn(Scope<'_>) -> std::result::Result<L, NnError>,
    forward: impl Fn(&L, &Tensor, &Golden) -> Result<Tensor>,
) {
    let golden = Golden::open("layers", case);
    let mut params = Params::new(0, DType::F64, &Device::Cpu);
    let layer = build(params.root()).unwrap();
    params.load(&golden.inputs).unwrap();
    let x = golden.input("x");
    let y = forward(&layer, x.as_tensor(), &golden).unwrap();
    let loss = (&y * golden.input("weights").as_detached_tensor()).unwrap().sum_all().unwrap();
    golden.check(&[("y", &y)], &loss, params.iter().chain([("x", &x)]));
}

/// The frames that exist (B, T), as the layers' mask and as PyTorch's.
fn frames(golden: &Golden) -> Tensor {
    let theirs = golden.input("frames").as_detached_tensor();
    let (_, time) = theirs.dims2().unwrap();
    let ours = frame_mask(&golden.indices("lengths"), time, DType::F64, &Device::Cpu).unwrap().unwrap();
    assert_eq!(ours.to_vec2::<f64>().unwrap(), theirs.to_vec2::<f64>().unwrap());
    ours
}

/// What is added to the scores of attention, (B, 1, 1, T).
fn padding(frames: &Tensor) -> Result<Tensor> {
    frames.affine(1e9, -1e9)?.unsqueeze(1)?.unsqueeze(1)
}

#[test]
fn linear() {
    check("linear", |scope| Linear::new(scope, 3, 5), |layer, x, _| layer.forward(x));
}

#[test]
fn conv1d_in_batches_of_several() {
    check("conv1", |scope| Conv1d::new(scope, 3, 4, 1), |layer, x, _| layer.forward(x));
    check("conv3", |scope| Conv1d::new(scope, 3, 4, 3), |layer, x, _| layer.forward(x));
}

#[test]
fn layer_norm() {
    check("norm", |scope| LayerNorm::new(scope, 6), |layer, x, _| layer.forward(x));
}

#[test]
fn attention_with_padding() {
    check(
        "attention",
        |scope| Attention::new(scope, 8, 4, 0.0),
        |layer, x, golden| {
            let frames = frames(golden);
            layer.forward(x, Some(&padding(&frames)?), Noise::OFF)?.broadcast_mul(&frames.unsqueeze(2)?)
        },
    );
}

#[test]
fn encoder_layer_with_padding() {
    check(
        "layer",
        |scope| EncoderLayer::new(scope, &SHAPE),
        |layer, x, golden| {
            let frames = frames(golden);
            layer.forward(x, Some(&padding(&frames)?), Noise::OFF)?.broadcast_mul(&frames.unsqueeze(2)?)
        },
    );
}

#[test]
fn encoder_of_the_papers_width_and_heads() {
    let golden = Golden::open("layers", "encoder");
    let mut params = Params::new(0, DType::F64, &Device::Cpu);
    // Both encoders ask the store for the same names: they share their parameters.
    let [with8, with10] = [8, 10].map(|heads| {
        Encoder::new(params.root(), &EncoderShape { width: 40, heads, feed_forward: 4, ..SHAPE }).unwrap()
    });
    params.load(&golden.inputs).unwrap();
    let (x, frames) = (golden.input("x"), frames(&golden));
    let inside = frames.unsqueeze(2).unwrap();
    let run = |encoder: &Encoder| {
        let x = x.broadcast_mul(&inside).unwrap();
        encoder.forward(&x, Some(&frames), Noise::OFF).unwrap().broadcast_mul(&inside).unwrap()
    };
    let (y8, y10) = (run(&with8), run(&with10));
    let sum = (&y8 + &y10).unwrap();
    let loss = (sum * golden.input("weights").as_detached_tensor()).unwrap().sum_all().unwrap();
    golden.check(&[("y8", &y8), ("y10", &y10)], &loss, params.iter().chain([("x", &x)]));
}

#[test]
fn mean_over_the_frames_that_exist() {
    check("mean", |_| Ok(()), |(), x, golden| masked_mean(x, &frames(golden)));
}
