//! A fused [`Mixer`](crate::Mixer) on some vectors at a time, which run along lanes: as many as stay in cache with all that is
//! made of them.

use super::buffers::carve;
use super::drops::ColumnDrops;
use super::gelu::{slope, value};
use super::lanes::{WIDEST, load, padded, store, vectorise};
use super::layer_backward::{outer, row_sums};
use super::mixer::Step;
use super::norm::Norm;
use super::product::{Block, Left, Product, Start};
use super::transpose::Transpose;
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// Numbers of a chunk's blocks in all: half of a second cache of half a mebibyte.
const NUMBERS: usize = 1 << 16;
/// The most vectors of a chunk.
const MOST: usize = 240;

/// Sums of the parameters' gradients; a weight's rows are padded to whole vectors.
pub(super) struct Sums {
    pub(super) residual: Vec<f32>,
    pub(super) gain: Vec<f32>,
    pub(super) bias: Vec<f32>,
    pub(super) hidden: Vec<f32>,
    pub(super) hidden_bias: Vec<f32>,
    pub(super) output: Vec<f32>,
    pub(super) output_bias: Vec<f32>,
}

impl Sums {
    pub(super) fn zeros(inputs: usize, outputs: usize) -> Self {
        Self {
            residual: vec![0.0; outputs * padded(inputs)],
            gain: vec![0.0; inputs],
            bias: vec![0.0; inputs],
            hidden: vec![0.0; outputs * padded(inputs)],
            hidden_bias: vec![0.0; outputs],
            output: vec![0.0; outputs * padded(outputs)],
            output_bias: vec![0.0; outputs],
        }
    }

    pub(super) fn all(&self) -> [&[f32]; 7] {
        let Self { residual, gain, bias, hidden, hidden_bias, output, output_bias } = self;
        [residual, gain, bias, hidden, hidden_bias, output, output_bias]
    }

    pub(super) fn parts(&mut self) -> [&mut [f32]; 7] {
        let Self { residual, gain, bias, hidden, hidden_bias, output, output_bias } = self;
        [residual, gain, bias, hidden, hidden_bias, output, output_bias]
    }
}

impl Step<'_> {
    /// Vectors of a chunk where each needs `rows` numbers.
    fn lanes(&self, rows: usize) -> usize {
        (NUMBERS / rows / WIDEST * WIDEST).clamp(2 * WIDEST, MOST)
    }

    /// The group's vectors, a chunk's after another's.
    fn chunks(&self, numbers: usize, lanes: usize) -> impl Iterator<Item = Range<usize>> {
        let count = numbers / self.inputs;
        (0..count).step_by(lanes).map(move |first| first..count.min(first + lanes))
    }

    /// Pieces of a chunk that lie side by side in a block (features, L): the block, the first place in it, how many.
    fn pieces(&self, chunk: Range<usize>) -> impl Iterator<Item = (usize, usize, usize)> {
        let behind = self.behind;
        let mut at = chunk.start;
        std::iter::from_fn(move || {
            let (block, place) = (at / behind, at % behind);
            let length = (behind - place).min(chunk.end - at);
            at += length;
            (length > 0).then_some((block, place, length))
        })
    }

    /// The chunk's vectors of `features` numbers as rows of `stride`, zero behind the last.
    #[inline(always)]
    fn gather<S: Simd>(
        &self,
        simd: S,
        from: &[f32],
        features: usize,
        chunk: Range<usize>,
        (to, stride): (&mut [f32], usize),
    ) {
        if chunk.len() < stride {
            to.fill(0.0);
        }
        if self.behind == 1 {
            let size = (chunk.len(), features);
            let from = &from[chunk.start * features..chunk.end * features];
            return Transpose { from: (from, features), to: (to, stride), size }.with_simd(simd);
        }
        let mut column = 0;
        for (block, place, length) in self.pieces(chunk) {
            for feature in 0..features {
                let row = &from[(block * features + feature) * self.behind + place..][..length];
                to[feature * stride + column..][..length].copy_from_slice(row);
            }
            column += length;
        }
    }

    /// The way back.
    #[inline(always)]
    fn scatter<S: Simd>(
        &self,
        simd: S,
        (from, stride): (&[f32], usize),
        features: usize,
        chunk: Range<usize>,
        to: &mut [f32],
    ) {
        if self.behind == 1 {
            let size = (features, chunk.len());
            let to = &mut to[chunk.start * features..chunk.end * features];
            return Transpose { from: (from, stride), to: (to, features), size }.with_simd(simd);
        }
        let mut column = 0;
        for (block, place, length) in self.pieces(chunk) {
            for feature in 0..features {
                let row = &from[feature * stride + column..][..length];
                to[(block * features + feature) * self.behind + place..][..length].copy_from_slice(row);
            }
            column += length;
        }
    }

    /// Dropout on the chunk's n' rows.
    fn drops(&self, chunk: Range<usize>, stride: usize) -> Option<ColumnDrops> {
        let place = |vector: usize| {
            let block = self.first + vector / self.behind;
            (block / self.rows, block % self.rows * self.behind + vector % self.behind)
        };
        self.drops.map(|drops| ColumnDrops::of(drops, chunk.map(place), self.outputs, stride))
    }

    /// Of x the normalised vectors, what the hidden layer takes and gives, and its gelu.
    #[inline(always)]
    fn hidden<S: Simd>(&self, simd: S, x: &[f32], made: &mut Made<'_>, stride: usize) {
        let p = &self.parameters;
        let norm = Norm { gain: p.gain, bias: p.bias };
        norm.forward(simd, x, (made.normal, made.scale), made.z);
        product(p.hidden, [self.outputs, self.inputs], made.z, stride, Start::Bias(p.hidden_bias))
            .into(simd, Block { values: made.hidden, stride });
        let (hidden, active) = (&*made.hidden, &mut *made.active);
        vectorise(
            simd,
            #[inline(always)]
            || {
                for at in (0..hidden.len()).step_by(S::F32_LANES) {
                    store::<S>(active, at, value(simd, load::<S>(hidden, at)));
                }
            },
        );
    }
}

