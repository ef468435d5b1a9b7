//! Fused [`PairScores`](crate::PairScores) of some rows of x, each with all of y. Hidden units run along lanes, pairs
//! along rows, some at a time.
//!
//! W1 [x; y] falls into a part of x and a part of y, so that the first layer costs one addition for each pair. As in the
//! composed form, a ReLU's slope at zero is one.

use super::jobs::add;
use super::lanes::{dot, load, store};
use super::pair_parameters::{Parameters, Size};
use super::product::{Block, Left, Product, Start};
use pulp::{Simd, WithSimd};

/// Pairs that go through both layers while they are in cache.
const PAIRS: usize = 32;

/// Rows of x (N, P) and of y (M, P), and the network.
#[derive(Clone, Copy)]
pub(super) struct Pairs<'a> {
    pub(super) size: Size,
    pub(super) parameters: &'a Parameters,
    /// The transpose of W2.
    pub(super) transposed: &'a [f32],
    pub(super) x: &'a [f32],
    pub(super) y: &'a [f32],
    pub(super) rows: usize,
    pub(super) others: usize,
}

impl<'a> Pairs<'a> {
    /// W1's columns for x and for y, as rows.
    fn first(&self) -> (&'a [f32], &'a [f32]) {
        self.parameters.first.split_at(self.size.inputs * self.size.stride())
    }

    /// What x (N rows) and y (M rows, with the bias) bring to the first layer.
    #[inline(always)]
    fn parts<S: Simd>(&self, simd: S) -> (Vec<f32>, Vec<f32>) {
        let Self { size, x, y, rows, others, .. } = *self;
        let (of_x, of_y) = self.first();
        let mut parts = (vec![0.0; rows * size.stride()], self.parameters.first_bias.repeat(others));
        add_product(simd, Left::Rows(x, size.inputs), of_x, (rows, size.inputs), size.stride(), &mut parts.0);
        add_product(simd, Left::Rows(y, size.inputs), of_y, (others, size.inputs), size.stride(), &mut parts.1);
        parts
    }

    /// h1 of one x with some y, and W2 h1 + b2.
    #[inline(always)]
    fn layers<S: Simd>(&self, simd: S, x: &[f32], y: &[f32], hidden: &mut [f32], second: &mut [f32]) {
        let stride = self.size.stride();
        let rows = hidden.chunks_exact_mut(stride).zip(second.chunks_exact_mut(stride));
        for (y, (hidden, second)) in y.chunks_exact(stride).zip(rows) {
            second.copy_from_slice(&self.parameters.second_bias);
            for at in (0..stride).step_by(S::F32_LANES) {
                let sum = simd.add_f32s(load::<S>(x, at), load::<S>(y, at));
                store::<S>(hidden, at, positive(simd, sum, sum));
            }
        }
        let pairs = y.len() / stride;
        add_product(simd, Left::Rows(hidden, stride), self.transposed, (pairs, self.size.hidden), stride, second);
    }
}

/// C += A B, all rows at the stride.
fn add_product<S: Simd>(simd: S, a: Left<'_>, b: &[f32], (rows, depth): (usize, usize), stride: usize, c: &mut [f32]) {
    let product = Product { a, b, b_stride: stride, rows, depth, lanes: stride, start: Start::Sum };
    product.into(simd, Block { values: c, stride });
}

/// `value` where `sign` is not negative, else zero.
#[inline(always)]
fn positive<S: Simd>(simd: S, sign: S::f32s, value: S::f32s) -> S::f32s {
    let zero = simd.splat_f32s(0.0);
    simd.select_f32s(simd.greater_than_or_equal_f32s(sign, zero), value, zero)
}

/// To the scores, row by row.
pub(super) struct Forward<'a>(pub(super) Pairs<'a>);

impl WithSimd for Forward<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f32> {
        let Self(pairs) = self;
        let stride = pairs.size.stride();
        let Parameters { score, score_bias, .. } = pairs.parameters;
        let (of_x, of_y) = pairs.parts(simd);
        let (mut hidden, mut second) = (vec![0.0; PAIRS * stride], vec![0.0; PAIRS * stride]);
        let mut scores = Vec::with_capacity(pairs.rows * pairs.others);
        for x in of_x.chunks_exact(stride) {
            for y in of_y.chunks(PAIRS * stride) {
                pairs.layers(simd, x, y, &mut hidden, &mut second);
                for second in second[..y.len()].chunks_exact(stride) {
                    let mut sum = simd.splat_f32s(0.0);
                    for at in (0..stride).step_by(S::F32_LANES) {
                        let z = load::<S>(second, at);
                        sum = simd.mul_add_f32s(load::<S>(score, at), positive(simd, z, z), sum);
                    }
                    scores.push(simd.reduce_sum_f32s(sum) + score_bias[0]);
                }
            }
        }
        scores
    }
}

/// Gradients of x, of y, and of the parameters.
pub(super) struct Slopes {
    pub(super) x: Vec<f32>,
    pub(super) y: Vec<f32>,
    pub(super) parameters: Parameters,
}

impl Slopes {
    /// Of no x yet, and M of y.
    pub(super) fn zeros(size: Size, others: usize) -> Self {
        Self { x: Vec::new(), y: vec![0.0; others * size.inputs], parameters: Parameters::zeros(size) }
    }

