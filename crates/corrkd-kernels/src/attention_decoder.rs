//! The fused [`AttentionDecoder`](crate::AttentionDecoder): attention and all steps as one operation on (E, packed
//! parameters), forward and backward.
//!
//! Chunks of samples, side by side along the lanes, go through all steps while weights and state are in cache. Forward
//! keeps what backward needs if it is told to, in training; else backward computes it again.

use super::attention_decoder_parameters::{DecoderParts, Sums, Weights};
use super::attention_decoder_tape::{Chunk, Tape};
use super::buffers::{Buffer, Buffers};
use super::jobs::{add, each};
use super::lanes::padded;
use pulp::{Arch, Simd, WithSimd};
use std::sync::{Arc, Mutex, PoisonError};

/// Samples of a chunk: whole vectors, as many as the products take to be at their fastest, and MCTN's batch.
const SAMPLES: usize = 32;

/// Groups of chunks: as many threads as one batch can keep busy, and as many sums of gradients to add up.
const GROUPS: usize = 8;

/// E (B, T, E's width) to as many frames (B, T, D'), by packed parameters; with memory that its passes use again.
pub struct AttentionDecoder {
    parts: DecoderParts,
    buffers: Buffers,
}

impl AttentionDecoder {
    /// The decoder with these parameters.
    #[must_use]
    pub fn new(parts: DecoderParts) -> Self {
        Self { parts, buffers: Buffers::default() }
    }

    /// E's width.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.parts.size().inputs
    }

    /// A pass over samples of T frames, of which the first `lengths` exist; `keep` says whether its way back will be asked for.
    #[must_use]
    pub fn pass(self: &Arc<Self>, lengths: Vec<usize>, time: usize, keep: bool) -> AttentionDecoderPass {
        AttentionDecoderPass { decoder: Arc::clone(self), lengths, time, keep, tapes: Mutex::default() }
    }
}

/// One forward pass of an [`AttentionDecoder`] and its way back.
pub struct AttentionDecoderPass {
    decoder: Arc<AttentionDecoder>,
    lengths: Vec<usize>,
    time: usize,
    keep: bool,
    /// What forward kept, chunk by chunk of each group.
    tapes: Mutex<Option<Vec<Vec<Buffer>>>>,
}

/// Samples that go to one thread.
struct Group<'a> {
    weights: &'a Weights<'a>,
    buffers: &'a Buffers,
    lengths: &'a [usize],
    encoded: &'a [f32],
    time: usize,
}

impl<'a> Group<'a> {
    fn chunks(&self) -> impl Iterator<Item = Chunk<'a>> + use<'a> {
        let (size, time) = (self.weights.size, self.time);
        let encoded = self.encoded.chunks(SAMPLES * time * size.inputs);
        let chunks = self.lengths.chunks(SAMPLES).zip(encoded);
        chunks.map(move |(lengths, encoded)| Chunk { size, lengths, encoded, time })
    }
}

impl AttentionDecoderPass {
    /// The answers' shape, (B, T, D').
    #[must_use]
    pub fn shape(&self) -> [usize; 3] {
        [self.lengths.len(), self.time, self.decoder.parts.size().outputs]
    }

    /// Samples of a group; it depends on the batch alone.
    fn group(&self) -> usize {
        self.lengths.len().div_ceil(SAMPLES).div_ceil(GROUPS).max(1) * SAMPLES
    }

    fn groups<'a>(&'a self, encoded: &'a [f32], weights: &'a Weights<'a>) -> impl Iterator<Item = Group<'a>> {
        let (buffers, time, samples) = (&self.decoder.buffers, self.time, self.group());
        let groups = self.lengths.chunks(samples).zip(encoded.chunks(samples * time * weights.size.inputs));
        groups.map(move |(lengths, encoded)| Group { weights, buffers, lengths, encoded, time })
    }

    /// The answers.
    pub fn forward(&self, encoded: &[f32], packed: &[f32]) -> Vec<f32> {
        let (answers, tapes) = self.run(encoded, packed, self.keep);
        if self.keep {
            *self.tapes.lock().unwrap_or_else(PoisonError::into_inner) = Some(tapes);
        }
        answers
    }

