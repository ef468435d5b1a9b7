//! The fused cross-modal Transformer and the fused decoder against their definitions, the composed ones: values and
//! gradients.

use candle_core::{DType, Device, Tensor, Var};
use corrkd_nn::{
    CrossEncoder, CrossEncoderShape, Decoder, DecoderShape, DropoutKey, Gradients, Kernels, Params, Positions,
    frame_mask, gradcheck::normal,
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
    shape: CrossEncoderShape,
    batch: usize,
    queries: usize,
    /// None: the queries themselves.
    keys: Option<usize>,
    /// Only the last frame is asked for, of sequences that all have the same length.
    last: bool,
    /// A decoder of the shape.
    decodes: bool,
    /// Sequences end at different lengths.
    padded: bool,
    /// Every so many frames are zero.
    zeros: usize,
    noise: bool,
    seed: u64,
}

impl Case {
    /// Normal numbers that f32 holds.
    fn normal(&self, what: u64, shape: &[usize]) -> Tensor {
        normal(self.seed + what, shape).unwrap().to_dtype(DType::F32).unwrap()
    }

    /// A sequence (B, T, d), some of its frames zero.
    fn sequence(&self, what: u64, time: usize) -> Tensor {
        let frames = (0..self.batch * time).map(|i| if i % self.zeros == 0 { 0f32 } else { 1.0 }).collect();
        let mask = Tensor::from_vec(frames, (self.batch, time, 1), &Device::Cpu).unwrap();
        self.normal(what, &[self.batch, time, self.shape.width]).broadcast_mul(&mask).unwrap()
    }

    /// Biases and gains that are not zero and one, by name.
    fn values(&self, params: &Params) -> BTreeMap<String, Tensor> {
        let moved = params.values().unwrap().into_iter().enumerate().map(|(i, (name, value))| {
            let shift = (self.normal(10 + i as u64, value.dims()) * 0.1).unwrap();
            (name, (value.to_dtype(DType::F32).unwrap() + shift).unwrap())
        });
        moved.collect()
    }

    /// Which frames of a sequence exist, of those whose first half may be all there is.
    fn attended(&self, what: u64, time: usize, dtype: DType) -> Option<Tensor> {
        let length = |i: u64| time - (self.seed + what + 3 * i) as usize % time.div_ceil(2);
        let lengths: Vec<usize> = (0..self.batch as u64).map(length).collect();
        frame_mask(&lengths, time, dtype, &Device::Cpu).unwrap().filter(|_| self.padded)
    }

    /// The answer as `y`, and the gradients of its weighted sum by name.
    fn run(&self, kernels: Kernels, dtype: DType) -> BTreeMap<String, Tensor> {
        let mut params = Params::new(self.seed, dtype, &Device::Cpu).with(kernels);
        let network = Network::new(&mut params, self);
        params.load(&self.values(&params)).unwrap();
        let noise = if self.noise { DropoutKey::new(self.seed, 3) } else { DropoutKey::NONE };
        let var = |what, time| Var::from_tensor(&self.sequence(what, time).to_dtype(dtype).unwrap()).unwrap();
        let queries = var(0, self.queries);
        let context = self.keys.map(|keys| var(1, keys));
        let given = context.as_ref().map(|context| context.as_tensor());
        let own = self.attended(0, self.queries, dtype);
        let others = self.keys.map_or_else(|| own.clone(), |keys| self.attended(1, keys, dtype));
        let y = match &network {
            Network::Decoder(decoder) => {
                decoder.forward(queries.as_tensor(), given.unwrap(), [own.as_ref(), others.as_ref()], noise)
            }
            Network::Encoder(encoder) if self.last => encoder.last(queries.as_tensor(), given, noise),
            Network::Encoder(encoder) => encoder.forward(queries.as_tensor(), given, others.as_ref(), noise),
        };
        let y = y.unwrap();
        let weights = self.normal(9, y.dims()).to_dtype(dtype).unwrap();
        let mut store = (&y * weights).unwrap().sum_all().unwrap().backward().unwrap();
        let mut all = BTreeMap::from([("y".to_owned(), y)]);
        all.insert("queries".to_owned(), store.remove(queries.as_tensor()).unwrap());
        if let Some(context) = &context {
            all.insert("context".to_owned(), store.remove(context.as_tensor()).unwrap());
        }
        all.extend(Gradients::of(&params, &mut store).by_parameter(&params).unwrap());
        all
    }

