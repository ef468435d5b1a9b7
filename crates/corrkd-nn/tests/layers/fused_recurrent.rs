//! Fused LSTM and GRU layers against their definition, the composed ones: values and gradients.

use candle_core::{DType, Device, Tensor, Var};
use corrkd_nn::gradcheck::normal;
use corrkd_nn::{Cell, DropoutKey, Gradients, Kernels, Params, Recurrent, RecurrentShape, States, frame_mask};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The largest difference from the definition in f64, relative to the tensor's largest element. Where all parts of a
/// gradient cancel, rounding is all that f32 leaves of it; there the fused form may be as far off as [`TIMES`] what the
/// definition is in f32.
const TOLERANCE: f64 = 1e-5;
const TIMES: f64 = 10.0;

#[derive(Clone, Debug)]
struct Case {
    shape: RecurrentShape,
    lengths: Vec<usize>,
    /// Frames behind the longest sequence's end.
    behind: usize,
    /// What a loss weights: all states, and the final ones.
    all: bool,
    last: bool,
    noise: bool,
    seed: u64,
}

impl Case {
    fn time(&self) -> usize {
        self.lengths.iter().copied().max().unwrap().max(1) + self.behind
    }

    fn frames(&self, dtype: DType) -> Option<Tensor> {
        frame_mask(&self.lengths, self.time(), dtype, &Device::Cpu).unwrap()
    }

    /// Normal numbers that f32 holds.
    fn normal(&self, what: u64, shape: &[usize]) -> Tensor {
        normal(self.seed + what, shape).unwrap().to_dtype(DType::F32).unwrap()
    }

    /// Features (B, T, D): zero behind the end.
    fn x(&self) -> Tensor {
        let x = self.normal(0, &[self.lengths.len(), self.time(), self.shape.inputs]);
        match self.frames(DType::F32) {
            Some(frames) => x.broadcast_mul(&frames.unsqueeze(2).unwrap()).unwrap(),
            None => x,
        }
    }

    fn network(&self, kernels: Kernels, dtype: DType) -> (Params, Recurrent) {
        let mut params = Params::new(self.seed, dtype, &Device::Cpu).with(kernels);
        let network = Recurrent::new(params.root().sub("r"), &self.shape).unwrap();
        // As f32 holds them.
        let values = params.values().unwrap().into_iter();
        params.load(&values.map(|(name, x)| (name, x.to_dtype(DType::F32).unwrap())).collect()).unwrap();
        (params, network)
    }

    fn key(&self) -> DropoutKey {
        if self.noise { DropoutKey::new(self.seed, 3) } else { DropoutKey::NONE }
    }

    /// One number of the states.
    fn loss(&self, states: &States) -> Tensor {
        let weighted = |what, y: &Tensor| {
            // Through a transposition, so that a gradient arrives which is not contiguous.
            let y = y.transpose(0, 1).unwrap();
            (&y * self.normal(what, y.dims()).to_dtype(y.dtype()).unwrap()).unwrap().sum_all().unwrap()
        };
        match (self.all, self.last) {
            (true, false) => weighted(98, &states.all),
            (false, _) => weighted(99, &states.last),
            (true, true) => (weighted(98, &states.all) + weighted(99, &states.last)).unwrap(),
        }
    }

    /// The states and the gradients of a loss by name.
    fn run(&self, kernels: Kernels, dtype: DType) -> BTreeMap<String, Tensor> {
        let (params, network) = self.network(kernels, dtype);
        let x = Var::from_tensor(&self.x().to_dtype(dtype).unwrap()).unwrap();
        let states = network.forward(x.as_tensor(), self.frames(dtype).as_ref(), self.key()).unwrap();
        let mut store = self.loss(&states).backward().unwrap();
        let dx = store.remove(x.as_tensor()).unwrap();
        let mut results = Gradients::of(&params, &mut store).by_parameter(&params).unwrap();
        results.extend([("x".to_owned(), dx), ("all".to_owned(), states.all), ("last".to_owned(), states.last)]);
        results
    }

