//! The fused forms of layers that work row by row or element by element, against the composed ones that define them: values,
//! all gradients, and the same bits on any number of threads.

use candle_core::{DType, Device, Tensor, Var};
use corrkd_nn::gradcheck::normal;
use corrkd_nn::{
    Dropout, DropoutKey, Gradients, Kernels, LayerNorm, Linear, Mixer, Params, gelu, swapped, weighted_squares,
};
use proptest::prelude::*;

/// How far results may be apart, relative to the tensor's largest element.
const TOLERANCE: f32 = 1e-5;

/// What is put in place of a number.
const BAD: [f32; 4] = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e15];

fn normal32(seed: u64, shape: &[usize]) -> Tensor {
    normal(seed, shape).unwrap().to_dtype(DType::F32).unwrap()
}

/// Rows whose numbers lie apart: a spread near zero would multiply roundings.
fn rows(seed: u64, shape: &[usize]) -> Var {
    let width = shape[shape.len() - 1] as f32;
    let ramp = (Tensor::arange(0f32, width, &Device::Cpu).unwrap() * 12.0).unwrap();
    Var::from_tensor(&normal32(seed, shape).broadcast_add(&ramp).unwrap()).unwrap()
}

fn numbers(x: &Tensor) -> Vec<f32> {
    x.to_dtype(DType::F32).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

fn bits(x: &Tensor) -> Vec<u32> {
    numbers(x).into_iter().map(f32::to_bits).collect()
}

/// Holds tensors to the composed form's, element by element; what is not finite must be so in both.
fn close(fused: &[Tensor], composed: &[Tensor]) {
    within(TOLERANCE, fused, composed);
}

/// The same with another tolerance.
fn within(tolerance: f32, fused: &[Tensor], composed: &[Tensor]) {
    assert_eq!(fused.len(), composed.len());
    for (which, (fused, composed)) in fused.iter().zip(composed).enumerate() {
        assert_eq!(fused.dims(), composed.dims());
        let (fused, composed) = (numbers(fused), numbers(composed));
        let largest = composed.iter().filter(|x| x.is_finite()).fold(1f32, |largest, x| largest.max(x.abs()));
        for (i, (a, b)) in fused.iter().zip(&composed).enumerate() {
            let same = a == b || a.is_nan() && b.is_nan() || (a - b).abs() <= tolerance * largest;
            assert!(same, "tensor {which}, element {i}: {a}, composed {b}, the largest being {largest}");
        }
    }
}

/// A value, and the gradients of x and of all parameters, of a loss that sends a gradient which is not contiguous; the
/// latter twice, from the same forward pass.
fn value_and_gradients(value: &Tensor, x: &Var, params: &Params) -> Vec<Tensor> {
    let turned = value.transpose(0, 1).unwrap();
    let loss = (&turned * normal32(99, turned.dims())).unwrap().sum_all().unwrap();
    let mut results = vec![value.clone()];
    for loss in [loss, (value * 0.5).unwrap().sqr().unwrap().sum_all().unwrap()] {
        let mut gradients = loss.backward().unwrap();
        results.push(gradients.get(x.as_tensor()).unwrap().clone());
        results.extend(Gradients::of(params, &mut gradients).by_parameter(params).unwrap().into_values());
    }
    results
}

/// The same of a layer with parameters off their starting points.
fn layer<L>(
    x: &Var,
    kernels: Kernels,
    build: impl Fn(&mut Params) -> L,
    forward: impl Fn(&L, &Tensor) -> Tensor,
) -> Vec<Tensor> {
    let mut params = Params::new(3, DType::F32, &Device::Cpu).with(kernels);
    let built = build(&mut params);
    let values = params.values().unwrap().into_iter().zip(10..);
    params.load(&values.map(|((name, x), seed)| (name, normal32(seed, x.dims()))).collect()).unwrap();
    value_and_gradients(&forward(&built, x.as_tensor()), x, &params)
}

fn norms(x: &Var, kernels: Kernels) -> Vec<Tensor> {
    let width = x.dims()[x.rank() - 1];
    layer(x, kernels, |p| LayerNorm::new(p.root(), width).unwrap(), |norm, x| norm.forward(x).unwrap())
}

fn linears(x: &Var, outputs: usize, kernels: Kernels) -> Vec<Tensor> {
    let inputs = x.dims()[x.rank() - 1];
    layer(x, kernels, |p| Linear::new(p.root(), inputs, outputs).unwrap(), |linear, x| linear.forward(x).unwrap())
}

fn gelus(x: &Var, kernels: Kernels) -> Vec<Tensor> {
    layer(x, kernels, |_| (), |(), x| gelu(x, kernels).unwrap())
}

/// The sum and its gradient, twice as large as that of the sum alone.
fn squares(seed: u64, shape: &[usize], kernels: Kernels) -> Vec<Tensor> {
    let x = Var::from_tensor(&normal32(seed, shape)).unwrap();
    let [target, weights] = [1, 2].map(|other| normal32(seed.wrapping_add(other), shape));
    let sum = weighted_squares(x.as_tensor(), &target, &weights, kernels).unwrap();
    let gradient = (&sum * 2.0).unwrap().backward().unwrap().remove(x.as_tensor()).unwrap();
    vec![sum, gradient]
}

/// Along the last axis but one of x (B, R, n, L), with dropout, and along the last of the same vectors.
fn mixers(x: &Var, outputs: usize, kernels: Kernels) -> [Vec<Tensor>; 2] {
    let (key, (batch, rows, inputs, behind)) = (DropoutKey::new(5, 6), x.dims4().unwrap());
    let build = |p: &mut Params| Mixer::new(p.root(), inputs, outputs, 0.3).unwrap();
    let last_but_one = |mixer: &Mixer, x: &Tensor| mixer.along_last_but_one(x, key).unwrap();
    let last = |mixer: &Mixer, x: &Tensor| {
        let vectors = swapped(x).unwrap().reshape((batch, rows * behind, inputs)).unwrap();
        let y = mixer.along_last(&vectors, key).unwrap();
        swapped(&y.reshape((batch, rows, behind, outputs)).unwrap()).unwrap()
    };
    [layer(x, kernels, build, last_but_one), layer(x, kernels, build, last)]
}

/// Vectors (B, R, n, L) whose numbers lie apart, around 6 and -6 by turns.
fn vectors(seed: u64, [batch, rows, inputs, behind]: [usize; 4]) -> Var {
    let around: Vec<f32> = (0..inputs).map(|i| if i % 2 == 0 { 6.0 } else { -6.0 }).collect();
    let around = Tensor::from_vec(around, (inputs, 1), &Device::Cpu).unwrap();
    Var::from_tensor(&normal32(seed, &[batch, rows, inputs, behind]).broadcast_add(&around).unwrap()).unwrap()
}

fn drop(x: &Tensor) -> Tensor {
    Dropout::new("here".to_owned(), 0.3).forward(x, DropoutKey::new(1, 2)).unwrap()
}

/// Puts something else in one element's place.
fn spoil(x: &Var, at: usize, bad: f32) {
    let mut values = numbers(x.as_tensor());
    let at = at % values.len();
    values[at] = bad;
    x.set(&Tensor::from_vec(values, x.dims(), &Device::Cpu).unwrap()).unwrap();
}

proptest! {
    #[test]
    fn layer_norms_are_the_definition(seed: u64, n in 1usize..5, t in 1usize..50, width in 1usize..70) {
        let x = rows(seed, &[n, t, width]);
        close(&norms(&x, Kernels::Fused), &norms(&x, Kernels::Composed));
    }

    #[test]
    fn gelus_are_the_definition(seed: u64, n in 1usize..5, t in 1usize..50, scale in 0.01f64..20.0) {
        let x = Var::from_tensor(&(normal32(seed, &[n, t]) * scale).unwrap()).unwrap();
        close(&gelus(&x, Kernels::Fused), &gelus(&x, Kernels::Composed));
    }

    #[test]
    fn weighted_squares_are_the_definition(seed: u64, n in 1usize..5, t in 1usize..50) {
        close(&squares(seed, &[n, t], Kernels::Fused), &squares(seed, &[n, t], Kernels::Composed));
    }

    #[test]
    fn linear_layers_are_the_definition(seed: u64, n in 1usize..5, t in 1usize..50, width in 1usize..20, outputs in 1usize..20) {
        let x = Var::from_tensor(&normal32(seed, &[n, t, width])).unwrap();
        close(&linears(&x, outputs, Kernels::Fused), &linears(&x, outputs, Kernels::Composed));
    }

    /// Also of vectors that fill more than one chunk, and that begin or end within a block. Gradients are sums over hundreds of
    /// vectors that may nearly cancel.
    #[test]
    fn mlps_along_an_axis_are_the_definition(
        seed: u64, n in 1usize..5, t in 1usize..5, inputs in 2usize..40, behind in 1usize..90, outputs in 1usize..40
    ) {
        let x = vectors(seed, [n, t, inputs, behind]);
        let [fused, composed] = [Kernels::Fused, Kernels::Composed].map(|kernels| mixers(&x, outputs, kernels));
        within(1e-4, &composed[0], &composed[1]);
        within(1e-4, &fused[0], &composed[0]);
        within(1e-4, &fused[1], &composed[0]);
    }

    /// What is not finite, or is very large, reaches the same values and gradients; but not through normalisation where it
    /// is finite, since there the mean's rounding decides.
    #[test]
    fn nothing_is_hidden(seed: u64, t in 1usize..6, width in 2usize..20, at: usize, bad in 0usize..4) {
        let x = rows(seed, &[2, t, width]);
        spoil(&x, at, BAD[bad]);
        if bad < 3 {
            close(&norms(&x, Kernels::Fused), &norms(&x, Kernels::Composed));
        }
        close(&gelus(&x, Kernels::Fused), &gelus(&x, Kernels::Composed));
        let values = [&linears(&x, 3, Kernels::Fused)[..1], &linears(&x, 3, Kernels::Composed)[..1]];
        close(values[0], values[1]);
    }

    /// Bit by bit the composed form's factors, of f64, times the values and times what comes back.
    #[test]
    fn dropout_multiplies_by_the_definitions_mask(
        seed: u64, dims in prop::collection::vec(1usize..20, 1..5), at: usize, bad in 0usize..4
    ) {
        let x = Var::from_tensor(&normal32(seed, &dims)).unwrap();
        spoil(&x, at, BAD[bad]);
        let mask = drop(&Tensor::ones(&*dims, DType::F64, &Device::Cpu).unwrap()).to_dtype(DType::F32).unwrap();
        let dropped = drop(x.as_tensor());
        prop_assert_eq!(bits(&dropped), bits(&(x.as_tensor() * &mask).unwrap()));
        let slopes = normal32(seed ^ 1, &dims);
        let gradients = (dropped * &slopes).unwrap().sum_all().unwrap().backward().unwrap();
        let expected = ((slopes * mask).unwrap() + 0.0).unwrap();
        prop_assert_eq!(bits(gradients.get(x.as_tensor()).unwrap()), bits(&expected));
    }

    #[test]
    fn swapped_axes_are_transposed(seed: u64, batch in 1usize..5, n in 1usize..40, m in 1usize..40) {
        let x = Var::from_tensor(&normal32(seed, &[batch, n, m])).unwrap();
        let y = swapped(x.as_tensor()).unwrap();
        prop_assert_eq!(y.dims(), &[batch, m, n]);
        prop_assert_eq!(bits(&y), bits(&x.transpose(1, 2).unwrap()));
        let slopes = normal32(seed ^ 1, &[batch, m, n]);
        let gradients = (y * &slopes).unwrap().sum_all().unwrap().backward().unwrap();
        prop_assert_eq!(bits(gradients.get(x.as_tensor()).unwrap()), bits(&slopes.transpose(1, 2).unwrap()));
    }
}

/// As many rows as in training, more than one group of them.
#[test]
fn threads_change_no_bits() {
    for width in [3, 50, 128] {
        let x = rows(1, &[16, 200_000 / 16 / width, width]);
        let work = || {
            let mut results = norms(&x, Kernels::Fused);
            results.extend(gelus(&x, Kernels::Fused));
            results.extend(squares(3, x.dims(), Kernels::Fused));
            results.extend(linears(&x, 5, Kernels::Fused));
            let x = vectors(2, [24, 3, width, 11]);
            results.extend(mixers(&x, 7, Kernels::Fused).concat());
            results.extend([drop(x.as_tensor()), swapped(x.as_tensor()).unwrap()]);
            results
        };
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| work().iter().map(bits).collect::<Vec<_>>())
        };
        let one = on(1);
        assert!([2, 3].into_iter().all(|threads| on(threads) == one));
        close(&norms(&x, Kernels::Fused), &norms(&x, Kernels::Composed));
    }
}

#[test]
fn layers_need_their_sizes() {
    let mut params = Params::new(3, DType::F32, &Device::Cpu).with(Kernels::Fused);
    let x = normal32(1, &[2, 3, 4]);
    let error = LayerNorm::new(params.root().sub("norm"), 5).unwrap().forward(&x).unwrap_err();
    assert!(error.to_string().contains("a normalisation over 5 numbers of a tensor [2, 3, 4]"), "{error}");
    assert!(Linear::new(params.root().sub("linear"), 5, 2).unwrap().forward(&x).is_err());
    let error =
        Mixer::new(params.root().sub("mixer"), 5, 2, 0.0).unwrap().along_last(&x, DropoutKey::NONE).unwrap_err();
    assert!(error.to_string().contains("an MLP of 5 numbers along an axis of 4"), "{error}");
}