/// What is made of a chunk's vectors: rows of its stride.
struct Made<'a> {
    /// x^ (n) and one over its spread.
    normal: &'a mut [f32],
    scale: &'a mut [f32],
    /// LN(x) (n).
    z: &'a mut [f32],
    /// The hidden layer (n') and its gelu.
    hidden: &'a mut [f32],
    active: &'a mut [f32],
}

impl<'a> Made<'a> {
    fn carved(scratch: &mut &'a mut [f32], inputs: usize, outputs: usize, stride: usize) -> Self {
        Self {
            normal: carve(scratch, inputs * stride),
            scale: carve(scratch, stride),
            z: carve(scratch, inputs * stride),
            hidden: carve(scratch, outputs * stride),
            active: carve(scratch, outputs * stride),
        }
    }
}

/// W b of a weight (rows, depth).
const fn product<'a>(
    weight: &'a [f32],
    [rows, depth]: [usize; 2],
    b: &'a [f32],
    stride: usize,
    start: Start<'a>,
) -> Product<'a> {
    Product { a: Left::Rows(weight, depth), b, b_stride: stride, rows, depth, lanes: stride, start }
}

/// W' b of a weight (depth, rows).
const fn transposed<'a>(weight: &'a [f32], [depth, rows]: [usize; 2], b: &'a [f32], stride: usize) -> Product<'a> {
    let a = Left::Columns(weight, rows);
    Product { a, b, b_stride: stride, rows, depth, lanes: stride, start: Start::Zero }
}

/// y of a group's x.
pub(super) struct Forward<'a> {
    pub(super) step: Step<'a>,
    pub(super) x: &'a [f32],
    pub(super) y: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { step, x, y } = self;
        let (n, outputs) = (step.inputs, step.outputs);
        let rows = 3 * n + 3 * outputs + 1;
        let lanes = step.lanes(rows);
        let mut scratch = vec![0.0; rows * lanes];
        for chunk in step.chunks(x.len(), lanes) {
            let stride = padded(chunk.len());
            let mut rest = &mut scratch[..];
            let [of_x, of_y] = [n, outputs].map(|features| carve(&mut rest, features * stride));
            let mut made = Made::carved(&mut rest, n, outputs, stride);
            step.gather(simd, x, n, chunk.clone(), (&mut *of_x, stride));
            step.hidden(simd, of_x, &mut made, stride);
            let p = &step.parameters;
            product(p.output, [outputs, outputs], made.active, stride, Start::Bias(p.output_bias))
                .into(simd, Block { values: of_y, stride });
            if let Some(drops) = step.drops(chunk.clone(), stride) {
                drop_from(simd, &drops, outputs, (of_y, stride));
            }
            product(p.residual, [outputs, n], of_x, stride, Start::Sum).into(simd, Block { values: of_y, stride });
            step.scatter(simd, (of_y, stride), outputs, chunk, y);
        }
    }
}

