//! The fused attention decoder against its definition, the composed one: values and gradients.

use candle_core::{DType, Device, Tensor, Var};
use corrkd_nn::{AttentionDecoder, DropoutKey, Gradients, Kernels, Params, frame_mask, gradcheck::normal};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The largest difference from the definition in f64, relative to the tensor's largest element. Where all parts of a
/// gradient cancel, rounding is all that f32 leaves of it, and a decoder that hears itself can blow it up; there the
/// fused form may be as far off as [`TIMES`] what the definition is in f32.
const TOLERANCE: f64 = 3e-5;
const TIMES: f64 = 10.0;

#[derive(Clone, Debug)]
struct Case {
    /// E's width, H and D'.
    sizes: [usize; 3],
    lengths: Vec<usize>,
    /// Frames behind the longest sequence's end.
    behind: usize,
    /// Of E: from attention to all frames alike to attention to hardly more than one.
    scale: f64,
    training: bool,
    seed: u64,
}

impl Case {
    fn time(&self) -> usize {
        self.lengths.iter().copied().max().unwrap() + self.behind
    }

    /// Normal numbers that f32 holds.
    fn normal(&self, what: u64, shape: &[usize]) -> Tensor {
        normal(self.seed.wrapping_add(what), shape).unwrap().to_dtype(DType::F32).unwrap()
    }

    fn frames(&self, dtype: DType) -> Option<Tensor> {
        frame_mask(&self.lengths, self.time(), dtype, &Device::Cpu).unwrap()
    }

    fn encoded(&self) -> Tensor {
        let x = (self.normal(0, &[self.lengths.len(), self.time(), self.sizes[0]]) * self.scale).unwrap();
        match self.frames(DType::F32) {
            Some(frames) => x.broadcast_mul(&frames.unsqueeze(2).unwrap()).unwrap(),
            None => x,
        }
    }

    fn decoder(&self, params: &mut Params) -> AttentionDecoder {
        let [inputs, width, outputs] = self.sizes;
        let decoder = AttentionDecoder::new(params.root().sub("d"), inputs, width, outputs).unwrap();
        let moved = params.values().unwrap().into_iter().enumerate().map(|(i, (name, value))| {
            let shift = (self.normal(1 + i as u64, value.dims()) * 0.1).unwrap();
            (name, (value.to_dtype(DType::F32).unwrap() + shift).unwrap())
        });
        params.load(&moved.collect()).unwrap();
        decoder
    }

    /// The answers (B, T, D') as `y`, and the gradients of their weighted sum by name.
    fn run(&self, kernels: Kernels, dtype: DType) -> BTreeMap<String, Tensor> {
        let mut params = Params::new(self.seed, dtype, &Device::Cpu).with(kernels);
        let decoder = self.decoder(&mut params);
        let x = Var::from_tensor(&self.encoded().to_dtype(dtype).unwrap()).unwrap();
        let key = if self.training { DropoutKey::new(1, 2) } else { DropoutKey::NONE };
        let y = decoder.forward(x.as_tensor(), self.frames(dtype).as_ref(), key).unwrap();
        let turned = y.transpose(0, 1).unwrap();
        let weights = self.normal(99, turned.dims()).to_dtype(dtype).unwrap();
        let mut store = (&turned * weights).unwrap().sum_all().unwrap().backward().unwrap();
        let dx = store.remove(x.as_tensor()).unwrap();
        let mut all = Gradients::of(&params, &mut store).by_parameter(&params).unwrap();
        all.extend([("x".to_owned(), dx), ("y".to_owned(), y)]);
        all
    }

    fn check(&self) {
        let wanted = self.run(Kernels::Composed, DType::F64);
        let composed = self.run(Kernels::Composed, DType::F32);
        let fused = self.run(Kernels::Fused, DType::F32);
        assert!(fused.keys().eq(wanted.keys()));
        for (name, expected) in &wanted {
            let scale = largest(expected);
            let [ours, theirs] = [&fused, &composed].map(|all| difference(&all[name], expected, scale));
            assert!(ours <= TOLERANCE.max(TIMES * theirs), "{name} differs by {ours}, composed by {theirs}: {self:?}");
        }
    }
}

fn numbers(x: &Tensor) -> Vec<f64> {
    x.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1::<f64>().unwrap()
}

/// The largest magnitude; one where all are nothing.
fn largest(x: &Tensor) -> f64 {
    let largest = numbers(x).iter().fold(0f64, |largest, x| largest.max(x.abs()));
    if largest > 1e-30 { largest } else { 1.0 }
}

/// The largest difference, relative to `scale`; infinite if there is something that is no number.
fn difference(a: &Tensor, expected: &Tensor, scale: f64) -> f64 {
    assert_eq!(a.dims(), expected.dims());
    let apart = |(a, b): (&f64, &f64)| if (a - b).is_finite() { (a - b).abs() / scale } else { f64::INFINITY };
    numbers(a).iter().zip(&numbers(expected)).map(apart).fold(0.0, f64::max)
}

#[test]
fn papers_size() {
    for lengths in [vec![20; 32], (0..32).map(|i| 1 + 7 * i % 20).collect()] {
        Case { sizes: [32, 32, 300], lengths, behind: 0, scale: 1.0, training: true, seed: 1 }.check();
    }
}

