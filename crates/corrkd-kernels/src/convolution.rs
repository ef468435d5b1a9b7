//! The temporal convolution of a chunk, from raw frames (frame-major) to feature-major columns. Frames that are all zero,
//! as missing ones are, cost nothing.

use super::drops::drop_row;
use super::lanes::{load, padded, store, vectorise};
use super::plan::Chunk;
use super::product::{by_vectors, step};
use super::transpose::Transpose;
use crate::dropout::Drops;
use pulp::{Arch, Simd};
use std::array::from_fn;

/// Sizes: raw width D, outputs d, taps k.
#[derive(Clone, Copy)]
pub(super) struct Convolution {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) kernel: usize,
}

/// A chunk's raw frames after dropout, and for each tap which frame it brings to which column.
pub(super) struct Staged<'a> {
    values: &'a [f32],
    /// Where each column's own frame begins.
    starts: Vec<usize>,
    pairs: Vec<Vec<Pair>>,
}

/// A column, and the column whose own frame a tap brings to it.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    column: usize,
    frame: usize,
}

impl Convolution {
    /// From one staged frame to the next.
    pub(super) const fn frame_stride(self) -> usize {
        padded(self.inputs)
    }

    /// The weight (d, D, k) as D k rows of d, padded.
    pub(super) fn taps(self, weight: &[f32]) -> Vec<f32> {
        let Self { inputs, outputs, kernel } = self;
        let stride = padded(outputs);
        let mut taps = vec![0.0; kernel * inputs * stride];
        let (from, to) = ((weight, inputs * kernel), (&mut *taps, stride));
        Arch::new().dispatch(Transpose { from, to, size: (outputs, inputs * kernel) });
        taps
    }

