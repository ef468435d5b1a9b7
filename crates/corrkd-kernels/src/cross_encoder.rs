//! The fused [`CrossEncoder`](crate::CrossEncoder): embedding, pre-norm layers whose keys and values may come from another
//! sequence, and a last normalisation, as one operation on (queries, context, packed parameters). A fused decoder is the
//! same with one more attention in each layer, and a context that is neither embedded nor normalised.
//!
//! As in the fused encoder, chunks of a few samples go through the whole network while they are in cache, and forward
//! keeps what backward needs if the step has dropout.

use super::buffers::{Buffer, Buffers};
use super::cross_model::{CrossEncoderParts, CrossModel};
use super::cross_step::CrossStep;
use super::cross_tape::CrossTape;
use super::dropout::DropoutKey;
use super::jobs::each;
use super::plan::{Chunk, Part, by_group, plan};
use super::position_codes::PositionCodes;
use crate::CrossEncoderShape;
use pulp::{Arch, Simd, WithSimd};
use std::sync::{Arc, Mutex, PoisonError};

/// Groups of chunks. Fewer than the other encoder's: batches are smaller and parameters more.
const GROUPS: usize = 4;

/// Queries (B, Tq, d) and their context (B, Tk, d) to (B, Tq, d), by packed parameters; with memory that its passes use
/// again.
pub struct CrossEncoder {
    model: CrossModel,
    buffers: Buffers,
    codes: PositionCodes,
}

impl CrossEncoder {
    /// The network of this shape, or the decoder.
    #[must_use]
    pub fn new(shape: &CrossEncoderShape, parts: CrossEncoderParts) -> Self {
        let model = CrossModel::new(shape, parts);
        Self { model, buffers: Buffers::default(), codes: PositionCodes::default() }
    }

    /// Its sizes.
    #[must_use]
    pub const fn shape(&self) -> &CrossEncoderShape {
        &self.model.shape
    }

    /// A pass over samples of Tq and Tk frames. `biases` are added to the scores of each sample's frames, or of all
    /// samples': of a decoder's own (B, Tq), and of those that keys come from (B, Tk). Where only the last frame is to
    /// answer, there is a layer.
    #[must_use]
    pub fn pass(
        self: &Arc<Self>,
        batch: usize,
        times: [usize; 2],
        biases: [Vec<f32>; 2],
        last: bool,
        key: DropoutKey,
    ) -> CrossEncoderPass {
        let groups = plan(&vec![times[0].max(times[1]); batch], GROUPS);
        CrossEncoderPass { encoder: Arc::clone(self), groups, batch, times, biases, last, key, tapes: Mutex::default() }
    }
}

/// One forward pass of a [`CrossEncoder`] and its way back.
pub struct CrossEncoderPass {
    encoder: Arc<CrossEncoder>,
    groups: Vec<Vec<Chunk>>,
    batch: usize,
    times: [usize; 2],
    /// As in [`CrossStep`].
    biases: [Vec<f32>; 2],
    last: bool,
    key: DropoutKey,
    /// What forward kept, chunk by chunk of each group.
    tapes: Mutex<Option<Vec<Vec<Buffer>>>>,
}

/// The numbers that a [`CrossEncoder`] works on.
#[derive(Clone, Copy, Debug)]
pub struct CrossInputs<'a> {
    /// (B, Tq, d).
    pub queries: &'a [f32],
    /// (B, Tk, d); none where the queries attend to themselves.
    pub context: Option<&'a [f32]>,
    /// The packed parameters.
    pub parameters: &'a [f32],
}

impl CrossEncoderPass {
    /// The answers' shape: (B, Tq, d), or (B, d) where only the last frame answers.
    #[must_use]
    pub fn shape(&self) -> Vec<usize> {
        let width = self.encoder.model.shape.width;
        if self.last { vec![self.batch, width] } else { vec![self.batch, self.times[0], width] }
    }

