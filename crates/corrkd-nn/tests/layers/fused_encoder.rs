//! The fused encoder against its definition, the composed one: values and gradients.

use candle_core::{DType, Device, Tensor, Var};
use corrkd_nn::{
    DropoutKey, EncoderShape, Gradients, Kernels, Params, PooledEncoder, choice_mask, frame_mask, gradcheck::normal,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The largest difference from the definition in f64, relative to the tensor's largest element. Where all parts of a
/// gradient cancel, rounding is all that f32 leaves of it; there the fused form may be as far off as [`TIMES`] what the
/// definition is in f32.
const TOLERANCE: f64 = 1e-5;
const TIMES: f64 = 10.0;

#[derive(Clone, Debug)]
struct Case {
    shape: EncoderShape,
    input_dropout: f64,
    lengths: Vec<usize>,
    attended: Option<Vec<bool>>,
    missing: Vec<bool>,
    noise: bool,
    seed: u64,
}

impl Case {
    fn time(&self) -> usize {
        self.lengths.iter().copied().max().unwrap()
    }

    /// Features (B, T, D): zero behind the end and where missing.
    fn x(&self) -> Tensor {
        let (batch, time, inputs) = (self.lengths.len(), self.time(), self.shape.inputs);
        let exists = |i: usize| i % time < self.lengths[i / time] && !self.missing[i];
        let frames = (0..batch * time).map(|i| if exists(i) { 1.0f32 } else { 0.0 }).collect();
        let mask = Tensor::from_vec(frames, (batch, time, 1), &Device::Cpu).unwrap();
        self.normal(0, &[batch, time, inputs]).broadcast_mul(&mask).unwrap()
    }

    /// Normal numbers that f32 holds.
    fn normal(&self, what: u64, shape: &[usize]) -> Tensor {
        normal(self.seed + what, shape).unwrap().to_dtype(DType::F32).unwrap()
    }

    /// Biases and gains that are not zero and one, by name.
    fn values(&self, params: &Params) -> BTreeMap<String, Tensor> {
        let moved = params.values().unwrap().into_iter().enumerate().map(|(i, (name, value))| {
            let shift = (self.normal(1 + i as u64, value.dims()) * 0.1).unwrap();
            (name, (value.to_dtype(DType::F32).unwrap() + shift).unwrap())
        });
        moved.collect()
    }

    /// The answer (B, d) as `y`, and the gradients of its weighted sum by name; `x` is the existing frames'.
    fn run(&self, kernels: Kernels, dtype: DType) -> BTreeMap<String, Tensor> {
        let mut params = Params::new(self.seed, dtype, &Device::Cpu).with(kernels);
        let encoder = PooledEncoder::new(params.root().sub("e"), &self.shape, self.input_dropout).unwrap();
        params.load(&self.values(&params)).unwrap();
        let (batch, time) = (self.lengths.len(), self.time());
        let frames = frame_mask(&self.lengths, time, dtype, &Device::Cpu).unwrap();
        let attended = match &self.attended {
            Some(attended) => choice_mask(attended, time, dtype, &Device::Cpu).unwrap(),
            None => frames.clone(),
        };
        let noise = if self.noise { DropoutKey::new(self.seed, 3) } else { DropoutKey::NONE };
        let x = Var::from_tensor(&self.x().to_dtype(dtype).unwrap()).unwrap();
        let y = encoder.forward(x.as_tensor(), frames.as_ref(), attended.as_ref(), noise).unwrap();
        let weights = self.normal(99, &[batch, self.shape.width]).to_dtype(dtype).unwrap();
        let mut store = (&y * weights).unwrap().sum_all().unwrap().backward().unwrap();
        let mut dx = store.remove(x.as_tensor()).unwrap();
        if let Some(frames) = &frames {
            dx = dx.broadcast_mul(&frames.unsqueeze(2).unwrap()).unwrap();
        }
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
            // A single number may be a sum that cancels out, and says nothing of its terms' size: the weight's, which are
            // made of the same terms, do.
            let weight = name.strip_suffix("bias").map(|layer| format!("{layer}weight"));
            let weight = weight.and_then(|name| wanted.get(&name)).filter(|_| expected.elem_count() == 1);
            let scale = largest(expected).max(weight.map_or(0.0, largest));
            let [ours, theirs] = [&fused, &composed].map(|all| difference(&all[name], expected, scale));
            assert!(ours <= TOLERANCE.max(TIMES * theirs), "{name} differs by {ours}, composed by {theirs}: {self:?}");
        }
    }
}