/// Rows times their factors.
fn drop_from<S: Simd>(simd: S, drops: &ColumnDrops, features: usize, (rows, stride): (&mut [f32], usize)) {
    vectorise(
        simd,
        #[inline(always)]
        || {
            drops.each_pair(
                simd,
                features,
                stride,
                #[inline(always)]
                |at, factor| {
                    let dropped = simd.mul_f32s(load::<S>(rows, at), factor);
                    store::<S>(rows, at, dropped);
                },
            );
        },
    );
}

/// dx of a group's x, and what it brings to the parameters' gradients.
pub(super) struct Backward<'a> {
    pub(super) step: Step<'a>,
    pub(super) x: &'a [f32],
    pub(super) dy: &'a [f32],
    pub(super) dx: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = Sums;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Sums {
        let Self { step, x, dy, dx } = self;
        let (n, outputs, p) = (step.inputs, step.outputs, step.parameters);
        let rows = 5 * n + 4 * outputs + padded(n.max(outputs)) + 1;
        let lanes = step.lanes(rows);
        let mut scratch = vec![0.0; rows * lanes];
        let mut sums = Sums::zeros(n, outputs);
        for chunk in step.chunks(x.len(), lanes) {
            let (columns, stride) = (chunk.len(), padded(chunk.len()));
            let mut rest = &mut scratch[..];
            let [of_x, of_dx, dz] = [(); 3].map(|()| carve(&mut rest, n * stride));
            let [of_dy, dhidden] = [(); 2].map(|()| carve(&mut rest, outputs * stride));
            let mut made = Made::carved(&mut rest, n, outputs, stride);
            let flipped = carve(&mut rest, padded(n.max(outputs)) * columns);
            step.gather(simd, x, n, chunk.clone(), (&mut *of_x, stride));
            step.gather(simd, dy, outputs, chunk.clone(), (&mut *of_dy, stride));
            step.hidden(simd, of_x, &mut made, stride);

            flip(simd, (of_x, stride), (n, columns), flipped);
            outer(simd, of_dy, stride, flipped, (outputs, n), columns, &mut sums.residual);
            transposed(p.residual, [outputs, n], of_dy, stride).into(simd, Block { values: of_dx, stride });

            if let Some(drops) = step.drops(chunk.clone(), stride) {
                drop_from(simd, &drops, outputs, (&mut *of_dy, stride));
            }
            flip(simd, (made.active, stride), (outputs, columns), flipped);
            outer(simd, of_dy, stride, flipped, (outputs, outputs), columns, &mut sums.output);
            row_sums(simd, of_dy, stride, &mut sums.output_bias);

            transposed(p.output, [outputs, outputs], of_dy, stride).into(simd, Block { values: dhidden, stride });
            let hidden = &*made.hidden;
            vectorise(
                simd,
                #[inline(always)]
                || {
                    for at in (0..hidden.len()).step_by(S::F32_LANES) {
                        let passed = simd.mul_f32s(load::<S>(dhidden, at), slope(simd, load::<S>(hidden, at)));
                        store::<S>(dhidden, at, passed);
                    }
                },
            );
            flip(simd, (made.z, stride), (n, columns), flipped);
            outer(simd, dhidden, stride, flipped, (outputs, n), columns, &mut sums.hidden);
            row_sums(simd, dhidden, stride, &mut sums.hidden_bias);

            transposed(p.hidden, [outputs, n], dhidden, stride).into(simd, Block { values: dz, stride });
            let norm = Norm { gain: p.gain, bias: p.bias };
            norm.backward(simd, dz, (made.normal, made.scale), of_dx, (&mut sums.gain, &mut sums.bias));
            step.scatter(simd, (of_dx, stride), n, chunk, dx);
        }
        sums
    }
}

/// Rows as padded rows, one for each column.
fn flip<S: Simd>(simd: S, from: (&[f32], usize), size: (usize, usize), flipped: &mut [f32]) {
    let width = padded(size.0);
    if width > size.0 {
        flipped.fill(0.0);
    }
    Transpose { from, to: (flipped, width), size }.with_simd(simd);
}