prop_compose! {
    fn cases()(
        sizes in (1usize..40, 1usize..24, 1usize..50),
        mut lengths in prop::collection::vec(0usize..12, 1..40),
        last in 1usize..12,
        behind in 0usize..3,
        scale in 0.1f64..3.0,
        training: bool,
        seed: u64,
    ) -> Case {
        lengths.push(last);
        Case { sizes: sizes.into(), lengths, behind, scale, training, seed: seed / 2 }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_shape(case in cases()) {
        case.check();
    }
}

/// A case of several groups of chunks.
fn mixed(batch: usize) -> Case {
    let lengths = (0..batch).map(|i| 1 + 7 * i % 11).collect();
    Case { sizes: [13, 10, 21], lengths, behind: 1, scale: 1.0, training: true, seed: 4 }
}

fn bits(all: &BTreeMap<String, Tensor>) -> BTreeMap<&str, Vec<u32>> {
    let of = |x: &Tensor| x.flatten_all().unwrap().to_vec1::<f32>().unwrap().into_iter().map(f32::to_bits).collect();
    all.iter().map(|(name, x)| (name.as_str(), of(x))).collect()
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for batch in [97, 300] {
        let case = mixed(batch);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| case.run(Kernels::Fused, DType::F32))
        };
        let one = on(1);
        for threads in [2, 3, 8] {
            assert_eq!(bits(&on(threads)), bits(&one), "{threads} threads");
        }
    }
}

#[test]
fn training_and_evaluation_give_the_same_bits() {
    let case = mixed(40);
    let evaluation = Case { training: false, ..case.clone() };
    assert_eq!(bits(&case.run(Kernels::Fused, DType::F32)), bits(&evaluation.run(Kernels::Fused, DType::F32)));
}

#[test]
fn a_second_way_back_gives_the_same_bits() {
    for key in [DropoutKey::NONE, DropoutKey::new(1, 2)] {
        let case = mixed(5);
        let mut params = Params::new(1, DType::F32, &Device::Cpu).with(Kernels::Fused);
        let decoder = case.decoder(&mut params);
        let y = decoder.forward(&case.encoded(), case.frames(DType::F32).as_ref(), key).unwrap();
        let loss = y.sqr().unwrap().sum_all().unwrap();
        let gradients = || Gradients::of(&params, &mut loss.backward().unwrap()).by_parameter(&params).unwrap();
        let first = gradients();
        assert_eq!(bits(&gradients()), bits(&first));
    }
}

#[test]
fn a_sample_does_not_depend_on_its_batch() {
    let case = mixed(40);
    let all = case.run(Kernels::Fused, DType::F32)["y"].clone();
    for i in [0, 7, 39] {
        let length = case.lengths[i];
        let mut params = Params::new(case.seed, DType::F32, &Device::Cpu).with(Kernels::Fused);
        let decoder = case.decoder(&mut params);
        let x = case.encoded().narrow(0, i, 1).unwrap().narrow(1, 0, length).unwrap();
        let y = decoder.forward(&x, None, DropoutKey::NONE).unwrap();
        let together = all.narrow(0, i, 1).unwrap();
        assert!(difference(&y, &together.narrow(1, 0, length).unwrap(), 1.0) < 1e-6, "sample {i}");
        let behind = together.narrow(1, length, case.time() - length).unwrap();
        assert!(numbers(&behind).iter().all(|y| *y == 0.0), "behind sample {i}");
    }
}

#[test]
fn nothing_that_is_no_number_is_hidden() {
    let case = Case { lengths: vec![7; 5], ..mixed(5) };
    let mut params = Params::new(1, DType::F32, &Device::Cpu).with(Kernels::Fused);
    let decoder = case.decoder(&mut params);
    let [inputs, ..] = case.sizes;
    for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut x = vec![1.0f32; 5 * 7 * inputs];
        x[3 * 7 * inputs + 20] = number;
        let x = Tensor::from_vec(x, (5, 7, inputs), &Device::Cpu).unwrap();
        let y = decoder.forward(&x, None, DropoutKey::NONE).unwrap().to_vec3::<f32>().unwrap();
        assert!(y[3].iter().flatten().all(|y| !y.is_finite()), "{number} gave {:?}", y[3]);
        assert!(y[2].iter().chain(&y[4]).flatten().all(|y| y.is_finite()), "{number} went to other samples");
    }
}

#[test]
fn sequences_and_masks_of_another_size_are_refused() {
    let case = mixed(2);
    let mut params = Params::new(1, DType::F32, &Device::Cpu).with(Kernels::Fused);
    let decoder = case.decoder(&mut params);
    let ones = |shape: &[usize]| Tensor::ones(shape, DType::F32, &Device::Cpu).unwrap();
    let error = |x, mask: Option<&Tensor>| decoder.forward(&x, mask, DropoutKey::NONE).unwrap_err().to_string();
    assert!(error(ones(&[2, 3, 8]), None).contains("width 8, expected at least one of width 13"));
    assert!(error(ones(&[2, 3, 13]), Some(&ones(&[2, 4]))).contains("a mask of [2, 4], expected (2, 3)"));
}