fn numbers(x: &Tensor) -> Vec<f64> {
    x.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1::<f64>().unwrap()
}

/// The largest magnitude.
fn largest(x: &Tensor) -> f64 {
    numbers(x).iter().fold(f64::MIN_POSITIVE, |largest, x| largest.max(x.abs()))
}

/// The largest difference, relative to `scale`; infinite if there is something that is no number.
fn difference(a: &Tensor, expected: &Tensor, scale: f64) -> f64 {
    let apart = |(a, b): (&f64, &f64)| if (a - b).is_finite() { (a - b).abs() / scale } else { f64::INFINITY };
    numbers(a).iter().zip(&numbers(expected)).map(apart).fold(0.0, f64::max)
}

fn shape(inputs: usize, width: usize, heads: usize, layers: usize, feed_forward: usize, kernel: usize) -> EncoderShape {
    EncoderShape {
        inputs,
        width,
        heads,
        layers,
        feed_forward,
        kernel,
        pre_norm: true,
        attention_dropout: 0.1,
        feed_forward_dropout: 0.2,
        residual_dropout: 0.3,
    }
}

#[test]
fn papers_size() {
    for noise in [false, true] {
        Case {
            shape: shape(74, 40, 10, 2, 160, 3),
            input_dropout: 0.25,
            lengths: vec![50; 9],
            attended: None,
            missing: vec![false; 450],
            noise,
            seed: 1,
        }
        .check();
    }
}

prop_compose! {
    fn cases()(
        heads in 1usize..5,
        head in 0usize..11,
        (inputs, layers, feed_forward, half) in (1usize..40, 1usize..4, 1usize..40, 0usize..3),
        lengths in prop::collection::vec(1usize..30, 1..12),
        (attention, inner, residual, input) in (0.0..0.6, 0.0..0.6, 0.0..0.6, 0.0..0.6),
        (dropped, noise, masked, seed) in (any::<bool>(), any::<bool>(), any::<bool>(), 0u64..1_000_000),
    )(
        attended in prop::collection::vec(any::<bool>(), lengths.len() * lengths.iter().max().unwrap()),
        missing in prop::collection::vec(any::<bool>(), lengths.len() * lengths.iter().max().unwrap()),
        // Even, and no fewer than eight: of a few features, a normalisation leaves little, and rounding of that.
        width in Just(heads * (head + 8usize.div_ceil(heads)).next_multiple_of(1 + heads % 2)),
        heads in Just(heads), inputs in Just(inputs), layers in Just(layers), feed_forward in Just(feed_forward),
        half in Just(half), lengths in Just(lengths), attention in Just(attention), inner in Just(inner),
        residual in Just(residual), input in Just(input), dropped in Just(dropped), noise in Just(noise),
        masked in Just(masked), seed in Just(seed),
    ) -> Case {
        let p = |p| if dropped { p } else { 0.0 };
        let shape = EncoderShape {
            attention_dropout: p(attention),
            feed_forward_dropout: p(inner),
            residual_dropout: p(residual),
            ..shape(inputs, width, heads, layers, feed_forward, 2 * half + 1)
        };
        let time = *lengths.iter().max().unwrap();
        let attended = masked.then(|| {
            let mut attended = attended;
            for (frames, &length) in attended.chunks_mut(time).zip(&lengths) {
                frames[length..].fill(false);
                frames[0] |= !frames.contains(&true);
            }
            attended
        });
        Case { shape, input_dropout: p(input), lengths, attended, missing, noise, seed }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_shape(case in cases()) {
        case.check();
    }
}

/// A case with everything in it.
fn mixed(batch: usize) -> Case {
    let lengths: Vec<usize> = (0..batch).map(|i| 1 + 7 * i % 23).collect();
    let time = lengths.iter().copied().max().unwrap();
    Case {
        shape: shape(37, 24, 3, 2, 33, 5),
        input_dropout: 0.25,
        attended: Some(
            (0..batch * time).map(|i| i % time == 0 || (i % 3 == 0 && i % time < lengths[i / time])).collect(),
        ),
        missing: (0..batch * time).map(|i| i % 5 == 0).collect(),
        lengths,
        noise: true,
        seed: 4,
    }
}

fn bits(all: &BTreeMap<String, Tensor>) -> BTreeMap<&str, Vec<u32>> {
    let of = |x: &Tensor| x.flatten_all().unwrap().to_vec1::<f32>().unwrap().into_iter().map(f32::to_bits).collect();
    all.iter().map(|(name, x)| (name.as_str(), of(x))).collect()
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let case = mixed(97);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| case.run(Kernels::Fused, DType::F32))
    };
    let one = on(1);
    for threads in [2, 3, 8] {
        assert_eq!(bits(&on(threads)), bits(&one), "{threads} threads");
    }
}

