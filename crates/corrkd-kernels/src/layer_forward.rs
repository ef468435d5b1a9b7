//! A pre-norm layer's parts, forward, over the columns of one chunk.

use super::attention::{Attention, SampleColumns, Sides};
use super::drops::ColumnDrops;
use super::lanes::{load, store, vectorise};
use super::layer::{AttentionBranch, AttentionDrops, ForwardBranch, ForwardDrops};
use super::places::NormPlace;
use super::plan::{Chunk, Sample};
use super::product::Block;
use super::tape::{AttentionTape, ForwardTape, Normal};
use crate::dropout::Drops;
use pulp::Simd;

/// Who attends to what.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) heads: usize,
    /// T of the padded batch, of queries and of keys.
    pub(super) times: [usize; 2],
    /// What is added to the scores of each sample's keys, or one for all samples.
    pub(super) biases: &'a [f32],
    /// As in [`Sides`].
    pub(super) ahead: Option<usize>,
}

impl Rules<'_> {
    /// For one sample, in a chunk of queries and one of keys.
    pub(super) fn sides(&self, (queries, query): (&Chunk, &Sample), (keys, key): (&Chunk, &Sample)) -> Sides<'_> {
        let columns = |chunk: &Chunk, sample: &Sample| {
            let Sample { start, length, frame, .. } = *sample;
            SampleColumns { stride: chunk.stride(), start, length, frame }
        };
        let bias = self.biases.get(key.index * self.times[1]..).unwrap_or_default().get(..key.length);
        Sides {
            queries: columns(queries, query),
            keys: columns(keys, key),
            bias: bias.unwrap_or(&self.biases[..key.length]),
            ahead: self.ahead,
            times: self.times,
        }
    }
}

/// The attention of `width` over all heads, in a sample.
pub(super) fn attention(width: usize, heads: usize, drops: Option<Drops>, sample: usize) -> Attention {
    Attention { width, heads, drops: drops.map(|drops| (drops, drops.stream.at(sample as u64))) }
}

/// A chunk on its way through a layer.
#[derive(Clone, Copy)]
pub(super) struct Pass<'a> {
    pub(super) parameters: &'a [f32],
    /// d.
    pub(super) width: usize,
    pub(super) chunk: &'a Chunk,
}

