//! The fused [`PooledEncoder`](crate::PooledEncoder): dropout on the raw features, convolution, positions, pre-norm
//! layers, a last normalisation, and the mean over the frames that exist, as one operation on (x, packed parameters).
//!
//! Chunks of a few samples go through the whole encoder while they are in cache, forward and backward. Forward keeps what
//! backward needs if the step has dropout, that is, in training; else backward computes it again.

use super::buffers::{Buffer, Buffers};
use super::jobs::each;
use super::lanes::padded;
use super::layer::LayerDrops;
use super::layer_forward::{Pass, Rules, attention};
use super::model::{EncoderParts, Model};
use super::plan::{Chunk, Part, by_group, plan};
use super::position_codes::PositionCodes;
use super::tape::Tape;
use crate::EncoderShape;
use crate::dropout::{DropoutKey, Drops};
use pulp::{Arch, Simd, WithSimd};
use std::sync::{Arc, Mutex, PoisonError};

/// Groups of chunks.
const GROUPS: usize = 8;

/// Raw frames (B, T, D) to one representation each (B, d), by packed parameters; with memory that its passes use again.
pub struct PooledEncoder {
    model: Model,
    buffers: Buffers,
    positions: PositionCodes,
}

impl PooledEncoder {
    /// An encoder of pre-norm layers.
    #[must_use]
    pub fn new(shape: &EncoderShape, parts: EncoderParts) -> Self {
        let model = Model::new(shape, parts);
        Self { model, buffers: Buffers::default(), positions: PositionCodes::default() }
    }

    /// Its sizes.
    #[must_use]
    pub const fn shape(&self) -> &EncoderShape {
        &self.model.shape
    }

    /// A pass over samples of T frames, of which the first `lengths` exist. `biases` are added to the scores of each
    /// sample's frames (B, T), or of all samples' (T).
    #[must_use]
    pub fn pass(self: &Arc<Self>, lengths: &[usize], time: usize, biases: Vec<f32>, key: DropoutKey) -> EncoderPass {
        EncoderPass {
            encoder: Arc::clone(self),
            groups: plan(lengths, GROUPS),
            batch: lengths.len(),
            time,
            biases,
            key,
            tapes: Mutex::default(),
        }
    }
}

/// One forward pass of a [`PooledEncoder`] and its way back.
pub struct EncoderPass {
    encoder: Arc<PooledEncoder>,
    groups: Vec<Vec<Chunk>>,
    batch: usize,
    time: usize,
    /// What is added to the scores of each sample's frames, or one for all samples.
    biases: Vec<f32>,
    key: DropoutKey,
    /// What forward kept, chunk by chunk of each group.
    tapes: Mutex<Option<Vec<Vec<Buffer>>>>,
}

/// What the passes over a chunk need to know.
pub(super) struct Step<'a> {
    pub(super) model: &'a Model,
    pub(super) parameters: &'a [f32],
    /// (B, T, D).
    pub(super) x: &'a [f32],
    pub(super) time: usize,
    pub(super) taps: &'a [f32],
    pub(super) positions: &'a [f32],
    biases: &'a [f32],
    /// Dropout on the raw features.
    pub(super) input: Option<Drops>,
    pub(super) layers: Vec<LayerDrops>,
}

impl Step<'_> {
    /// A chunk on its way through the layers.
    pub(super) fn pass<'a>(&'a self, chunk: &'a Chunk) -> Pass<'a> {
        Pass { parameters: self.parameters, width: self.model.shape.width, chunk }
    }

    /// All frames that exist meet.
    pub(super) fn rules(&self) -> Rules<'_> {
        Rules { heads: self.model.shape.heads, times: [self.time; 2], biases: self.biases, ahead: None }
    }

    /// The length of the scratch for any of these chunks, with so many rows of blocks.
    fn scratch(&self, chunks: &[Chunk], rows: usize) -> usize {
        let of = |chunk: &Chunk| {
            let frames = chunk.columns * (self.model.convolution.frame_stride() + padded(self.model.shape.width));
            let longest = chunk.samples.iter().map(|sample| sample.length).max().unwrap_or(0);
            let EncoderShape { width, heads, .. } = self.model.shape;
            rows * chunk.stride() + frames + attention(width, heads, None, 0).scratch(longest, longest)
        };
        chunks.iter().map(of).max().unwrap_or(0)
    }
}

impl EncoderPass {
    /// The pooled representations' shape, (B, d).
    #[must_use]
    pub fn shape(&self) -> [usize; 2] {
        [self.batch, self.encoder.model.shape.width]
    }

