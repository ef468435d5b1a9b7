//! Fused forms against the composed ones that define them: values, all gradients, and the same bits on any number of
//! threads. The encoder's are in `fused_encoder.rs`.

use candle_core::{DType, Device, Result, Tensor, Var};
use corrkd_nn::gradcheck::normal;
use corrkd_nn::{Clip, Gradients, Init, Kernels, Optimizer, OptimizerSettings, PairScores, Params, pairwise};
use corrkd_random::Stream;
use proptest::prelude::*;

/// How far results may be apart, relative to the tensor's largest element.
const TOLERANCE: f32 = 1e-5;

fn normal32(seed: u64, shape: &[usize]) -> Tensor {
    normal(seed, shape).unwrap().to_dtype(DType::F32).unwrap()
}

fn numbers(x: &Tensor) -> Vec<f32> {
    x.flatten_all().unwrap().to_vec1().unwrap()
}

/// Holds tensors to the composed form's, element by element; what is not finite must be so in both. Differences are
/// measured by `least` where all elements are smaller: sums of few terms may all but cancel.
fn close(fused: &[Tensor], composed: &[Tensor], least: f32) {
    assert_eq!(fused.len(), composed.len());
    for (which, (fused, composed)) in fused.iter().zip(composed).enumerate() {
        assert_eq!(fused.dims(), composed.dims());
        let (fused, composed) = (numbers(fused), numbers(composed));
        let finite = |x: &&f32| x.is_finite();
        let largest = composed.iter().filter(finite).fold(least, |largest, x| largest.max(x.abs()));
        for (i, (a, b)) in fused.iter().zip(&composed).enumerate() {
            let same = a == b || a.is_nan() && b.is_nan() || (a - b).abs() <= TOLERANCE * largest;
            assert!(same, "tensor {which}, element {i}: {a}, composed {b}, the largest being {largest}");
        }
    }
}

/// A value (N, M) and the gradients that a loss over it leaves for some variables.
fn value_and_gradients(value: &Tensor, variables: &[&Var]) -> Vec<Tensor> {
    // A gradient that arrives transposed.
    let weights = normal32(99, value.t().unwrap().dims());
    let loss = (value.t().unwrap() * weights).unwrap().sum_all().unwrap();
    let gradients = loss.backward().unwrap();
    let of_variables = variables.iter().map(|var| gradients.get(var.as_tensor()).unwrap().clone());
    std::iter::once(value.clone()).chain(of_variables).collect()
}

/// The bits of what `work` gives on one, two and three threads, which must be the same.
fn same_bits(work: impl Fn() -> Vec<Tensor> + Send + Sync) {
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let results = pool.install(&work);
        results.iter().map(|x| numbers(x).into_iter().map(f32::to_bits).collect()).collect::<Vec<Vec<u32>>>()
    };
    let one = on(1);
    assert!([2, 3].into_iter().all(|threads| on(threads) == one));
}

/// Distances and their gradients, in one form.
fn distances(a: &Var, b: &Var, kernels: Kernels) -> Vec<Tensor> {
    value_and_gradients(&pairwise(a.as_tensor(), b.as_tensor(), kernels).unwrap(), &[a, b])
}

/// Two sets of vectors, some of the second equal to some of the first.
fn vectors(seed: u64, [n, m, width]: [usize; 3]) -> [Var; 2] {
    let (a, b) = (normal32(seed, &[n, width]), normal32(seed ^ 1, &[m, width]));
    let rows = (0..m).map(|j| if j % 3 == 1 { a.get(j % n) } else { b.get(j) }).collect::<Result<Vec<_>>>().unwrap();
    [Var::from_tensor(&a).unwrap(), Var::from_tensor(&Tensor::stack(&rows, 0).unwrap()).unwrap()]
}

proptest! {
    #[test]
    fn distances_are_the_definitions(seed: u64, n in 1usize..20, m in 1usize..40, width in 1usize..70) {
        let [a, b] = vectors(seed, [n, m, width]);
        close(&distances(&a, &b, Kernels::Fused), &distances(&a, &b, Kernels::Composed), 1.0);
    }

    /// What is not finite reaches the same distances and gradients.
    #[test]
    fn distances_hide_nothing(seed: u64, n in 1usize..6, m in 1usize..6, width in 1usize..6, at: usize, bad in 0usize..3) {
        let [a, b] = vectors(seed, [n, m, width]);
        let mut values = numbers(a.as_tensor());
        let at = at % values.len();
        values[at] = [f32::NAN, f32::INFINITY, 1e30][bad];
        a.set(&Tensor::from_vec(values, (n, width), &Device::Cpu).unwrap()).unwrap();
        close(&distances(&a, &b, Kernels::Fused), &distances(&a, &b, Kernels::Composed), 1.0);
    }
}