    fn check(&self) {
        let wanted = self.run(Kernels::Composed, DType::F64);
        let composed = self.run(Kernels::Composed, DType::F32);
        let fused = self.run(Kernels::Fused, DType::F32);
        assert!(fused.keys().eq(wanted.keys()));
        for (name, expected) in &wanted {
            let [ours, theirs] = [&fused, &composed].map(|all| difference(&all[name], expected));
            assert!(ours <= TOLERANCE.max(TIMES * theirs), "{name} differs by {ours}, composed by {theirs}: {self:?}");
        }
    }
}

fn numbers(x: &Tensor) -> Vec<f64> {
    x.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1::<f64>().unwrap()
}

/// The largest difference relative to the largest element; infinite if there is something that is no number.
fn difference(a: &Tensor, expected: &Tensor) -> f64 {
    assert_eq!(a.dims(), expected.dims());
    let (a, expected) = (numbers(a), numbers(expected));
    let largest = expected.iter().fold(f64::MIN_POSITIVE, |largest, x| largest.max(x.abs()));
    let apart = |(a, b): (&f64, &f64)| if (a - b).is_finite() { (a - b).abs() / largest } else { f64::INFINITY };
    a.iter().zip(&expected).map(apart).fold(0.0, f64::max)
}

fn bits(x: &Tensor) -> Vec<u32> {
    x.flatten_all().unwrap().to_vec1::<f32>().unwrap().into_iter().map(f32::to_bits).collect()
}

fn all_bits(results: &BTreeMap<String, Tensor>) -> BTreeMap<&str, Vec<u32>> {
    results.iter().map(|(name, x)| (name.as_str(), bits(x))).collect()
}

prop_compose! {
    fn cases()(
        (lstm, bidirectional, all, last) in (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()),
        (inputs, width, layers) in (1usize..40, 1usize..40, 1usize..4),
        (dropout, noise, behind, seed) in (0.0..0.6, any::<bool>(), 0usize..3, 0u64..1_000_000),
        lengths in prop::collection::vec(0usize..20, 1..40),
    ) -> Case {
        let cell = if lstm { Cell::Lstm } else { Cell::Gru };
        let shape = RecurrentShape { cell, inputs, width, layers, bidirectional, dropout };
        Case { shape, lengths, behind, all, last, noise, seed }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_shape(case in cases()) {
        case.check();
    }
}

/// A case with everything in it.
fn mixed(cell: Cell, batch: usize) -> Case {
    let shape = RecurrentShape { cell, inputs: 37, width: 24, layers: 2, bidirectional: true, dropout: 0.3 };
    let lengths = (0..batch).map(|i| 7 * i % 23).collect();
    Case { shape, lengths, behind: 1, all: true, last: true, noise: true, seed: 4 }
}

/// Of whole vectors, all sequences of one length, more frames than are dealt with at a time.
#[test]
fn published_sizes() {
    for (cell, inputs, width) in [(Cell::Lstm, 74, 16), (Cell::Gru, 35, 32)] {
        let shape = RecurrentShape { cell, inputs, width, layers: 1, bidirectional: false, dropout: 0.0 };
        Case { shape, lengths: vec![50; 33], behind: 0, all: false, last: true, noise: true, seed: 9 }.check();
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for cell in [Cell::Lstm, Cell::Gru] {
        let case = mixed(cell, 97);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| case.run(Kernels::Fused, DType::F32))
        };
        let one = on(1);
        for threads in [2, 3, 8] {
            assert_eq!(all_bits(&on(threads)), all_bits(&one), "{threads} threads");
        }
    }
}

#[test]
fn a_second_way_back_gives_the_same_bits() {
    for noise in [false, true] {
        let case = Case { noise, ..mixed(Cell::Lstm, 20) };
        let (params, network) = case.network(Kernels::Fused, DType::F32);
        let states = network.forward(&case.x(), case.frames(DType::F32).as_ref(), case.key()).unwrap();
        let loss = case.loss(&states);
        let gradients = || {
            let gradients = Gradients::of(&params, &mut loss.backward().unwrap());
            gradients.by_parameter(&params).unwrap()
        };
        let first = gradients();
        assert_eq!(all_bits(&gradients()), all_bits(&first));
    }
}

