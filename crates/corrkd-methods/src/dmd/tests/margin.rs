//! The margin loss, which counts pairs by sorting, against its definition: two loops, over an anchor's like and unlike.

use super::super::margin::margin_loss;
use candle_core::{DType, Device, Tensor, Var};
use corrkd_nn::gradcheck::{normal, worst_difference};
use corrkd_random::Stream;

/// As it is defined.
fn by_loops(x: &[Vec<f64>], labels: &[f32], margin: impl Fn(f32, f32) -> f64) -> f64 {
    let dot = |a: usize, b: usize| x[a].iter().zip(&x[b]).map(|(a, b)| a * b).sum::<f64>();
    let cosine = |a: usize, b: usize| dot(a, b) / ((dot(a, a) + 1e-8) * (dot(b, b) + 1e-8)).sqrt();
    let (mut sum, mut anchors) = (0.0, 0);
    for a in 0..x.len() {
        let (mut of_anchor, mut pairs) = (0.0, 0);
        for i in (0..x.len()).filter(|&i| i != a && labels[i] == labels[a]) {
            for k in (0..x.len()).filter(|&k| labels[k] != labels[a]) {
                of_anchor += (margin(labels[a], labels[k]) - cosine(a, i) + cosine(a, k)).max(0.0);
                pairs += 1;
            }
        }
        if pairs > 0 {
            sum += of_anchor / f64::from(pairs);
            anchors += 1;
        }
    }
    sum / f64::from(anchors.max(1))
}

/// Few labels and many, so that some anchors have none of their label beside them, and some none of another.
#[test]
fn the_same_as_two_loops() {
    for seed in 0..200 {
        let stream = Stream::new(seed, "margin");
        let (count, kinds) = (1 + stream.below(0, 14), 1 + stream.below(1, 9));
        let labels: Vec<f32> = (0..count as u64).map(|i| stream.below(2 + i, kinds) as f32 * 0.75 - 3.0).collect();
        let wide = 0.3 * stream.uniform(100);
        let x = normal(seed, &[count, 3]).unwrap();
        let margin = |a: f32, b: f32| wide * f64::from((a - b).abs());
        let ours = margin_loss(&x, &labels, margin).unwrap().to_scalar::<f64>().unwrap();
        let expected = by_loops(&x.to_vec2().unwrap(), &labels, margin);
        assert!((ours - expected).abs() < 1e-12, "seed {seed}: {ours}, by loops {expected}");
    }
}

#[test]
fn its_gradient_is_that_of_finite_differences() {
    for (seed, labels) in [(1, [0.0, 1.0, 0.0, 1.0, 2.0, 0.0f32]), (2, [1.0, 1.0, -1.0, -1.0, 1.0, 3.0])] {
        let x = Var::from_tensor(&normal(seed, &[6, 4]).unwrap()).unwrap();
        let margin = |a: f32, b: f32| 0.15 * f64::from((a - b).abs());
        let worst = worst_difference(std::slice::from_ref(&x), || margin_loss(&x, &labels, margin)).unwrap();
        assert!(worst < 1e-7, "{worst}");
    }
}

/// Vectors of one label are held against nothing: a loss of zero with a gradient, which is zero.
#[test]
fn one_label_alone_costs_nothing() {
    let x = Var::from_tensor(&normal(3, &[4, 2]).unwrap()).unwrap();
    let loss = margin_loss(&x, &[1.5; 4], |_, _| 0.15).unwrap();
    assert_eq!(loss.to_scalar::<f64>().unwrap(), 0.0);
    let gradient = loss.backward().unwrap().get(&x).unwrap().flatten_all().unwrap().to_vec1::<f64>().unwrap();
    assert!(gradient.iter().all(|&g| g == 0.0));
}

/// A number that is none is not lost on the way through sorting.
#[test]
fn what_is_not_finite_stays_so() {
    let x = Tensor::new(&[[f32::NAN, 1.0], [0.5, 1.0], [1.0, 0.0]], &Device::Cpu).unwrap();
    let loss = margin_loss(&x, &[0.0, 0.0, 1.0], |_, _| 0.15).unwrap();
    assert!(loss.to_dtype(DType::F64).unwrap().to_scalar::<f64>().unwrap().is_nan());
}
