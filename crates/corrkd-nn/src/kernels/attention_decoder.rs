//! The fused [`AttentionDecoder`](crate::AttentionDecoder): attention and all steps as one operation on (E, packed
//! parameters), forward and backward.
//!
//! Chunks of samples, side by side along the lanes, go through all steps while weights and state are in cache. Forward
//! keeps what backward needs in a step of training; else backward computes it again.

use super::attention_decoder_parameters::{Places, Size, Sums, Weights};
use super::attention_decoder_tape::{Chunk, Tape};
use super::buffers::{Buffer, Buffers};
use super::jobs::{add, each};
use super::lanes::padded;
use super::storage::{numbers, read};
use crate::params::Pack;
use crate::{DropoutKey, NnError, Scope};
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, bail};
use pulp::{Arch, Simd, WithSimd};
use std::sync::{Arc, Mutex, PoisonError};

/// Samples of a chunk: whole vectors, as many as the products take to be at their fastest, and MCTN's batch.
const SAMPLES: usize = 32;

/// Groups of chunks: as many threads as one batch can keep busy, and as many sums of gradients to add up.
const GROUPS: usize = 8;

/// The decoder over one packed parameter tensor.
pub(crate) struct FusedAttentionDecoder {
    packed: Tensor,
    shared: Arc<Shared>,
}

/// What all operations of a decoder share.
struct Shared {
    places: Places,
    buffers: Buffers,
}

impl FusedAttentionDecoder {
    /// The decoder whose composed form's parameters, packed, are given; its sizes are E's width, H and D'.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one, or holds another shape.
    pub(crate) fn new(
        scope: &Scope<'_>,
        (packed, pack): (Tensor, &Pack),
        (inputs, width, outputs): (usize, usize, usize),
    ) -> std::result::Result<Self, NnError> {
        let places = Places::new(scope, pack, Size { inputs, width, outputs })?;
        Ok(Self { packed, shared: Arc::new(Shared { places, buffers: Buffers::default() }) })
    }

    /// As [`AttentionDecoder::forward`](crate::AttentionDecoder::forward); the frames that exist are the first of each
    /// sample.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(crate) fn forward(&self, encoded: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        let (batch, time, inputs) = encoded.dims3()?;
        let expected = self.shared.places.size.inputs;
        if inputs != expected || time == 0 {
            bail!("a sequence of {time} frames of width {inputs}, expected at least one of width {expected}");
        }
        let lengths = match frames {
            None => vec![time; batch],
            Some(frames) if frames.dims2()? != (batch, time) => {
                bail!("a mask of {:?}, expected ({batch}, {time})", frames.dims())
            }
            Some(frames) => {
                let length = |row: &Vec<f32>| row.iter().filter(|exists| **exists != 0.0).count();
                frames.to_vec2::<f32>()?.iter().map(length).collect()
            }
        };
        let keep = !key.is_none();
        let operation = Operation { shared: Arc::clone(&self.shared), lengths, time, keep, tapes: Mutex::default() };
        encoded.contiguous()?.apply_op2(&self.packed, operation)
    }
}

/// One way forward and back.
struct Operation {
    shared: Arc<Shared>,
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

impl Operation {
    /// Samples of a group; it depends on the batch alone.
    fn group(&self) -> usize {
        self.lengths.len().div_ceil(SAMPLES).div_ceil(GROUPS).max(1) * SAMPLES
    }

    fn groups<'a>(&'a self, encoded: &'a [f32], weights: &'a Weights<'a>) -> impl Iterator<Item = Group<'a>> {
        let (buffers, time, samples) = (&self.shared.buffers, self.time, self.group());
        let groups = self.lengths.chunks(samples).zip(encoded.chunks(samples * time * weights.size.inputs));
        groups.map(move |(lengths, encoded)| Group { weights, buffers, lengths, encoded, time })
    }

    /// The answers (B, T, D') and, if they are to be kept, the tapes.
    fn forward(&self, encoded: &[f32], packed: &[f32], keep: bool) -> (Vec<f32>, Vec<Vec<Buffer>>) {
        let size = self.shared.places.size;
        let weights = Weights::of(&self.shared.places, packed);
        let mut answers = vec![0.0; self.lengths.len() * self.time * size.outputs];
        let parts = answers.chunks_mut(self.group() * self.time * size.outputs);
        let jobs = self.groups(encoded, &weights).zip(parts).collect();
        let tapes = each(jobs, |(group, answers)| Arch::new().dispatch(Forward { group, answers, keep }));
        (answers, tapes)
    }

    /// The gradients of E, if it is wanted, and of the parameters.
    fn backward(&self, encoded: &[f32], packed: &[f32], danswers: &[f32], of_e: bool) -> (Option<Vec<f32>>, Vec<f32>) {
        let kept = self.tapes.lock().unwrap_or_else(PoisonError::into_inner).take();
        let tapes = kept.unwrap_or_else(|| self.forward(encoded, packed, true).1);
        let Shared { places, buffers } = &*self.shared;
        let weights = Weights::of(places, packed);
        let part = self.group() * self.time;
        let mut dencoded = of_e.then(|| vec![0.0; encoded.len()]);
        let mut dparts = dencoded.iter_mut().flat_map(|all| all.chunks_mut(part * places.size.inputs));
        let jobs = self.groups(encoded, &weights).zip(tapes).zip(danswers.chunks(part * places.size.outputs));
        let jobs = jobs.map(|((group, tapes), danswers)| Backward { group, tapes, danswers, dencoded: dparts.next() });
        let sums = each(jobs.collect(), |job| Arch::new().dispatch(job));
        let mut sums = sums.into_iter();
        let mut total = sums.next().unwrap_or_else(|| buffers.zeros(Sums::length(places.size)));
        for other in sums {
            add(&mut total, &other);
            buffers.give(other);
        }
        let gradient = places.gradient(&mut total);
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

impl CustomOp2 for Operation {
    fn name(&self) -> &'static str {
        "fused attention decoder"
    }

    fn cpu_fwd(&self, e: &CpuStorage, el: &Layout, p: &CpuStorage, pl: &Layout) -> Result<(CpuStorage, Shape)> {
        let (answers, tapes) = self.forward(numbers(e, el)?, numbers(p, pl)?, self.keep);
        if self.keep {
            *self.tapes.lock().unwrap_or_else(PoisonError::into_inner) = Some(tapes);
        }
        Ok((CpuStorage::F32(answers), (self.lengths.len(), self.time, self.shared.places.size.outputs).into()))
    }

    fn bwd(
        &self,
        encoded: &Tensor,
        packed: &Tensor,
        _answers: &Tensor,
        danswers: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let of_e = encoded.track_op();
        let (dencoded, gradient) = read(&danswers.contiguous()?, |danswers| {
            read(encoded, |e| read(packed, |p| Ok(self.backward(e, p, danswers, of_e))))
        })?;
        let dencoded = dencoded.map(|d| Tensor::from_vec(d, encoded.shape(), encoded.device())).transpose()?;
        Ok((dencoded, Some(Tensor::from_vec(gradient, packed.shape(), packed.device())?)))
    }
}