    /// Adds those of further x.
    pub(super) fn add(&mut self, next: Self) {
        self.x.extend(next.x);
        add(&mut self.y, &next.y);
        self.parameters.add(next.parameters);
    }
}

/// To the gradients, from those of the scores.
pub(super) struct Backward<'a> {
    pub(super) pairs: Pairs<'a>,
    pub(super) slopes: &'a [f32],
}

impl WithSimd for Backward<'_> {
    type Output = Slopes;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Slopes {
        let Self { pairs, slopes } = self;
        let Pairs { size, parameters, x, y, rows, others, .. } = pairs;
        let stride = size.stride();
        let (of_x, of_y) = pairs.parts(simd);
        let (mut dx, mut dy) = (vec![0.0; of_x.len()], vec![0.0; of_y.len()]); // of the parts
        let [mut hidden, mut second, mut dhidden] = [(); 3].map(|()| vec![0.0; PAIRS * stride]);
        let mut sums = Parameters::zeros(size);
        let each_x = of_x.chunks_exact(stride).zip(dx.chunks_exact_mut(stride));
        for ((of_x, dx), slopes) in each_x.zip(slopes.chunks_exact(others.max(1))) {
            let each_y = of_y.chunks(PAIRS * stride).zip(dy.chunks_mut(PAIRS * stride));
            for ((of_y, dy), slopes) in each_y.zip(slopes.chunks(PAIRS)) {
                pairs.layers(simd, of_x, of_y, &mut hidden, &mut second);
                score_backward(simd, slopes, &mut second, &parameters.score, &mut sums);
                dhidden.fill(0.0);
                let (back, across) = ((slopes.len(), size.hidden), (size.hidden, slopes.len()));
                add_product(simd, Left::Rows(&second, stride), &parameters.second, back, stride, &mut dhidden);
                add_product(simd, Left::Columns(&second, stride), &hidden, across, stride, &mut sums.second);
                first_backward(simd, (of_x, of_y), &dhidden, (dx, dy));
            }
        }
        let (first_x, first_y) = sums.first.split_at_mut(size.inputs * stride);
        add_product(simd, Left::Columns(x, size.inputs), &dx, (size.inputs, rows), stride, first_x);
        add_product(simd, Left::Columns(y, size.inputs), &dy, (size.inputs, others), stride, first_y);
        dy.chunks_exact(stride).for_each(|dy| add(&mut sums.first_bias, dy));
        sums.score_bias[0] = slopes.iter().sum();
        let (first_x, first_y) = pairs.first();
        Slopes { x: through(simd, &dx, first_x, stride), y: through(simd, &dy, first_y, stride), parameters: sums }
    }
}

/// The gradients of vectors from those of their parts, by W1's columns.
#[inline(always)]
fn through<S: Simd>(simd: S, parts: &[f32], first: &[f32], stride: usize) -> Vec<f32> {
    let mut slopes = Vec::new();
    for part in parts.chunks_exact(stride) {
        for column in first.chunks_exact(stride) {
            slopes.push(dot(simd, part, column));
        }
    }
    slopes
}

/// Turns W2 h1 + b2 into its gradient.
#[inline(always)]
fn score_backward<S: Simd>(simd: S, slopes: &[f32], second: &mut [f32], score: &[f32], sums: &mut Parameters) {
    let stride = score.len();
    for at in (0..stride).step_by(S::F32_LANES) {
        let weight = load::<S>(score, at);
        let (mut of_score, mut of_bias) = (load::<S>(&sums.score, at), load::<S>(&sums.second_bias, at));
        for (second, &slope) in second.chunks_exact_mut(stride).zip(slopes) {
            let (z, slope) = (load::<S>(second, at), simd.splat_f32s(slope));
            of_score = simd.mul_add_f32s(slope, positive(simd, z, z), of_score);
            let dz = positive(simd, z, simd.mul_f32s(slope, weight));
            of_bias = simd.add_f32s(of_bias, dz);
            store::<S>(second, at, dz);
        }
        store::<S>(&mut sums.score, at, of_score);
        store::<S>(&mut sums.second_bias, at, of_bias);
    }
}

/// Adds h1's gradient to those of the parts it comes from.
#[inline(always)]
fn first_backward<S: Simd>(simd: S, (x, y): (&[f32], &[f32]), dhidden: &[f32], (dx, dy): (&mut [f32], &mut [f32])) {
    let stride = x.len();
    for at in (0..stride).step_by(S::F32_LANES) {
        let of_x = load::<S>(x, at);
        let mut sum = load::<S>(dx, at);
        for ((y, dhidden), dy) in
            y.chunks_exact(stride).zip(dhidden.chunks_exact(stride)).zip(dy.chunks_exact_mut(stride))
        {
            let z = simd.add_f32s(of_x, load::<S>(y, at));
            let dz = positive(simd, z, load::<S>(dhidden, at));
            sum = simd.add_f32s(sum, dz);
            let other = simd.add_f32s(load::<S>(dy, at), dz);
            store::<S>(dy, at, other);
        }
        store::<S>(dx, at, sum);
    }
}