impl Pass<'_> {
    /// From row to row of the chunk's blocks.
    pub(super) fn stride(&self) -> usize {
        self.chunk.stride()
    }

    /// y = LN(x), keeping what the way back needs.
    pub(super) fn normalise<S: Simd>(
        &self,
        simd: S,
        place: &NormPlace,
        x: &[f32],
        normal: &mut Normal<'_>,
        y: &mut [f32],
    ) {
        place.of(self.parameters).forward(simd, x, (normal.values, normal.scale), y);
    }

    /// x += attention of LN(x) to itself.
    pub(super) fn attend_to_itself<S: Simd>(
        &self,
        simd: S,
        (layer, drops): (&AttentionBranch, AttentionDrops),
        rules: Rules<'_>,
        x: &mut [f32],
        tape: &mut AttentionTape<'_>,
        (y, branch, scratch): (&mut [f32], &mut [f32], &mut [f32]),
    ) {
        self.normalise(simd, &layer.norm, x, &mut tape.normal, y);
        self.attend(simd, (layer, drops), rules, x, y, (self.chunk, y), tape, (branch, scratch));
    }

    /// x += attention of the normalised queries y to a normalised context, which is another chunk's or y itself.
    #[expect(clippy::too_many_arguments, reason = "one line of mathematics")]
    pub(super) fn attend<S: Simd>(
        &self,
        simd: S,
        (layer, drops): (&AttentionBranch, AttentionDrops),
        rules: Rules<'_>,
        x: &mut [f32],
        y: &[f32],
        (keys, context): (&Chunk, &[f32]),
        tape: &mut AttentionTape<'_>,
        (branch, scratch): (&mut [f32], &mut [f32]),
    ) {
        let (stride, context_stride) = (self.stride(), keys.stride());
        layer.queries.forward(self.parameters, y, stride).into(simd, Block { values: tape.queries, stride });
        scale(simd, tape.queries, query_factor(self.width, rules.heads));
        let to = Block { values: &mut *tape.context, stride: context_stride };
        layer.context.forward(self.parameters, context, context_stride).into(simd, to);
        pad(tape.heads, stride, self.chunk.columns);
        for (query, key) in self.chunk.samples.iter().zip(&keys.samples) {
            let sides = rules.sides((self.chunk, query), (keys, key));
            let attention = attention(self.width, rules.heads, drops.weights, query.index);
            attention.forward(simd, sides, (tape.queries, tape.context), tape.heads, tape.statistics, scratch);
        }
        layer.join.forward(self.parameters, tape.heads, stride).into(simd, Block { values: branch, stride });
        self.add(simd, x, branch, drops.branch);
    }

    /// x += the feed-forward part of LN(x).
    pub(super) fn feed_forward<S: Simd>(
        &self,
        simd: S,
        (layer, drops): (&ForwardBranch, ForwardDrops),
        x: &mut [f32],
        tape: &mut ForwardTape<'_>,
        (y, branch): (&mut [f32], &mut [f32]),
    ) {
        let stride = self.stride();
        self.normalise(simd, &layer.norm, x, &mut tape.normal, y);
        layer.widen.forward(self.parameters, y, stride).into(simd, Block { values: tape.inner, stride });
        activate(simd, tape.inner, stride, self.columns(drops.inner, tape.inner.len() / stride));
        layer.narrow.forward(self.parameters, tape.inner, stride).into(simd, Block { values: branch, stride });
        self.add(simd, x, branch, drops.branch);
    }

    /// x += dropped branch.
    fn add<S: Simd>(&self, simd: S, x: &mut [f32], branch: &[f32], drops: Option<Drops>) {
        let (width, stride) = (self.width, self.stride());
        let columns = self.columns(drops, width);
        vectorise(
            simd,
            #[inline(always)]
            || match &columns {
                None => {
                    for at in (0..width * stride).step_by(S::F32_LANES) {
                        store::<S>(x, at, simd.add_f32s(load::<S>(x, at), load::<S>(branch, at)));
                    }
                }
                Some(columns) => columns.each_pair(
                    simd,
                    width,
                    stride,
                    #[inline(always)]
                    |at, factor| {
                        let sum = simd.mul_add_f32s(load::<S>(branch, at), factor, load::<S>(x, at));
                        store::<S>(x, at, sum);
                    },
                ),
            },
        );
    }

    /// Dropout on the columns of the chunk's block of `features` rows.
    pub(super) fn columns(&self, drops: Option<Drops>, features: usize) -> Option<ColumnDrops> {
        Some(ColumnDrops::of(drops?, self.chunk.frames(), features, self.stride()))
    }
}

/// One over the root of a head's width.
pub(super) fn query_factor(width: usize, heads: usize) -> f32 {
    1.0 / ((width / heads) as f32).sqrt()
}

/// ReLU, and dropout behind it.
fn activate<S: Simd>(simd: S, values: &mut [f32], stride: usize, columns: Option<ColumnDrops>) {
    let zero = simd.splat_f32s(0.0);
    vectorise(
        simd,
        #[inline(always)]
        || match &columns {
            None => {
                for at in (0..values.len()).step_by(S::F32_LANES) {
                    store::<S>(values, at, simd.max_f32s(zero, load::<S>(values, at)));
                }
            }
            Some(columns) => columns.each_pair(
                simd,
                values.len() / stride,
                stride,
                #[inline(always)]
                |at, factor| {
                    store::<S>(values, at, simd.mul_f32s(simd.max_f32s(zero, load::<S>(values, at)), factor));
                },
            ),
        },
    );
}

/// values *= factor.
pub(super) fn scale<S: Simd>(simd: S, values: &mut [f32], factor: f32) {
    vectorise(
        simd,
        #[inline(always)]
        || {
            let factor = simd.splat_f32s(factor);
            for value in S::as_mut_simd_f32s(values).0 {
                *value = simd.mul_f32s(*value, factor);
            }
        },
    );
}

/// Clears what lies behind the last column of each row.
pub(super) fn pad(values: &mut [f32], stride: usize, columns: usize) {
    values.chunks_exact_mut(stride).for_each(|row| row[columns..].fill(0.0));
}
