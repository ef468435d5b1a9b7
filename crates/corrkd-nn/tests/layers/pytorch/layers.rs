//! The layers' values and gradients against PyTorch's (`golden/layers.py`).

use crate::golden::{Golden, Place};
use candle_core::{DType, Result, Tensor};
use corrkd_nn::{
    Attention, Conv1d, Dropout, DropoutKey, Encoder, EncoderLayer, EncoderShape, LayerNorm, Linear, NnError, Params,
    binary_cross_entropy, cross_entropy, frame_mask, gelu, log_softmax, masked_mean, mean_absolute_error, sinusoid,
    softmax, weighted_cross_entropy,
};

const FILE: &[u8] = include_bytes!("../../golden/layers.safetensors");

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

/// Checks the layer that `build` makes in a case whose loss is the sum of its outputs, by name, weighted by fixed
/// numbers.
fn check_outputs<L, const N: usize>(
    place: &Place,
    case: &str,
    build: impl Fn(&mut Params) -> std::result::Result<L, NnError>,
    forward: impl Fn(&L, &Tensor, &Golden) -> Result<[(&'static str, Tensor); N]>,
) {
    Golden::each(place, FILE, case, |golden| {
        let mut params = golden.params();
        let layer = build(&mut params).unwrap();
        params.load(&golden.inputs).unwrap();
        let x = golden.input("x");
        let outputs = forward(&layer, x.as_tensor(), golden).unwrap();
        let outputs = outputs.each_ref().map(|(name, y)| (*name, y));
        let sum = outputs[1..].iter().fold(outputs[0].1.clone(), |sum, (_, y)| (sum + *y).unwrap());
        let loss = (sum * golden.input("weights").as_detached_tensor()).unwrap().sum_all().unwrap();
        golden.check(&outputs, &loss, &[&params], &[("x", &x)]);
    });
}

/// The same for a layer of one output.
fn check<L>(
    place: &Place,
    case: &str,
    build: impl Fn(&mut Params) -> std::result::Result<L, NnError>,
    forward: impl Fn(&L, &Tensor, &Golden) -> Result<Tensor>,
) {
    check_outputs(place, case, build, |layer, x, golden| Ok([("y", forward(layer, x, golden)?)]));
}

/// The frames that exist (B, T), as the layers' mask and as PyTorch's.
fn frames(golden: &Golden) -> Tensor {
    let theirs = golden.input("frames").as_detached_tensor();
    let (_, time) = theirs.dims2().unwrap();
    let ours = frame_mask(&golden.indices("lengths"), time, golden.dtype, &golden.device).unwrap().unwrap();
    let [a, b] = [&ours, &theirs].map(|x| x.to_dtype(DType::F64).unwrap().to_vec2::<f64>().unwrap());
    assert_eq!(a, b);
    ours
}

/// What is added to the scores of attention, (B, 1, 1, T).
fn padding(frames: &Tensor) -> Result<Tensor> {
    frames.affine(1e9, -1e9)?.unsqueeze(1)?.unsqueeze(1)
}

fn linear(place: &Place) {
    check(place, "linear", |p| Linear::new(p.root(), 3, 5), |layer, x, _| layer.forward(x));
}

fn linear_without_bias(place: &Place) {
    check(place, "linear_no_bias", |p| Linear::without_bias(p.root(), 3, 5), |layer, x, _| layer.forward(x));
}

fn gelu_at_zero_and_in_its_tails(place: &Place) {
    check(place, "gelu", |_| Ok(()), |(), x, golden| gelu(x, golden.kernels));
}

fn conv1d_in_batches_of_several_and_wider_than_the_sequence(place: &Place) {
    for (case, kernel) in
        [("conv1_5", 1), ("conv3_5", 3), ("conv5_6", 5), ("conv5_2", 5), ("conv3_1", 3), ("conv5_1", 5)]
    {
        check(place, case, |p| Conv1d::new(p.root(), 3, 4, kernel), |layer, x, _| layer.forward(x));
    }
}

fn layer_norm_of_normal_and_flat_frames(place: &Place) {
    for case in ["norm", "norm_flat"] {
        check(place, case, |p| LayerNorm::new(p.root(), 6), |layer, x, _| layer.forward(x));
    }
}

fn position(place: &Place) {
    check(place, "position", |_| Ok(()), |(), x, golden| x * sinusoid(50, 40, golden.dtype, &golden.device)?);
}

fn dropout(place: &Place) {
    for (case, p) in [("dropout_half", 0.5), ("dropout_most", 0.75)] {
        check(
            place,
            case,
            |_| Ok(Dropout::new("here".to_owned(), p)),
            |layer, x, _| layer.forward(x, DropoutKey::new(7, 3)),
        );
    }
}

fn softmax_and_its_logarithm(place: &Place) {
    for saturated in ["", "_saturated"] {
        check(place, &format!("softmax{saturated}"), |_| Ok(()), |(), x, _| softmax(x));
        check(place, &format!("log_softmax{saturated}"), |_| Ok(()), |(), x, _| log_softmax(x));
    }
}

fn cross_entropy_of_normal_and_saturated_logits_and_of_one_sample(place: &Place) {
    for case in ["cross_entropy", "cross_entropy_saturated", "cross_entropy_one"] {
        Golden::each(place, FILE, case, |golden| {
            let x = golden.input("x");
            let categories: Vec<u32> = golden.indices("categories").into_iter().map(|k| k as u32).collect();
            let loss = cross_entropy(x.as_tensor(), &Tensor::new(categories, &golden.device).unwrap()).unwrap();
            golden.check(&[], &loss, &[], &[("x", &x)]);
        });
    }
}

fn weighted_cross_entropy_with_weights_of_nothing(place: &Place) {
    for case in ["", "_nothing", "_saturated", "_one"] {
        Golden::each(place, FILE, &format!("weighted_cross_entropy{case}"), |golden| {
            let (x, weights) = (golden.input("x"), golden.input("weights").as_detached_tensor());
            let categories: Vec<u32> = golden.indices("categories").into_iter().map(|k| k as u32).collect();
            let categories = Tensor::new(categories, &golden.device).unwrap();
            let loss = weighted_cross_entropy(x.as_tensor(), &categories, &weights).unwrap();
            golden.check(&[], &loss, &[], &[("x", &x)]);
        });
    }
}

/// The loss of a case whose x is held against other numbers.
fn check_loss(place: &Place, case: &str, others: &str, loss: impl Fn(&Tensor, &Tensor) -> Result<Tensor>) {
    Golden::each(place, FILE, case, |golden| {
        let x = golden.input("x");
        let loss = loss(x.as_tensor(), &golden.input(others).as_detached_tensor()).unwrap();
        golden.check(&[], &loss, &[], &[("x", &x)]);
    });
}

fn mean_absolute_error_with_errors_of_zero(place: &Place) {
    check_loss(place, "mean_absolute_error", "labels", mean_absolute_error);
}

fn binary_cross_entropy_of_normal_and_saturated_logits(place: &Place) {
    for case in ["binary_cross_entropy", "binary_cross_entropy_saturated"] {
        check_loss(place, case, "targets", binary_cross_entropy);
    }
}

fn attention_of_the_papers_width_and_heads_with_padding(place: &Place) {
    check_outputs(
        place,
        "attention",
        // Both ask the store for the same names: they share their parameters.
        |p| Ok([Attention::new(p.root(), 40, 8, 0.0)?, Attention::new(p.root(), 40, 10, 0.0)?]),
        |[with8, with10], x, golden| {
            let frames = frames(golden);
            let run = |layer: &Attention| {
                layer.forward(x, Some(&padding(&frames)?), DropoutKey::NONE)?.broadcast_mul(&frames.unsqueeze(2)?)
            };
            Ok([("y8", run(with8)?), ("y10", run(with10)?)])
        },
    );
}

fn attention_of_one_frame(place: &Place) {
    check(
        place,
        "attention_one",
        |p| Attention::new(p.root(), 8, 4, 0.0),
        |layer, x, _| layer.forward(x, None, DropoutKey::NONE),
    );
}

fn encoder_layer_pre_and_post_norm_with_padding(place: &Place) {
    check_outputs(
        place,
        "layer",
        |p| {
            let post = EncoderShape { pre_norm: false, ..SHAPE };
            Ok([EncoderLayer::new(p.root(), &SHAPE)?, EncoderLayer::new(p.root(), &post)?])
        },
        |[pre, post], x, golden| {
            let frames = frames(golden);
            let run = |layer: &EncoderLayer| {
                layer.forward(x, Some(&padding(&frames)?), DropoutKey::NONE)?.broadcast_mul(&frames.unsqueeze(2)?)
            };
            Ok([("pre", run(pre)?), ("post", run(post)?)])
        },
    );
}

fn encoder_of_the_papers_width_and_heads(place: &Place) {
    for (case, pre_norm) in [("encoder_pre", true), ("encoder_post", false)] {
        check_outputs(
            place,
            case,
            |p| {
                let shape = EncoderShape { width: 40, heads: 8, feed_forward: 4, pre_norm, ..SHAPE };
                Ok([Encoder::new(p.root(), &shape)?, Encoder::new(p.root(), &EncoderShape { heads: 10, ..shape })?])
            },
            |[with8, with10], x, golden| {
                let frames = frames(golden);
                let inside = frames.unsqueeze(2)?;
                let run = |encoder: &Encoder| {
                    encoder.forward(&x.broadcast_mul(&inside)?, Some(&frames), DropoutKey::NONE)?.broadcast_mul(&inside)
                };
                Ok([("y8", run(with8)?), ("y10", run(with10)?)])
            },
        );
    }
}

fn mean_over_the_frames_that_exist(place: &Place) {
    check(place, "mean", |_| Ok(()), |(), x, golden| masked_mean(x, &frames(golden)));
}

proofs![
    linear,
    linear_without_bias,
    gelu_at_zero_and_in_its_tails,
    conv1d_in_batches_of_several_and_wider_than_the_sequence,
    layer_norm_of_normal_and_flat_frames,
    position,
    dropout,
    softmax_and_its_logarithm,
    cross_entropy_of_normal_and_saturated_logits_and_of_one_sample,
    weighted_cross_entropy_with_weights_of_nothing,
    mean_absolute_error_with_errors_of_zero,
    binary_cross_entropy_of_normal_and_saturated_logits,
    attention_of_the_papers_width_and_heads_with_padding,
    attention_of_one_frame,
    encoder_layer_pre_and_post_norm_with_padding,
    encoder_of_the_papers_width_and_heads,
    mean_over_the_frames_that_exist
];