    /// Runs `f` with the step's knowledge.
    fn with<R>(&self, inputs: CrossInputs<'_>, f: impl FnOnce(&CrossStep<'_>) -> R) -> R {
        let model = &self.encoder.model;
        let codes = self.encoder.codes.of(self.times[0].max(self.times[1]), model.shape.width);
        f(&CrossStep {
            model,
            parameters: inputs.parameters,
            queries: inputs.queries,
            context: inputs.context,
            times: self.times,
            last: self.last,
            codes: &codes,
            biases: self.biases.each_ref().map(Vec::as_slice),
            drops: model.dropout.as_ref().map_or([None; 2], |sides| sides.each_ref().map(|side| side.drops(self.key))),
            layers: model.layers.iter().map(|layer| layer.drops(self.key)).collect(),
            own: model.own.iter().map(|own| own.drops(self.key)).collect(),
        })
    }

    /// The answers.
    pub fn forward(&self, inputs: CrossInputs<'_>) -> Vec<f32> {
        let keep = !self.key.is_none();
        let (answers, tapes) = self.run(inputs, keep);
        if keep {
            *self.tapes.lock().unwrap_or_else(PoisonError::into_inner) = Some(tapes);
        }
        answers
    }

    /// These and, if they are to be kept, the tapes.
    fn run(&self, inputs: CrossInputs<'_>, keep: bool) -> (Vec<f32>, Vec<Vec<Buffer>>) {
        let mut answers = vec![0.0; self.shape().iter().product()];
        let jobs = by_group(&self.groups, self.batch, &mut answers);
        let buffers = &self.encoder.buffers;
        let tapes =
            self.with(inputs, |step| each(jobs, |part| Arch::new().dispatch(Forward { step, buffers, part, keep })));
        (answers, tapes)
    }

    /// The gradients of queries and context, where they are wanted, and of the parameters, from those of the answers.
    pub fn backward(
        &self,
        inputs: CrossInputs<'_>,
        slopes: &[f32],
        wanted: [bool; 2],
    ) -> ([Option<Vec<f32>>; 2], Vec<f32>) {
        let kept = self.tapes.lock().unwrap_or_else(PoisonError::into_inner).take();
        let tapes = kept.unwrap_or_else(|| self.run(inputs, true).1);
        let lengths = [inputs.queries.len(), inputs.context.map_or(0, <[f32]>::len)];
        let mut gradients = [0, 1].map(|side| wanted[side].then(|| vec![0.0; lengths[side]]));
        let [of_queries, of_context] = gradients.each_mut().map(|gradient| match gradient {
            Some(gradient) => by_group(&self.groups, self.batch, gradient).into_iter().map(Some).collect(),
            None => self.groups.iter().map(|_| None).collect::<Vec<_>>(),
        });
        let jobs = self.groups.iter().zip(tapes).zip(of_queries.into_iter().zip(of_context)).collect();
        let buffers = &self.encoder.buffers;
        let sums = self.with(inputs, |step| {
            each(jobs, |((group, tapes), (queries, context))| {
                Arch::new().dispatch(Backward { step, buffers, group, tapes, slopes, inputs: [queries, context] })
            })
        });
        (gradients, self.encoder.model.sums.gradient(sums, buffers))
    }
}

/// A group's forward pass, to its part of the answers.
struct Forward<'a> {
    step: &'a CrossStep<'a>,
    buffers: &'a Buffers,
    part: Part<'a>,
    keep: bool,
}

impl WithSimd for Forward<'_> {
    type Output = Vec<Buffer>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<Buffer> {
        let Self { step, buffers, part: Part { group, values, first }, keep } = self;
        let mut scratch = buffers.take(step.scratch(group));
        let mut tapes = Vec::new();
        for chunk in group {
            let chunks = step.chunks(chunk);
            let mut buffer = buffers.take(CrossTape::length(step, &chunks, keep));
            let mut tape = CrossTape::of(step, &chunks, keep, &mut buffer);
            step.forward(simd, &chunks, &mut tape, &mut scratch, (&mut *values, first));
            match keep {
                true => tapes.push(buffer),
                false => buffers.give(buffer),
            }
        }
        buffers.give(scratch);
        tapes
    }
}

/// A group's backward pass: the sums of its gradients.
struct Backward<'a> {
    step: &'a CrossStep<'a>,
    buffers: &'a Buffers,
    group: &'a [Chunk],
    tapes: Vec<Buffer>,
    slopes: &'a [f32],
    inputs: [Option<Part<'a>>; 2],
}

impl WithSimd for Backward<'_> {
    type Output = Buffer;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Buffer {
        let Self { step, buffers, group, tapes, slopes, mut inputs } = self;
        let mut scratch = buffers.take(step.scratch(group));
        let mut sums = buffers.zeros(step.model.sums.length);
        for (chunk, mut buffer) in group.iter().zip(tapes) {
            let chunks = step.chunks(chunk);
            let tape = CrossTape::of(step, &chunks, true, &mut buffer);
            let to = (&mut *sums, inputs.each_mut().map(Option::as_mut));
            step.backward(simd, &chunks, &tape, &mut scratch, slopes, to);
            buffers.give(buffer);
        }
        buffers.give(scratch);
        sums
    }
}