#[test]
fn a_sample_does_not_depend_on_its_batch_nor_on_padding() {
    for cell in [Cell::Lstm, Cell::Gru] {
        let case = Case { noise: false, ..mixed(cell, 40) };
        let together = case.run(Kernels::Fused, DType::F32);
        let (_, network) = case.network(Kernels::Fused, DType::F32);
        for i in [0, 1, 20, 39] {
            let length = case.lengths[i].max(1);
            let x = case.x().narrow(0, i, 1).unwrap().narrow(1, 0, length).unwrap();
            let frames = frame_mask(&case.lengths[i..=i], length, DType::F32, &Device::Cpu).unwrap();
            let alone = network.forward(&x, frames.as_ref(), DropoutKey::NONE).unwrap();
            let all = together["all"].narrow(0, i, 1).unwrap().narrow(1, 0, length).unwrap();
            assert_eq!(bits(&alone.all), bits(&all), "sample {i}");
            assert_eq!(bits(&alone.last), bits(&together["last"].narrow(0, i, 1).unwrap()), "sample {i}");
        }
    }
}

#[test]
fn nothing_that_is_no_number_is_hidden() {
    for cell in [Cell::Lstm, Cell::Gru] {
        let case = Case { lengths: vec![7; 5], behind: 0, ..mixed(cell, 5) };
        let (_, network) = case.network(Kernels::Fused, DType::F32);
        let mut x = case.x().to_vec3::<f32>().unwrap();
        x[3][2][5] = f32::NAN;
        let x = Tensor::from_vec(x.concat().concat(), (5, 7, 37), &Device::Cpu).unwrap();
        let last = network.forward(&x, None, DropoutKey::NONE).unwrap().last.to_vec2::<f32>().unwrap();
        assert!(last[3].iter().all(|y| y.is_nan()), "{last:?}");
        assert!(last[2].iter().chain(&last[4]).all(|y| y.is_finite()), "it went to other samples");
    }
}

#[test]
fn what_needs_no_gradient_gets_none() {
    let case = Case { noise: false, ..mixed(Cell::Gru, 9) };
    let (params, network) = case.network(Kernels::Fused, DType::F32);
    let x = Var::from_tensor(&case.x()).unwrap();
    let states = network.forward(&x.as_detached_tensor(), None, DropoutKey::NONE).unwrap();
    let gradients = case.loss(&states).backward().unwrap();
    assert!(gradients.get(x.as_tensor()).is_none());
    assert!(params.iter().all(|(_, var)| gradients.get(var.as_tensor()).is_some()));

    let mut frozen = Params::frozen(&params.values().unwrap(), DType::F32, &Device::Cpu).unwrap();
    let network = Recurrent::new(frozen.root().sub("r"), &case.shape).unwrap();
    let same = network.forward(x.as_tensor(), None, DropoutKey::NONE).unwrap();
    assert_eq!(bits(&same.all), bits(&states.all));
    let gradients = case.loss(&same).backward().unwrap();
    assert!(gradients.get(x.as_tensor()).is_some());
    assert!(frozen.iter().all(|(_, var)| gradients.get(var.as_tensor()).is_none()));
}

#[test]
fn frames_and_masks_of_another_size_are_refused() {
    let (_, network) = mixed(Cell::Lstm, 2).network(Kernels::Fused, DType::F32);
    let ones = |shape: &[usize]| Tensor::ones(shape, DType::F32, &Device::Cpu).unwrap();
    let error = |x, mask: Option<&Tensor>| network.forward(&x, mask, DropoutKey::NONE).err().unwrap().to_string();
    assert!(error(ones(&[2, 3, 36]), None).contains("frames of 36 numbers, expected 37"));
    assert!(error(ones(&[2, 3, 37]), Some(&ones(&[2, 4]))).contains("a mask of [2, 4], expected (2, 3)"));
}