    /// These and, if they are to be kept, the tapes.
    fn run(&self, encoded: &[f32], packed: &[f32], keep: bool) -> (Vec<f32>, Vec<Vec<Buffer>>) {
        let weights = Weights::of(&self.decoder.parts, packed);
        let size = weights.size;
        let mut answers = vec![0.0; self.lengths.len() * self.time * size.outputs];
        let parts = answers.chunks_mut(self.group() * self.time * size.outputs);
        let jobs = self.groups(encoded, &weights).zip(parts).collect();
        let tapes = each(jobs, |(group, answers)| Arch::new().dispatch(Forward { group, answers, keep }));
        (answers, tapes)
    }

    /// The gradients of E, if it is wanted, and of the parameters, from those of the answers.
    pub fn backward(
        &self,
        encoded: &[f32],
        packed: &[f32],
        danswers: &[f32],
        of_e: bool,
    ) -> (Option<Vec<f32>>, Vec<f32>) {
        let kept = self.tapes.lock().unwrap_or_else(PoisonError::into_inner).take();
        let tapes = kept.unwrap_or_else(|| self.run(encoded, packed, true).1);
        let AttentionDecoder { parts, buffers } = &*self.decoder;
        let weights = Weights::of(parts, packed);
        let size = weights.size;
        let part = self.group() * self.time;
        let mut dencoded = of_e.then(|| vec![0.0; encoded.len()]);
        let mut dparts = dencoded.iter_mut().flat_map(|all| all.chunks_mut(part * size.inputs));
        let jobs = self.groups(encoded, &weights).zip(tapes).zip(danswers.chunks(part * size.outputs));
        let jobs = jobs.map(|((group, tapes), danswers)| Backward { group, tapes, danswers, dencoded: dparts.next() });
        let sums = each(jobs.collect(), |job| Arch::new().dispatch(job));
        let mut sums = sums.into_iter();
        let mut total = sums.next().unwrap_or_else(|| buffers.zeros(Sums::length(size)));
        for other in sums {
            add(&mut total, &other);
            buffers.give(other);
        }
        let gradient = parts.gradient(&mut total);
        buffers.give(total);
        (dencoded, gradient)
    }
}

/// A group's way forward, to its part of the answers.
struct Forward<'a> {
    group: Group<'a>,
    answers: &'a mut [f32],
    keep: bool,
}

impl WithSimd for Forward<'_> {
    type Output = Vec<Buffer>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<Buffer> {
        let Self { group, answers, keep } = self;
        let Group { weights, buffers, time, .. } = group;
        let mut scratch = buffers.take(weights.forward_scratch(padded(SAMPLES)));
        let mut tapes = Vec::new();
        for (chunk, answers) in group.chunks().zip(answers.chunks_mut(SAMPLES * time * weights.size.outputs)) {
            let steps = if keep { chunk.steps() } else { 1 };
            let mut buffer = buffers.take(Tape::length(&chunk, steps));
            let mut tape = Tape::of(&chunk, steps, &mut buffer);
            weights.forward(simd, &chunk, &mut tape, &mut scratch, answers);
            match keep {
                true => tapes.push(buffer),
                false => buffers.give(buffer),
            }
        }
        buffers.give(scratch);
        tapes
    }
}

/// A group's way back: the sums of its gradients.
struct Backward<'a> {
    group: Group<'a>,
    tapes: Vec<Buffer>,
    danswers: &'a [f32],
    dencoded: Option<&'a mut [f32]>,
}

impl WithSimd for Backward<'_> {
    type Output = Buffer;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Buffer {
        let Self { group, tapes, danswers, dencoded } = self;
        let Group { weights, buffers, time, .. } = group;
        let size = weights.size;
        let mut scratch = buffers.take(weights.backward_scratch(padded(SAMPLES)));
        let mut all = buffers.zeros(Sums::length(size));
        let mut sums = Sums::of(size, &mut all);
        let mut dparts = dencoded.into_iter().flat_map(|all| all.chunks_mut(SAMPLES * time * size.inputs));
        let chunks = group.chunks().zip(tapes).zip(danswers.chunks(SAMPLES * time * size.outputs));
        for ((chunk, mut buffer), danswers) in chunks {
            let tape = Tape::of(&chunk, chunk.steps(), &mut buffer);
            weights.backward(simd, &chunk, &tape, &mut scratch, danswers, (&mut sums, dparts.next()));
            buffers.give(buffer);
        }
        buffers.give(scratch);
        all
    }
}