#[test]
fn distances_pass_no_gradient_to_what_is_detached() {
    let [a, b] = vectors(1, [5, 7, 3]);
    for (x, y) in [(a.as_tensor().clone(), b.as_detached_tensor()), (a.as_detached_tensor(), b.as_tensor().clone())] {
        let gradients = pairwise(&x, &y, Kernels::Fused).unwrap().sum_all().unwrap().backward().unwrap();
        assert_eq!(gradients.get(a.as_tensor()).is_some(), x.track_op());
        assert_eq!(gradients.get(b.as_tensor()).is_some(), y.track_op());
    }
}

#[test]
fn distances_need_one_width() {
    let error = pairwise(&normal32(1, &[2, 3]), &normal32(2, &[2, 4]), Kernels::Fused).unwrap_err();
    assert!(error.to_string().contains("vectors of 3 and of 4 numbers"), "{error}");
}

/// The variables of these sizes and Adam's moments after some steps on gradients that differ from step to step, and each
/// step's norm.
fn steps(seed: u64, sizes: &[usize], settings: &OptimizerSettings, count: usize, kernels: Kernels) -> Vec<Tensor> {
    let mut params = Params::new(seed, DType::F32, &Device::Cpu).with(kernels);
    let ones = Init::Ones;
    let vars: Vec<Tensor> =
        sizes.iter().enumerate().map(|(i, &n)| params.root().get(&format!("w{i}"), &[n], ones).unwrap()).collect();
    let mut adam = Optimizer::new(&params, settings).unwrap();
    let mut results = Vec::new();
    for step in 0..count as u64 {
        let slopes = vars.iter().enumerate().map(|(i, var)| {
            let factors = normal32(seed ^ (step << 8 | i as u64), var.dims());
            (var.sqr().unwrap() * factors).unwrap().sum_all().unwrap()
        });
        let loss = slopes.reduce(|sum, x| (sum + x).unwrap()).unwrap();
        let gradients = Gradients::of(&params, &mut loss.backward().unwrap());
        let norm = adam.descend(&params, gradients).unwrap().unwrap();
        results.push(Tensor::new(norm as f32, &Device::Cpu).unwrap());
        results.extend(adam.state().unwrap().into_values());
        results.extend(params.values().unwrap().into_values());
    }
    results
}

proptest! {
    /// Not of few numbers, whose moments may all but cancel and leave nothing to measure a difference by.
    #[test]
    fn adam_steps_as_defined(
        seed: u64, sizes in prop::collection::vec(17usize..70, 1..4), clip in 0usize..4, decays: bool
    ) {
        let clip = [Clip::Norm(0.5), Clip::Norm(1e9), Clip::Value(0.7), Clip::None][clip];
        let mut settings = OptimizerSettings::plain(0.01, clip);
        settings.groups[0].weight_decay = if decays { 0.1 } else { 0.0 };
        let of = |kernels| steps(seed, &sizes, &settings, 5, kernels);
        close(&of(Kernels::Fused), &of(Kernels::Composed), 0.0);
    }
}

/// A state that was given out is not changed by later steps, and one that was taken up goes on as the first did.
#[test]
fn adams_state_is_a_copy() {
    for kernels in [Kernels::Composed, Kernels::Fused] {
        let mut params = Params::new(1, DType::F32, &Device::Cpu).with(kernels);
        let w = params.root().get("w", &[5], Init::Ones).unwrap();
        let settings = OptimizerSettings::plain(0.1, Clip::Norm(1e9));
        let step = |adam: &mut Optimizer| {
            let mut gradients = (w.sqr().unwrap() * 3.0).unwrap().sum_all().unwrap().backward().unwrap();
            adam.descend(&params, Gradients::of(&params, &mut gradients)).unwrap();
            (numbers(&params.values().unwrap()["w"]), adam.state().unwrap())
        };
        let mut adam = Optimizer::new(&params, &settings).unwrap();
        let (_, state) = step(&mut adam);
        let note = adam.note();
        let values = params.values().unwrap();
        let before: Vec<Vec<f32>> = state.values().map(numbers).collect();
        let (there, _) = step(&mut adam);
        params.load(&values).unwrap();
        let mut again = Optimizer::new(&params, &settings).unwrap();
        again.restore(&state, &note).unwrap();
        assert_eq!(step(&mut again).0, there);
        assert_eq!(state.values().map(numbers).collect::<Vec<_>>(), before);
    }
}

/// Numbers on a grid so coarse that all sums of the scores' layers are exact: both forms stand on the same side of every
/// ReLU, many of them at zero.
fn on_grid(seed: u64, shape: &[usize]) -> Tensor {
    let stream = Stream::new(seed, "grid");
    let values = (0..shape.iter().product::<usize>() as u64).map(|i| stream.below(i, 9) as f32 / 4.0 - 1.0).collect();
    Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
}

