//! What the passes of the fused cross-modal Transformer over a chunk need to know, and how sequences enter and leave it.

use super::cross_model::CrossModel;
use super::drops::ColumnDrops;
use super::lanes::{load, padded, store, vectorise};
use super::layer::{AttentionDrops, LayerDrops};
use super::layer_forward::{Pass, Rules, attention, pad, scale};
use super::plan::Chunk;
use super::transpose::Transpose;
use crate::dropout::Drops;
use crate::{CrossEncoderShape, Positions};
use pulp::{Simd, WithSimd};

/// One step's knowledge.
pub(super) struct CrossStep<'a> {
    pub(super) model: &'a CrossModel,
    pub(super) parameters: &'a [f32],
    /// (B, Tq, d).
    pub(super) queries: &'a [f32],
    /// (B, Tk, d), where it is another sequence.
    pub(super) context: Option<&'a [f32]>,
    /// Tq and Tk.
    pub(super) times: [usize; 2],
    /// Whether only the last frame's answer is asked for.
    pub(super) last: bool,
    pub(super) codes: &'a [f32],
    /// What is added to the scores of a decoder's own frames, and of the context's, or of the queries' where there is
    /// none: for each sample's keys, or one for all samples.
    pub(super) biases: [&'a [f32]; 2],
    /// Dropout on the embedded queries and context.
    pub(super) drops: [Option<Drops>; 2],
    pub(super) layers: Vec<LayerDrops>,
    pub(super) own: Vec<AttentionDrops>,
}

/// Some samples' columns.
pub(super) struct Chunks {
    pub(super) queries: Chunk,
    /// Where it is another sequence.
    pub(super) context: Option<Chunk>,
    /// The queries' last frames, where only their answers are asked for.
    pub(super) last: Option<Chunk>,
}

impl CrossStep<'_> {
    /// The columns of a chunk's samples.
    pub(super) fn chunks(&self, chunk: &Chunk) -> Chunks {
        let [queries, keys] = self.times;
        Chunks {
            queries: chunk.frames_from(0, queries),
            context: self.context.map(|_| chunk.frames_from(0, keys)),
            last: self.last.then(|| chunk.frames_from(queries - 1, 1)),
        }
    }

    pub(super) fn pass<'a>(&'a self, chunk: &'a Chunk) -> Pass<'a> {
        Pass { parameters: self.parameters, width: self.model.shape.width, chunk }
    }

    pub(super) fn rules(&self) -> Rules<'_> {
        let CrossEncoderShape { heads, causal, .. } = self.model.shape;
        let [queries, keys] = self.times;
        Rules { heads, times: self.times, biases: self.biases[1], ahead: causal.then(|| queries.abs_diff(keys)) }
    }

    /// Those of a decoder's own frames, which all meet.
    pub(super) fn own_rules(&self) -> Rules<'_> {
        let [queries, _] = self.times;
        Rules { heads: self.model.shape.heads, times: [queries; 2], biases: self.biases[0], ahead: None }
    }

    /// The length of the scratch for any of these chunks, forward or backward.
    pub(super) fn scratch(&self, chunks: &[Chunk]) -> usize {
        let CrossEncoderShape { width, heads, feed_forward, .. } = self.model.shape;
        let [queries, keys] = self.times;
        let keys = if self.model.decodes() { keys.max(queries) } else { keys };
        let of = |chunk: &Chunk| {
            let chunks = self.chunks(chunk);
            let [context, last] = [&chunks.context, &chunks.last].map(|chunk| chunk.as_ref().map_or(0, Chunk::stride));
            let queries = chunks.queries.stride();
            // What backward needs is more than what forward does.
            let widest = queries.max(context);
            let blocks = width * (5 * widest + 2 * queries + 3 * context + 3 * last) + feed_forward * queries;
            blocks + widest * padded(width) + attention(width, heads, None, 0).scratch(self.times[0], keys)
        };
        chunks.iter().map(of).max().unwrap_or(0)
    }

    /// Scaled x + position, with dropout, of a chunk's frames of `values` (B, T, d), as a block. `rows` is room for a
    /// row of d for each column.
    pub(super) fn embed<S: Simd>(
        &self,
        simd: S,
        chunk: &Chunk,
        values: &[f32],
        drops: Option<Drops>,
        to: &mut [f32],
        rows: &mut [f32],
    ) {
        let CrossEncoderShape { width, positions, .. } = self.model.shape;
        let factor = self.embedding_factor();
        let values = &values[frames_of(chunk, chunk.samples.first().map_or(0, |sample| sample.index), width)];
        vectorise(
            simd,
            #[inline(always)]
            || {
                let rows = rows.chunks_exact_mut(width).zip(values.chunks_exact(width));
                for ((_, t), (to, from)) in chunk.frames().zip(rows) {
                    if positions == Positions::NonZero && from.iter().all(|&x| x == 0.0) {
                        to.fill(0.0);
                        continue;
                    }
                    let code = &self.codes[t * width..][..width];
                    for ((to, from), code) in to.iter_mut().zip(from).zip(code) {
                        *to = factor * from + code;
                    }
                }
            },
        );
        let stride = chunk.stride();
        pad(to, stride, chunk.columns);
        Transpose { from: (rows, width), to: (&mut *to, stride), size: (chunk.columns, width) }.with_simd(simd);
        if let Some(columns) = self.pass(chunk).columns(drops, width) {
            multiply(simd, to, &columns, width, stride);
        }
    }

    /// The gradients of a chunk's frames of x (.., T, d) from those of its embedding, which is changed. `to` begins with
    /// the sample `first`.
    pub(super) fn embed_backward<S: Simd>(
        &self,
        simd: S,
        chunk: &Chunk,
        slopes: &mut [f32],
        drops: Option<Drops>,
        (to, first): (&mut [f32], usize),
    ) {
        let (width, stride) = (self.model.shape.width, chunk.stride());
        if let Some(columns) = self.pass(chunk).columns(drops, width) {
            multiply(simd, slopes, &columns, width, stride);
        }
        scale(simd, slopes, self.embedding_factor());
        self.leave(simd, chunk, slopes, (to, first));
    }

    /// Writes a chunk's block as the rows of its frames, d each, to a tensor (.., T, d) that begins with the sample
    /// `first`.
    pub(super) fn leave<S: Simd>(&self, simd: S, chunk: &Chunk, block: &[f32], (to, first): (&mut [f32], usize)) {
        let width = self.model.shape.width;
        let sample = chunk.samples.first().map_or(first, |sample| sample.index);
        let to = (&mut to[frames_of(chunk, sample - first, width)], width);
        Transpose { from: (block, chunk.stride()), to, size: (width, chunk.columns) }.with_simd(simd);
    }

    /// The way back: a chunk's frames of a tensor (B, T, d) as a block, zero behind the last column.
    pub(super) fn enter<S: Simd>(&self, simd: S, chunk: &Chunk, values: &[f32], block: &mut [f32]) {
        let (width, stride) = (self.model.shape.width, chunk.stride());
        let values = &values[frames_of(chunk, chunk.samples.first().map_or(0, |sample| sample.index), width)];
        pad(block, stride, chunk.columns);
        Transpose { from: (values, width), to: (block, stride), size: (chunk.columns, width) }.with_simd(simd);
    }

    fn embedding_factor(&self) -> f32 {
        self.model.shape.scale as f32
    }
}

