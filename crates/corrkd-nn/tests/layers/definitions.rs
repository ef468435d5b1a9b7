//! Each layer's value against its definition, written out in plain loops.

use candle_core::{DType, Device, Tensor};
use corrkd_nn::gradcheck::normal;
use corrkd_nn::{
    Attention, Clip, Conv1d, Dropout, DropoutKey, Gradients, Kernels, LayerNorm, Linear, NnError, Noise, Optimizer,
    OptimizerSettings, Params, masked_mean, pairwise, sinusoid, softplus,
};
use corrkd_random::Stream;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn cube(x: &Tensor) -> Vec<Vec<Vec<f64>>> {
    x.to_vec3::<f64>().unwrap()
}

fn params() -> Params {
    Params::new(5, DType::F64, &Device::Cpu)
}

/// Replaces a parameter's value by random numbers and returns them, so that biases take part.
fn randomise(params: &Params) -> BTreeMap<String, Tensor> {
    for (i, (_, var)) in params.iter().enumerate() {
        var.set(&normal(40 + i as u64, var.dims()).unwrap()).unwrap();
    }
    params.values().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn convolution(batch in 1usize..4, time in 1usize..7, inputs in 1usize..4, outputs in 1usize..4, half in 0usize..3) {
        let kernel = 2 * half + 1;
        let mut p = params();
        let layer = Conv1d::new(p.root(), inputs, outputs, kernel).unwrap();
        let values = randomise(&p);
        let (w, b) = (cube(&values["weight"]), values["bias"].to_vec1::<f64>().unwrap());
        let x = normal(1, &[batch, time, inputs]).unwrap();
        let y = cube(&layer.forward(&x).unwrap());
        let x = cube(&x);
        for (i, t, o) in (0..batch).flat_map(|i| (0..time).flat_map(move |t| (0..outputs).map(move |o| (i, t, o)))) {
            let mut sum = b[o];
            for (c, taps) in w[o].iter().enumerate() {
                for (tap, weight) in taps.iter().enumerate() {
                    if let Some(frame) = (t + tap).checked_sub(half).and_then(|at| x[i].get(at)) {
                        sum += frame[c] * weight;
                    }
                }
            }
            prop_assert!((y[i][t][o] - sum).abs() < 1e-12);
        }
    }

    #[test]
    fn attention(batch in 1usize..3, time in 1usize..5, heads in 1usize..4, head in 1usize..4) {
        let width = heads * head;
        let mut p = params();
        let layer = Attention::new(p.root(), width, heads, 0.0).unwrap();
        let values = randomise(&p);
        let linear = |name: &str, x: &[f64]| -> Vec<f64> {
            let w = values[&format!("{name}.weight")].to_vec2::<f64>().unwrap();
            let b = values[&format!("{name}.bias")].to_vec1::<f64>().unwrap();
            w.iter().zip(b).map(|(row, b)| b + row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>()).collect()
        };
        let x = normal(1, &[batch, time, width]).unwrap();
        let y = cube(&layer.forward(&x, None, DropoutKey::NONE).unwrap());
        for (sample, got) in cube(&x).iter().zip(y) {
            let projected: Vec<Vec<f64>> = sample.iter().map(|frame| linear("project", frame)).collect();
            for (query, got) in projected.iter().zip(got) {
                let mut joined = Vec::new();
                for h in 0..heads {
                    let part = |of: usize| of * width + h * head..of * width + (h + 1) * head;
                    let weights: Vec<f64> = projected
                        .iter()
                        .map(|key| {
                            let dot: f64 = query[part(0)].iter().zip(&key[part(1)]).map(|(q, k)| q * k).sum();
                            (dot / (head as f64).sqrt()).exp()
                        })
                        .collect();
                    let total: f64 = weights.iter().sum();
                    joined.extend((0..head).map(|c| {
                        projected.iter().zip(&weights).map(|(v, w)| v[2 * width + h * head + c] * w / total).sum::<f64>()
                    }));
                }
                for (expected, got) in linear("join", &joined).iter().zip(got) {
                    prop_assert!((expected - got).abs() < 1e-10);
                }
            }
        }
    }
}