#[test]
fn a_second_way_back_gives_the_same_bits() {
    for noise in [DropoutKey::NONE, DropoutKey::new(1, 2)] {
        let mut params = Params::new(1, DType::F32, &Device::Cpu).with(Kernels::Fused);
        let encoder = PooledEncoder::new(params.root().sub("e"), &shape(9, 16, 2, 2, 20, 3), 0.2).unwrap();
        let x = normal(3, &[5, 7, 9]).unwrap().to_dtype(DType::F32).unwrap();
        let loss = encoder.forward(&x, None, None, noise).unwrap().sqr().unwrap().sum_all().unwrap();
        let gradients = || {
            let gradients = Gradients::of(&params, &mut loss.backward().unwrap());
            gradients.by_parameter(&params).unwrap()
        };
        let first = gradients();
        assert_eq!(bits(&gradients()), bits(&first));
    }
}

#[test]
fn a_sample_does_not_depend_on_its_batch() {
    let case = Case { noise: false, ..mixed(20) };
    let all = case.run(Kernels::Fused, DType::F32)["y"].clone();
    let time = case.time();
    for i in [0, 7, 19] {
        let frames = time * i..time * i + case.lengths[i];
        let mut params = Params::new(case.seed, DType::F32, &Device::Cpu).with(Kernels::Fused);
        let encoder = PooledEncoder::new(params.root().sub("e"), &case.shape, 0.0).unwrap();
        params.load(&case.values(&params)).unwrap();
        let x = case.x().narrow(0, i, 1).unwrap().narrow(1, 0, frames.len()).unwrap();
        let attended = &case.attended.as_ref().unwrap()[frames];
        let attended = choice_mask(attended, attended.len(), DType::F32, &Device::Cpu).unwrap();
        let y = encoder.forward(&x, None, attended.as_ref(), DropoutKey::NONE).unwrap();
        let together = all.narrow(0, i, 1).unwrap();
        assert!(difference(&y, &together, largest(&together)) < 1e-5, "sample {i}");
    }
}

#[test]
fn nothing_that_is_no_number_is_hidden() {
    let mut params = Params::new(1, DType::F32, &Device::Cpu).with(Kernels::Fused);
    let encoder = PooledEncoder::new(params.root().sub("e"), &shape(9, 16, 2, 2, 20, 3), 0.0).unwrap();
    for number in [f32::NAN, f32::INFINITY] {
        let mut x = vec![1.0f32; 5 * 7 * 9];
        x[200] = number;
        let x = Tensor::from_vec(x, (5, 7, 9), &Device::Cpu).unwrap();
        let y = encoder.forward(&x, None, None, DropoutKey::NONE).unwrap().to_vec2::<f32>().unwrap();
        assert!(y[3].iter().any(|y| !y.is_finite()), "{number} gave {:?}", y[3]);
        assert!(y[2].iter().chain(&y[4]).all(|y| y.is_finite()), "{number} went to other samples");
    }
}

#[test]
fn features_and_masks_of_another_size_are_refused() {
    let mut params = Params::new(1, DType::F32, &Device::Cpu).with(Kernels::Fused);
    let encoder = PooledEncoder::new(params.root().sub("e"), &shape(9, 16, 2, 2, 20, 3), 0.0).unwrap();
    let ones = |shape: &[usize]| Tensor::ones(shape, DType::F32, &Device::Cpu).unwrap();
    let error = |x, mask: Option<&Tensor>| encoder.forward(&x, mask, None, DropoutKey::NONE).unwrap_err().to_string();
    assert!(error(ones(&[2, 3, 8]), None).contains("features of width 8, expected 9"));
    assert!(error(ones(&[2, 3, 9]), Some(&ones(&[2, 4]))).contains("a mask of [2, 4], expected (2, 3)"));
}