    /// A chunk's frames of x (B, T, D) where they lie, for [`forward`](Self::forward) alone.
    pub(super) fn in_place<'a>(self, chunk: &Chunk, (x, time): (&'a [f32], usize)) -> Staged<'a> {
        let starts: Vec<usize> = chunk.frames().map(|(sample, t)| (sample * time + t) * self.inputs).collect();
        let pairs = self.pairs(chunk, |frame| x[starts[frame]..][..self.inputs].iter().any(|x| *x != 0.0));
        Staged { values: x, starts, pairs }
    }

    /// Copies a chunk's frames of x (B, T, D) into `frames`, one padded row each, with dropout.
    pub(super) fn stage<'a, S: Simd>(
        self,
        simd: S,
        chunk: &Chunk,
        (x, time): (&[f32], usize),
        drops: Option<Drops>,
        frames: &'a mut [f32],
    ) -> Staged<'a> {
        let stride = self.frame_stride();
        let mut empty = vec![false; chunk.columns];
        vectorise(
            simd,
            #[inline(always)]
            || {
                let rows = chunk.frames().zip(frames.chunks_exact_mut(stride));
                for (((sample, t), to), empty) in rows.zip(&mut empty) {
                    let from = &x[(sample * time + t) * self.inputs..][..self.inputs];
                    *empty = from.iter().all(|x| *x == 0.0);
                    to[..self.inputs].copy_from_slice(from);
                    to[self.inputs..].fill(0.0);
                    if let Some(drops) = drops.filter(|_| !*empty) {
                        drop_row(simd, to, drops, drops.stream.at(sample as u64), (t, self.inputs));
                    }
                }
            },
        );
        let starts = (0..chunk.columns).map(|column| column * stride).collect();
        Staged { pairs: self.pairs(chunk, |frame| !empty[frame]), starts, values: frames }
    }

    /// For each tap, which of the chosen frames it brings to which column.
    fn pairs(self, chunk: &Chunk, chosen: impl Fn(usize) -> bool) -> Vec<Vec<Pair>> {
        let half = self.kernel / 2;
        let of = |tap: usize| {
            let mut pairs = Vec::with_capacity(chunk.columns);
            for sample in &chunk.samples {
                let ts = half.saturating_sub(tap)..sample.length.min((sample.length + half).saturating_sub(tap));
                let pair = |t| Pair { column: sample.start + t, frame: sample.start + t + tap - half };
                pairs.extend(ts.map(pair).filter(|pair: &Pair| chosen(pair.frame)));
            }
            pairs
        };
        (0..self.kernel).map(of).collect()
    }

    /// Adds the products to `out`, one padded row of d for each column.
    pub(super) fn forward<S: Simd>(self, simd: S, staged: &Staged<'_>, taps: &[f32], out: &mut [f32]) {
        let width = padded(self.outputs);
        for (tap, pairs) in staged.pairs.iter().enumerate() {
            let tap = &taps[tap * width..];
            vectorise(
                simd,
                #[inline(always)]
                || {
                    let mut rest = &pairs[..];
                    while let Some((eight, more)) = rest.split_first_chunk::<8>().filter(|_| S::REGISTER_COUNT >= 32) {
                        self.columns(simd, eight, staged, tap, out);
                        rest = more;
                    }
                    while let Some((four, more)) = rest.split_first_chunk::<4>() {
                        self.columns(simd, four, staged, tap, out);
                        rest = more;
                    }
                    for pair in rest {
                        self.columns(simd, &[*pair], staged, tap, out);
                    }
                },
            );
        }
    }

    #[inline(always)]
    fn columns<S: Simd, const M: usize>(
        self,
        simd: S,
        pairs: &[Pair; M],
        staged: &Staged<'_>,
        tap: &[f32],
        out: &mut [f32],
    ) {
        let width = padded(self.outputs);
        let rows: [&[f32]; M] = from_fn(|m| &staged.values[staged.starts[pairs[m].frame]..][..self.inputs]);
        by_vectors!(S, width, at, N, {
            let to = |m: usize, n: usize| pairs[m].column * width + at + n * S::F32_LANES;
            let mut sums = [[simd.splat_f32s(0.0); N]; M];
            for m in 0..M {
                for n in 0..N {
                    sums[m][n] = load::<S>(out, to(m, n));
                }
            }
            for i in 0..self.inputs {
                sums = step::<S, M, N>(simd, sums, &tap[i * self.kernel * width + at..], |m| rows[m][i]);
            }
            for m in 0..M {
                for n in 0..N {
                    store::<S>(out, to(m, n), sums[m][n]);
                }
            }
        });
    }

    /// Adds the gradient of the weight to `dtaps`, k blocks of d rows of D, padded, given that of the columns
    /// (feature-major).
    pub(super) fn weight_gradient<S: Simd>(
        self,
        simd: S,
        staged: &Staged<'_>,
        (dy, stride): (&[f32], usize),
        dtaps: &mut [f32],
    ) {
        let width = self.frame_stride();
        for (pairs, dtap) in staged.pairs.iter().zip(dtaps.chunks_exact_mut(self.outputs * width)) {
            vectorise(
                simd,
                #[inline(always)]
                || {
                    let mut output = 0;
                    while output + 8 <= self.outputs && S::REGISTER_COUNT >= 32 {
                        self.outputs::<S, 8>(simd, output, (staged, pairs), (dy, stride), dtap);
                        output += 8;
                    }
                    while output + 4 <= self.outputs {
                        self.outputs::<S, 4>(simd, output, (staged, pairs), (dy, stride), dtap);
                        output += 4;
                    }
                    for output in output..self.outputs {
                        self.outputs::<S, 1>(simd, output, (staged, pairs), (dy, stride), dtap);
                    }
                },
            );
        }
    }

    #[inline(always)]
    fn outputs<S: Simd, const M: usize>(
        self,
        simd: S,
        output: usize,
        (staged, pairs): (&Staged<'_>, &[Pair]),
        (dy, stride): (&[f32], usize),
        dtap: &mut [f32],
    ) {
        let width = self.frame_stride();
        let rows: [&[f32]; M] = from_fn(|m| &dy[(output + m) * stride..][..stride]);
        by_vectors!(S, width, at, N, {
            let to = |m: usize, n: usize| (output + m) * width + at + n * S::F32_LANES;
            let mut sums = [[simd.splat_f32s(0.0); N]; M];
            for m in 0..M {
                for n in 0..N {
                    sums[m][n] = load::<S>(dtap, to(m, n));
                }
            }
            for pair in pairs {
                sums = step::<S, M, N>(simd, sums, &staged.values[staged.starts[pair.frame] + at..], |m| {
                    rows[m][pair.column]
                });
            }
            for m in 0..M {
                for n in 0..N {
                    store::<S>(dtap, to(m, n), sums[m][n]);
                }
            }
        });
    }

    /// Writes the gradient of a chunk's raw frames to dx (B, T, D) behind the sample `first`, given that of the columns.
    /// The weight is in the order of [`weight_gradient`](Self::weight_gradient).
    pub(super) fn input_gradient<S: Simd>(
        self,
        simd: S,
        chunk: &Chunk,
        (dy, stride): (&[f32], usize),
        weight: &[f32],
        drops: Option<Drops>,
        (dx, first, time): (&mut [f32], usize, usize),
    ) {
        let width = self.frame_stride();
        let mut frames = vec![0.0; chunk.columns * width];
        vectorise(
            simd,
            #[inline(always)]
            || {
                let taps = weight.chunks_exact(self.outputs * width);
                for (pairs, tap) in self.pairs(chunk, |_| true).iter().zip(taps) {
                    for pair in pairs {
                        let frame = &mut frames[pair.frame * width..][..width];
                        for output in 0..self.outputs {
                            let slope = simd.splat_f32s(dy[output * stride + pair.column]);
                            for at in (0..width).step_by(S::F32_LANES) {
                                let weight = load::<S>(tap, output * width + at);
                                let sum = simd.mul_add_f32s(slope, weight, load::<S>(frame, at));
                                store::<S>(frame, at, sum);
                            }
                        }
                    }
                }
                for ((sample, t), frame) in chunk.frames().zip(frames.chunks_exact_mut(width)) {
                    if let Some(drops) = drops {
                        drop_row(simd, frame, drops, drops.stream.at(sample as u64), (t, self.inputs));
                    }
                    dx[((sample - first) * time + t) * self.inputs..][..self.inputs]
                        .copy_from_slice(&frame[..self.inputs]);
                }
            },
        );
    }

    /// The weight (d, D, k) as k blocks of d rows of D, padded.
    pub(super) fn by_tap(self, weight: &[f32]) -> Vec<f32> {
        let Self { inputs, outputs, kernel } = self;
        let width = self.frame_stride();
        let mut taps = vec![0.0; kernel * outputs * width];
        for (i, &w) in weight.iter().enumerate() {
            let (output, input, tap) = (i / (inputs * kernel), i / kernel % inputs, i % kernel);
            taps[(tap * outputs + output) * width + input] = w;
        }
        taps
    }
}