#[test]
fn layer_norm_is_standardised_then_scaled() {
    let mut p = params();
    let layer = LayerNorm::new(p.root(), 4).unwrap();
    let values = randomise(&p);
    let (gain, bias) = (values["weight"].to_vec1::<f64>().unwrap(), values["bias"].to_vec1::<f64>().unwrap());
    let x = normal(1, &[2, 3, 4]).unwrap();
    let y = cube(&layer.forward(&x).unwrap());
    for (x, y) in cube(&x).concat().iter().zip(y.concat()) {
        let mean = x.iter().sum::<f64>() / 4.0;
        let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 4.0;
        for c in 0..4 {
            let expected = (x[c] - mean) / (variance + 1e-5).sqrt() * gain[c] + bias[c];
            assert!((y[c] - expected).abs() < 1e-12);
        }
    }
}

#[test]
fn distances_by_hand() {
    let a = Tensor::new(&[[0.0f64, 0.0], [3.0, 4.0]], &Device::Cpu).unwrap();
    let b = Tensor::new(&[[3.0f64, 4.0], [0.0, 1.0], [6.0, 8.0]], &Device::Cpu).unwrap();
    let distances = pairwise(&a, &b, Kernels::Composed).unwrap();
    assert_eq!(distances.to_vec2::<f64>().unwrap(), [[5.0, 1.0, 10.0], [0.0, 18f64.sqrt(), 5.0]]);
}

#[test]
fn mean_leaves_padding_out() {
    let x = Tensor::new(&[[[1.0f64, 2.0], [3.0, 6.0], [900.0, 900.0]]], &Device::Cpu).unwrap();
    let frames = Tensor::new(&[[1.0f64, 1.0, 0.0]], &Device::Cpu).unwrap();
    assert_eq!(masked_mean(&x, &frames).unwrap().to_vec2::<f64>().unwrap(), [[2.0, 4.0]]);
}

#[test]
fn positions_are_sines_and_cosines() {
    let code = sinusoid(3, 4, DType::F64, &Device::Cpu).unwrap().to_vec2::<f64>().unwrap();
    let expected = |t: f64| [t.sin(), t.cos(), (t / 100.0).sin(), (t / 100.0).cos()];
    assert_eq!(code, [expected(0.0), expected(1.0), expected(2.0)]);
}

#[test]
fn dropout_drops_its_share_the_same_way_every_time() {
    let x = Tensor::ones((4, 5000), DType::F32, &Device::Cpu).unwrap();
    let layer = Dropout::new("here".to_owned(), 0.25);
    let drop = |layer: &Dropout, key| layer.forward(&x, key).unwrap().to_vec2::<f32>().unwrap();
    let first = drop(&layer, DropoutKey::new(1, 7));
    let share = first.concat().iter().filter(|&&v| v == 0.0).count() as f64 / 20_000.0;
    assert!((share - 0.25).abs() < 0.015, "{share} dropped"); // five standard errors
    assert!(first.concat().iter().all(|&v| v == 0.0 || v == 1.0 / 0.75));
    assert_eq!(first, drop(&layer, DropoutKey::new(1, 7)));
    assert_ne!(first, drop(&layer, DropoutKey::new(1, 8)));
    assert_ne!(first, drop(&layer, DropoutKey::new(2, 7)));
    assert_ne!(first, drop(&Dropout::new("there".to_owned(), 0.25), DropoutKey::new(1, 7)));
    assert_ne!(first[0], first[1]);
    assert_eq!(drop(&layer, DropoutKey::NONE), vec![vec![1.0; 5000]; 4]);
}

/// By the named streams: seed 7, batch 3, the site "here", and each sample's own.
#[test]
fn noise_is_the_site_s_normal_numbers() {
    let x = normal(1, &[3, 2, 5]).unwrap();
    let layer = Noise::new("here".to_owned());
    let add = |layer: &Noise, key| cube(&(layer.forward(&x, key).unwrap() - &x).unwrap());
    let drawn = add(&layer, DropoutKey::new(7, 3));
    let site = Stream::new(7, "dropout").at(3).named("here");
    for (i, t, d) in (0..3).flat_map(|i| (0..2).flat_map(move |t| (0..5).map(move |d| (i, t, d)))) {
        assert!((drawn[i][t][d] - site.at(i as u64).normal((5 * t + d) as u64)).abs() < 1e-14);
    }
    assert_ne!(drawn, add(&layer, DropoutKey::new(7, 4)));
    assert_ne!(drawn, add(&Noise::new("there".to_owned()), DropoutKey::new(7, 3)));
    assert_eq!(cube(&layer.forward(&x, DropoutKey::NONE).unwrap()), cube(&x));
}