    fn check(&self) {
        let wanted = self.run(Kernels::Composed, DType::F64);
        let composed = self.run(Kernels::Composed, DType::F32);
        let fused = self.run(Kernels::Fused, DType::F32);
        assert!(fused.keys().eq(wanted.keys()));
        for (name, expected) in &wanted {
            // The bias of keys moves all scores of a query alike: its gradient is zero, and rounding of its terms, which are
            // those of the weight.
            let weight = name.strip_suffix("bias").map(|layer| format!("{layer}weight"));
            let weight = weight.and_then(|name| wanted.get(&name)).map_or(0.0, largest);
            let scale = largest(expected).max(weight);
            let [ours, theirs] = [&fused, &composed].map(|all| difference(&all[name], expected, scale));
            assert!(ours <= TOLERANCE.max(TIMES * theirs), "{name} differs by {ours}, composed by {theirs}: {self:?}");
        }
    }
}

enum Network {
    Encoder(CrossEncoder),
    Decoder(Decoder),
}

impl Network {
    fn new(params: &mut Params, case: &Case) -> Self {
        let CrossEncoderShape { width, heads, layers, feed_forward, .. } = case.shape;
        let CrossEncoderShape { attention_dropout, relu_dropout, residual_dropout, .. } = case.shape;
        match case.decodes {
            false => Self::Encoder(CrossEncoder::new(params.root().sub("e"), &case.shape).unwrap()),
            true => {
                let feed_forward_dropout = relu_dropout;
                let of_layers = DecoderShape {
                    width,
                    heads,
                    layers,
                    feed_forward,
                    attention_dropout,
                    feed_forward_dropout,
                    residual_dropout,
                };
                Self::Decoder(Decoder::new(params.root().sub("e"), &of_layers).unwrap())
            }
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
    assert_eq!(a.dims(), expected.dims());
    let apart = |(a, b): (&f64, &f64)| if (a - b).is_finite() { (a - b).abs() / scale } else { f64::INFINITY };
    numbers(a).iter().zip(&numbers(expected)).map(apart).fold(0.0, f64::max)
}

fn shape(width: usize, heads: usize, layers: usize, feed_forward: usize) -> CrossEncoderShape {
    CrossEncoderShape {
        width,
        heads,
        layers,
        feed_forward,
        causal: true,
        scale: (width as f64).sqrt(),
        positions: Positions::NonZero,
        embedding_dropout: 0.25,
        attention_dropout: 0.3,
        relu_dropout: 0.2,
        residual_dropout: 0.1,
    }
}

/// DMD's, of four layers.
fn published(keys: Option<usize>) -> Case {
    let shape = shape(50, 10, 4, 200);
    let (last, decodes, padded, noise) = (false, false, false, true);
    Case { shape, batch: 5, queries: 46, keys, last, decodes, padded, zeros: 5, noise, seed: 1 }
}

/// TransM's decoder, of two layers.
fn decoder() -> Case {
    Case { shape: shape(40, 10, 2, 160), queries: 50, decodes: true, padded: true, ..published(Some(48)) }
}

#[test]
fn published_sizes() {
    published(None).check();
    published(Some(46)).check();
    Case { shape: shape(100, 10, 2, 400), batch: 3, last: true, ..published(None) }.check();
    Case { queries: 50, noise: false, ..published(Some(48)) }.check();
    decoder().check();
}

prop_compose! {
    fn cases()(
        heads in 1usize..5,
        head in 0usize..11,
        (layers, feed_forward, batch) in (1usize..4, 1usize..40, 1usize..9),
        (queries, keys) in (1usize..40, prop::option::of(1usize..40)),
        (embedding, attention, relu, residual) in (0.0..0.6, 0.0..0.6, 0.0..0.6, 0.0..0.6),
        (causal, all, last, noise, dropped) in any::<(bool, bool, bool, bool, bool)>(),
        (decodes, padded) in any::<(bool, bool)>(),
        zeros in 1usize..9,
        seed in 0u64..1_000_000,
    ) -> Case {
        let p = |p| if dropped { p } else { 0.0 };
        // Even, and no fewer than eight: of a few features, a normalisation leaves little, and rounding of that.
        let width = heads * (head + 8usize.div_ceil(heads)).next_multiple_of(1 + heads % 2);
        let shape = CrossEncoderShape {
            causal,
            scale: if all { 1.0 } else { (width as f64).sqrt() },
            positions: if all { Positions::All } else { Positions::NonZero },
            embedding_dropout: p(embedding),
            attention_dropout: p(attention),
            relu_dropout: p(relu),
            residual_dropout: p(residual),
            ..shape(width, heads, layers, feed_forward)
        };
        let zeros = if zeros == 1 { usize::MAX } else { zeros };
        // Where a query sees a single key, its gradient is zero, and rounding of its terms.
        let decodes = decodes && keys.is_some_and(|keys| keys > 1);
        // A causal query may be left without any key that exists.
        let padded = padded && (decodes || !(causal || last));
        Case { shape, batch, queries, keys, last, decodes, padded, zeros, noise, seed }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_shape(case in cases()) {
        case.check();
    }
}

fn bits(all: &BTreeMap<String, Tensor>) -> BTreeMap<&str, Vec<u32>> {
    let of = |x: &Tensor| x.flatten_all().unwrap().to_vec1::<f32>().unwrap().into_iter().map(f32::to_bits).collect();
    all.iter().map(|(name, x)| (name.as_str(), of(x))).collect()
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for case in [published(None), Case { last: true, ..published(Some(30)) }, decoder()] {
        let case = Case { batch: 37, ..case };
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

fn encoder(shape: &CrossEncoderShape) -> (Params, CrossEncoder) {
    let mut params = Params::new(1, DType::F32, &Device::Cpu).with(Kernels::Fused);
    let encoder = CrossEncoder::new(params.root().sub("e"), shape).unwrap();
    (params, encoder)
}

fn sequence(seed: u64, shape: &[usize]) -> Tensor {
    normal(seed, shape).unwrap().to_dtype(DType::F32).unwrap()
}

#[test]
fn a_second_way_back_gives_the_same_bits() {
    let (params, encoder) = encoder(&shape(16, 2, 2, 20));
    let (queries, context) = (sequence(3, &[5, 7, 16]), sequence(4, &[5, 9, 16]));
    for key in [DropoutKey::NONE, DropoutKey::new(1, 2)] {
        for last in [false, true] {
            let y = match last {
                true => encoder.last(&queries, Some(&context), key),
                false => encoder.forward(&queries, Some(&context), None, key),
            };
            let loss = y.unwrap().sqr().unwrap().sum_all().unwrap();
            let gradients = || {
                let gradients = Gradients::of(&params, &mut loss.backward().unwrap());
                gradients.by_parameter(&params).unwrap()
            };
            let first = gradients();
            assert_eq!(bits(&gradients()), bits(&first));
        }
    }
}

/// What lies in front of a query changes nothing in it, to the bit.
#[test]
fn no_query_sees_what_comes_later() {
    let (_, encoder) = encoder(&shape(20, 4, 3, 24));
    let x = sequence(3, &[2, 37, 20]);
    let whole = encoder.forward(&x, None, None, DropoutKey::NONE).unwrap();
    for time in [1, 16, 17, 36] {
        let short = encoder.forward(&x.narrow(1, 0, time).unwrap(), None, None, DropoutKey::NONE).unwrap();
        assert!(difference(&short, &whole.narrow(1, 0, time).unwrap(), 1.0) < 1e-5, "{time} frames");
        let rest = Tensor::full(9f32, (2, 37 - time, 20), &Device::Cpu).unwrap();
        let other = Tensor::cat(&[x.narrow(1, 0, time).unwrap(), rest], 1).unwrap();
        let other = encoder.forward(&other, None, None, DropoutKey::NONE).unwrap().narrow(1, 0, time).unwrap();
        assert_eq!(numbers(&other), numbers(&whole.narrow(1, 0, time).unwrap()), "{time} frames");
    }
}

/// What a padded sequence holds behind its end changes no frame in front of it, to the bit.
#[test]
fn what_lies_behind_an_end_does_not_matter() {
    let case = Case { noise: false, ..decoder() };
    let mut params = Params::new(1, DType::F32, &Device::Cpu).with(Kernels::Fused);
    let network = Network::new(&mut params, &case);
    let Network::Decoder(decoder) = network else { panic!("a decoder was asked for") };
    let (_, encoder) = encoder(&CrossEncoderShape { causal: false, ..case.shape });
    let mask = frame_mask(&[30, 17], 40, DType::F32, &Device::Cpu).unwrap().unwrap();
    let inside = mask.unsqueeze(2).unwrap();
    let behind = inside.affine(-9.0, 9.0).unwrap();
    let seen = |x: &Tensor| {
        let encoded = encoder.forward(x, None, Some(&mask), DropoutKey::NONE).unwrap();
        let decoded = decoder.forward(x, &encoded, [Some(&mask); 2], DropoutKey::NONE).unwrap();
        [encoded, decoded].map(|y| numbers(&y.broadcast_mul(&inside).unwrap()))
    };
    let x = sequence(3, &[2, 40, 40]);
    let other = x.broadcast_mul(&inside).unwrap().broadcast_add(&behind).unwrap();
    assert_eq!(seen(&other), seen(&x));
}

#[test]
fn frozen_networks_and_what_is_detached_get_no_gradient() {
    let (trained, network) = encoder(&shape(8, 2, 2, 9));
    let mut params = Params::frozen(&trained.values().unwrap(), DType::F32, &Device::Cpu).unwrap();
    let frozen = CrossEncoder::new(params.root().sub("e"), &shape(8, 2, 2, 9)).unwrap();
    let (queries, context) = (Var::from_tensor(&sequence(1, &[2, 3, 8])).unwrap(), sequence(2, &[2, 4, 8]));
    let y = frozen.forward(queries.as_tensor(), Some(&context), None, DropoutKey::NONE).unwrap();
    let expected = network.forward(queries.as_tensor(), Some(&context), None, DropoutKey::NONE).unwrap();
    assert_eq!(numbers(&y), numbers(&expected));
    let gradients = y.sum_all().unwrap().backward().unwrap();
    assert!(gradients.get(queries.as_tensor()).is_some() && gradients.get(&context).is_none());
    assert!(params.iter().all(|(_, var)| gradients.get(var.as_tensor()).is_none()));
}

#[test]
fn nothing_that_is_no_number_is_hidden() {
    let (_, encoder) = encoder(&shape(16, 2, 2, 20));
    for number in [f32::NAN, f32::INFINITY] {
        let mut context = vec![1.0f32; 5 * 7 * 16];
        context[400] = number;
        let context = Tensor::from_vec(context, (5, 7, 16), &Device::Cpu).unwrap();
        let y = encoder.last(&sequence(1, &[5, 4, 16]), Some(&context), DropoutKey::NONE).unwrap();
        let y = y.to_vec2::<f32>().unwrap();
        assert!(y[3].iter().any(|y| !y.is_finite()), "{number} gave {:?}", y[3]);
        assert!(y[2].iter().chain(&y[4]).all(|y| y.is_finite()), "{number} went to other samples");
    }
}

#[test]
fn sequences_that_do_not_fit_are_refused() {
    let (_, encoder) = encoder(&shape(16, 2, 2, 20));
    let ones = |shape: &[usize]| Tensor::ones(shape, DType::F32, &Device::Cpu).unwrap();
    let error = |queries: &[usize], context: &[usize]| {
        encoder.forward(&ones(queries), Some(&ones(context)), None, DropoutKey::NONE).unwrap_err().to_string()
    };
    assert!(error(&[2, 3, 8], &[2, 3, 16]).contains("sequences [2, 3, 8], expected 2 of some frames of width 16"));
    assert!(error(&[2, 3, 16], &[3, 3, 16]).contains("sequences [3, 3, 16], expected 2 of"));
    assert!(error(&[2, 3, 16], &[2, 0, 16]).contains("sequences [2, 0, 16], expected 2 of some frames"));
}