    /// Runs `f` with the step's knowledge.
    fn with<R>(&self, x: &[f32], parameters: &[f32], f: impl FnOnce(&Step<'_>) -> R) -> R {
        let model = &self.encoder.model;
        let taps = model.convolution.taps(&parameters[model.taps.packed.clone()]);
        let positions = self.encoder.positions.of(self.time, model.shape.width);
        f(&Step {
            model,
            parameters,
            x,
            time: self.time,
            taps: &taps,
            positions: &positions,
            biases: &self.biases,
            input: model.dropout.drops(self.key),
            layers: model.layers.iter().map(|layer| layer.drops(self.key)).collect(),
        })
    }

    /// The pooled representations of x (B, T, D).
    pub fn forward(&self, x: &[f32], parameters: &[f32]) -> Vec<f32> {
        let keep = !self.key.is_none();
        let (pooled, tapes) = self.run(x, parameters, keep);
        if keep {
            *self.tapes.lock().unwrap_or_else(PoisonError::into_inner) = Some(tapes);
        }
        pooled
    }

    /// These and, if they are to be kept, the tapes.
    fn run(&self, x: &[f32], parameters: &[f32], keep: bool) -> (Vec<f32>, Vec<Vec<Buffer>>) {
        let mut pooled = vec![0.0; self.batch * self.encoder.model.shape.width];
        let jobs = by_group(&self.groups, self.batch, &mut pooled);
        let buffers = &self.encoder.buffers;
        let tapes = self
            .with(x, parameters, |step| each(jobs, |part| Arch::new().dispatch(Forward { step, buffers, part, keep })));
        (pooled, tapes)
    }

    /// The gradients of x, if it is wanted, and of the parameters, from those of the pooled representations.
    pub fn backward(&self, x: &[f32], parameters: &[f32], dpooled: &[f32], of_x: bool) -> (Option<Vec<f32>>, Vec<f32>) {
        let kept = self.tapes.lock().unwrap_or_else(PoisonError::into_inner).take();
        let tapes = kept.unwrap_or_else(|| self.run(x, parameters, true).1);
        let mut dx = of_x.then(|| vec![0.0; x.len()]);
        let inputs = match &mut dx {
            Some(dx) => by_group(&self.groups, self.batch, dx).into_iter().map(Some).collect(),
            None => self.groups.iter().map(|_| None).collect::<Vec<_>>(),
        };
        let jobs = self.groups.iter().zip(tapes).zip(inputs).collect();
        let buffers = &self.encoder.buffers;
        let sums = self.with(x, parameters, |step| {
            each(jobs, |((group, tapes), inputs)| {
                Arch::new().dispatch(Backward { step, buffers, group, tapes, dpooled, inputs })
            })
        });
        (dx, self.encoder.model.sums.gradient(sums, buffers))
    }
}

/// A group's forward pass, to its part of the pooled representations.
struct Forward<'a> {
    step: &'a Step<'a>,
    buffers: &'a Buffers,
    part: Part<'a>,
    keep: bool,
}

impl WithSimd for Forward<'_> {
    type Output = Vec<Buffer>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<Buffer> {
        let Self { step, buffers, part: Part { group, values, first }, keep } = self;
        let shape = &step.model.shape;
        let layers = if keep { shape.layers } else { 1 };
        let mut scratch = buffers.take(step.scratch(group, step.forward_rows()));
        let mut tapes = Vec::new();
        for chunk in group {
            let mut buffer = buffers.take(Tape::length(shape, layers, chunk.stride()));
            let mut tape = Tape::of(shape, layers, chunk.stride(), &mut buffer);
            step.forward(simd, chunk, &mut tape, &mut scratch, (&mut *values, first));
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
    step: &'a Step<'a>,
    buffers: &'a Buffers,
    group: &'a [Chunk],
    tapes: Vec<Buffer>,
    dpooled: &'a [f32],
    inputs: Option<Part<'a>>,
}

impl WithSimd for Backward<'_> {
    type Output = Buffer;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Buffer {
        let Self { step, buffers, group, tapes, dpooled, mut inputs } = self;
        let shape = &step.model.shape;
        let mut scratch = buffers.take(step.scratch(group, step.backward_rows()));
        let mut sums = buffers.zeros(step.model.sums.length);
        for (chunk, mut buffer) in group.iter().zip(tapes) {
            let tape = Tape::of(shape, shape.layers, chunk.stride(), &mut buffer);
            step.backward(simd, chunk, &tape, &mut scratch, dpooled, (&mut sums, inputs.as_mut()));
            buffers.give(buffer);
        }
        buffers.give(scratch);
        sums
    }
}