/// Where the frames of a chunk, all of one length, lie in a tensor (.., T, d), if its first sample is number `sample`.
fn frames_of(chunk: &Chunk, sample: usize, width: usize) -> std::ops::Range<usize> {
    let each = chunk.samples.first().map_or(0, |sample| sample.length) * width;
    sample * each..sample * each + chunk.columns * width
}

/// A block times dropout's factors.
fn multiply<S: Simd>(simd: S, block: &mut [f32], columns: &ColumnDrops, width: usize, stride: usize) {
    vectorise(
        simd,
        #[inline(always)]
        || {
            columns.each_pair(
                simd,
                width,
                stride,
                #[inline(always)]
                |at, factor| store::<S>(block, at, simd.mul_f32s(load::<S>(block, at), factor)),
            );
        },
    );
}

/// The columns of the samples' last frames, out of a block of all their frames.
pub(super) fn gather(chunks: (&Chunk, &Chunk), width: usize, all: &[f32], last: &mut [f32]) {
    last.fill(0.0);
    each_last(chunks, width, |from, to| last[to] = all[from]);
}

/// The way back: a block that is zero but for the last frames.
pub(super) fn scatter(chunks: (&Chunk, &Chunk), width: usize, last: &[f32], all: &mut [f32]) {
    all.fill(0.0);
    each_last(chunks, width, |to, from| all[to] = last[from]);
}

/// The places of each last frame's numbers in a block of all frames, and in one of the last ones.
fn each_last((all, last): (&Chunk, &Chunk), width: usize, mut f: impl FnMut(usize, usize)) {
    let (stride, last_stride) = (all.stride(), last.stride());
    for row in 0..width {
        for (all, last) in all.samples.iter().zip(&last.samples) {
            f(row * stride + all.start + all.length - 1, row * last_stride + last.start);
        }
    }
}