#[test]
fn passes_over_a_batch_draw_apart() {
    let x = Tensor::ones((4, 50), DType::F32, &Device::Cpu).unwrap();
    let layer = Dropout::new("here".to_owned(), 0.5);
    let drop = |key| layer.forward(&x, key).unwrap().to_vec2::<f32>().unwrap();
    let key = DropoutKey::new(1, 7);
    assert_eq!(drop(key.named("again")), drop(key.named("again")));
    assert_ne!(drop(key.named("again")), drop(key));
    assert_ne!(drop(key.named("again")), drop(key.named("once more")));
    assert_eq!(drop(DropoutKey::NONE.named("again")), vec![vec![1.0; 50]; 4]);
}

#[test]
fn softplus_does_not_overflow() {
    let x = [-1000.0f64, -30.0, -1.5, 0.0, 0.25, 40.0, 1000.0];
    let y = softplus(&Tensor::new(&x, &Device::Cpu).unwrap()).unwrap().to_vec1::<f64>().unwrap();
    let expected = x.map(|x| if x > 500.0 { x } else { x.exp().ln_1p() });
    for (got, expected) in y.into_iter().zip(expected) {
        assert!((got - expected).abs() < 1e-14, "{got}, expected {expected}");
    }
}

/// ```python
/// import torch
/// w = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64, requires_grad=True)
/// o = torch.optim.Adam([w], lr=0.1)
/// for _ in range(3):
///     o.zero_grad(); (w ** 2 * torch.tensor([1.0, 2.0, 3.0])).sum().backward()
///     torch.nn.utils.clip_grad_norm_([w], 4.0); o.step()
/// print(w.tolist())
/// ```
#[test]
fn adam_steps_as_pytorch() {
    let mut p = params();
    let w = p.root().get("w", &[3], corrkd_nn::Init::Zeros).unwrap();
    let start = Tensor::new(&[1.0f64, -2.0, 0.5], &Device::Cpu).unwrap();
    p.load(&BTreeMap::from([("w".to_owned(), start)])).unwrap();
    let factors = Tensor::new(&[1.0f64, 2.0, 3.0], &Device::Cpu).unwrap();
    let mut adam = Optimizer::new(&p, &OptimizerSettings::plain(0.1, Clip::Norm(4.0))).unwrap();
    for _ in 0..3 {
        let loss = (w.sqr().unwrap() * &factors).unwrap().sum_all().unwrap();
        let gradients = Gradients::of(&p, &mut loss.backward().unwrap());
        adam.descend(&p, gradients).unwrap();
    }
    let expected = [0.7004260415552317, -1.6998292377501278, 0.20296727523716368];
    for (got, expected) in p.values().unwrap()["w"].to_vec1::<f64>().unwrap().iter().zip(expected) {
        assert!((got - expected).abs() < 1e-9, "{got} {expected}");
    }
}

#[test]
fn a_gradient_that_is_not_finite_changes_nothing() {
    let mut p = params();
    let w = p.root().get("w", &[2], corrkd_nn::Init::Ones).unwrap();
    let mut adam = Optimizer::new(&p, &OptimizerSettings::plain(0.1, Clip::Norm(1.0))).unwrap();
    let gradients =
        Gradients::of(&p, &mut (w.log().unwrap() * f64::INFINITY).unwrap().sum_all().unwrap().backward().unwrap());
    assert!(!adam.descend(&p, gradients).unwrap().unwrap().is_finite());
    assert_eq!(p.values().unwrap()["w"].to_vec1::<f64>().unwrap(), [1.0, 1.0]);
    assert_eq!(adam.steps(), 0);
}

#[test]
fn initial_values_depend_on_seed_and_name_alone() {
    let build = |seed, names: &[&str]| {
        let mut p = Params::new(seed, DType::F32, &Device::Cpu);
        for name in names {
            Linear::new(p.root().sub(name), 7, 9).unwrap();
        }
        p.values().unwrap()["a.weight"].to_vec2::<f32>().unwrap()
    };
    assert_eq!(build(1, &["a"]), build(1, &["b", "a", "c"]));
    assert_ne!(build(1, &["a"]), build(2, &["a"]));
    let bound = (6.0f32 / 16.0).sqrt();
    assert!(build(1, &["a"]).concat().iter().all(|w| w.abs() <= bound));
}

#[test]
fn a_frozen_network_needs_every_tensor() {
    let mut p = Params::frozen(&BTreeMap::new(), DType::F32, &Device::Cpu).unwrap();
    let error = Linear::new(p.root().sub("head"), 2, 3).err().unwrap();
    assert!(matches!(error, NnError::Parameter { .. }));
    assert_eq!(error.to_string(), "tensor `head.weight` is absent, expected shape [3, 2]");
}