/// A network with the parameters that `value` gives by seed and shape.
fn network(
    [inputs, hidden]: [usize; 2],
    value: impl Fn(u64, &[usize]) -> Tensor,
    kernels: Kernels,
) -> (Params, PairScores) {
    let mut params = Params::new(3, DType::F32, &Device::Cpu).with(kernels);
    let scores = PairScores::new(params.root().sub("scores"), inputs, hidden).unwrap();
    let values = params.values().unwrap().into_iter().zip(10..);
    params.load(&values.map(|((name, x), seed)| (name, value(seed, x.dims()))).collect()).unwrap();
    (params, scores)
}

/// Scores of all pairs, with the gradients of x, y, and each parameter by name.
fn scores(x: &Var, y: &Var, params: &Params, scores: &PairScores) -> Vec<Tensor> {
    let value = scores.forward(x.as_tensor(), y.as_tensor()).unwrap();
    let mut results = value_and_gradients(&value, &[x, y]);
    // Once more, from the same forward pass.
    let mut gradients = (value * 0.5).unwrap().sqr().unwrap().sum_all().unwrap().backward().unwrap();
    results.extend(Gradients::of(params, &mut gradients).by_parameter(params).unwrap().into_values());
    results
}

fn var(x: Tensor) -> Var {
    Var::from_tensor(&x).unwrap()
}

proptest! {
    #[test]
    fn pair_scores_are_the_definitions(seed: u64, n in 1usize..12, m in 1usize..40, inputs in 1usize..7, hidden in 1usize..40) {
        let value = |i: u64, shape: &[usize]| on_grid(seed ^ i, shape);
        let (x, y) = (var(value(1, &[n, inputs])), var(value(2, &[m, inputs])));
        let of = |kernels| {
            let (params, network) = network([inputs, hidden], value, kernels);
            scores(&x, &y, &params, &network)
        };
        close(&of(Kernels::Fused), &of(Kernels::Composed), 1.0);
    }
}

/// As many pairs and units as in training, and numbers off the grid.
#[test]
fn pair_scores_of_a_batch() {
    let (x, y) = (var(normal32(1, &[64, 6])), var(normal32(2, &[64, 6])));
    let value = |seed: u64, shape: &[usize]| (normal32(seed, shape) * 0.3).unwrap();
    let of = |kernels| {
        let (params, network) = network([6, 64], value, kernels);
        scores(&x, &y, &params, &network)
    };
    close(&of(Kernels::Fused), &of(Kernels::Composed), 1.0);
    same_bits(|| of(Kernels::Fused));
}

#[test]
fn pair_scores_pass_no_gradient_to_what_is_detached() {
    let (params, network) = network([2, 5], on_grid, Kernels::Fused);
    let (x, y) = (var(on_grid(1, &[3, 2])), var(on_grid(2, &[4, 2])));
    let value = network.forward(&x.as_detached_tensor(), y.as_tensor()).unwrap();
    let gradients = value.sum_all().unwrap().backward().unwrap();
    assert!(gradients.get(x.as_tensor()).is_none() && gradients.get(y.as_tensor()).is_some());
    assert!(params.iter().all(|(_, var)| gradients.get(var.as_tensor()).is_some()));
}

#[test]
fn frozen_pair_scores_get_no_gradient() {
    let (trained, network) = network([2, 5], on_grid, Kernels::Fused);
    let mut params = Params::frozen(&trained.values().unwrap(), DType::F32, &Device::Cpu).unwrap();
    let frozen = PairScores::new(params.root().sub("scores"), 2, 5).unwrap();
    let (x, y) = (var(on_grid(1, &[3, 2])), on_grid(2, &[4, 2]));
    let value = frozen.forward(x.as_tensor(), &y).unwrap();
    assert_eq!(numbers(&value), numbers(&network.forward(x.as_tensor(), &y).unwrap()));
    let gradients = value.sum_all().unwrap().backward().unwrap();
    assert!(gradients.get(x.as_tensor()).is_some());
    assert!(params.iter().all(|(_, var)| gradients.get(var.as_tensor()).is_none()));
}

#[test]
fn pair_scores_need_their_sizes() {
    let (mut params, network) = network([2, 5], on_grid, Kernels::Fused);
    let error = network.forward(&on_grid(1, &[3, 2]), &on_grid(2, &[4, 3])).unwrap_err();
    assert!(error.to_string().contains("vectors of 2 and of 3 numbers, expected 2"), "{error}");
    let error = PairScores::new(params.root().sub("scores"), 2, 6).err().unwrap();
    assert_eq!(error.to_string(), "tensor `scores.first.weight` is of shape [5, 4], expected shape [6, 4]");
}

#[test]
fn threads_change_no_bits() {
    let [a, b] = vectors(1, [64, 64, 120]);
    same_bits(|| distances(&a, &b, Kernels::Fused));
    let settings = OptimizerSettings::plain(0.01, Clip::Norm(0.5));
    same_bits(|| steps(1, &[70_001, 40_000, 3], &settings, 3, Kernels::Fused));
}
