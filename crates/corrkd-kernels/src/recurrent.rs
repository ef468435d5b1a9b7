//! A fused recurrent layer, all directions, as one operation on (x, packed parameters).
//!
//! Frames that exist are the rows of products, and features run along lanes: x is multiplied at all frames at once, a state at
//! those of one step. Chunks of samples go on different threads. Forward keeps what backward needs if it is told to, in
//! training; else backward computes it again.

use super::buffers::{Buffer, Buffers, carve};
use super::jobs::{add, each};
use super::recurrent_cell::Cell;
use super::recurrent_pass::Pass;
use super::recurrent_plan::{Chunk, plan};
use super::recurrent_products::{BackwardWeights, ForwardWeights};
use super::recurrent_tape::Tape;
use super::recurrent_weights::{DirectionParts, Places, Size};
use pulp::{Arch, Simd, WithSimd};
use std::sync::{Arc, Mutex, PoisonError};

/// An LSTM's or a GRU's layer, x (B, T, D) to states, by packed parameters; with memory that its passes use again.
pub struct RecurrentLayer {
    size: Size,
    places: Vec<Places>,
    tapes: Buffers,
    scratch: Buffers,
}

impl RecurrentLayer {
    /// The layer of one direction, or of a second, too, which reads a sequence from its end.
    #[must_use]
    pub fn new(cell: Cell, forward: DirectionParts, reverse: Option<DirectionParts>) -> Self {
        let forward = Places::new(cell, forward);
        let size = forward.size();
        let places = [forward].into_iter().chain(reverse.map(|parts| Places::new(cell, parts))).collect();
        Self { size, places, tapes: Buffers::default(), scratch: Buffers::default() }
    }

    /// D.
    #[must_use]
    pub const fn inputs(&self) -> usize {
        self.size.inputs
    }

    /// A pass over samples of T frames, of which the first `lengths` exist. Of each sample it gives the states at all
    /// frames and, if `last`, the final ones behind them. `keep` says whether its way back will be asked for.
    #[must_use]
    pub fn pass(self: &Arc<Self>, lengths: &[usize], time: usize, last: bool, keep: bool) -> RecurrentLayerPass {
        RecurrentLayerPass {
            layer: Arc::clone(self),
            chunks: plan(lengths),
            batch: lengths.len(),
            time,
            rows: if last { time + 1 } else { time },
            keep,
            tapes: Mutex::default(),
        }
    }
}

/// One forward pass of a [`RecurrentLayer`] and its way back.
pub struct RecurrentLayerPass {
    layer: Arc<RecurrentLayer>,
    chunks: Vec<Chunk>,
    batch: usize,
    time: usize,
    /// Of a sample's states: T, or one more for the final ones.
    rows: usize,
    keep: bool,
    /// What forward kept, by chunk.
    tapes: Mutex<Option<Vec<Buffer>>>,
}

impl RecurrentLayerPass {
    /// The states' shape: (B, T, H of all directions), or one frame more with the final ones.
    #[must_use]
    pub fn shape(&self) -> [usize; 3] {
        [self.batch, self.rows, self.layer.places.len() * self.layer.size.width]
    }

    fn pass<'a>(&'a self, chunk: &'a Chunk) -> Pass<'a> {
        let RecurrentLayer { size, places, .. } = &*self.layer;
        Pass { size: *size, directions: places.len(), chunk, time: self.time, rows: self.rows }
    }

    /// A tensor (B, ..) by chunk and sample.
    fn by_chunk<'a>(&self, values: &'a mut [f32]) -> Vec<Vec<&'a mut [f32]>> {
        let each = (values.len() / self.batch.max(1)).max(1);
        let mut samples: Vec<Option<&mut [f32]>> = values.chunks_mut(each).map(Some).collect();
        let mut of = |chunk: &Chunk| chunk.samples.iter().filter_map(|(index, _)| samples[*index].take()).collect();
        self.chunks.iter().map(&mut of).collect()
    }

    /// The states, zero behind a sequence's end.
    pub fn forward(&self, x: &[f32], packed: &[f32]) -> Vec<f32> {
        let (states, tapes) = self.run(x, packed, self.keep);
        if self.keep {
            *self.tapes.lock().unwrap_or_else(PoisonError::into_inner) = Some(tapes);
        }
        states
    }

    /// These and, if they are to be kept, the tapes.
    fn run(&self, x: &[f32], packed: &[f32], keep: bool) -> (Vec<f32>, Vec<Buffer>) {
        let RecurrentLayer { places, tapes, scratch, .. } = &*self.layer;
        let mut states = vec![0.0; self.shape().iter().product()];
        let mut zeros = scratch.zeros(places.iter().map(Places::forward_length).sum());
        let mut rest = &mut *zeros;
        let of_direction = |places: &Places| places.forward(packed, carve(&mut rest, places.forward_length()));
        let parameters: Vec<_> = places.iter().map(of_direction).collect();
        let jobs = self.chunks.iter().zip(self.by_chunk(&mut states)).collect();
        let tapes = each(jobs, |(chunk, results)| {
            let (pass, parameters) = (self.pass(chunk), &*parameters);
            Arch::new().dispatch(Forward { pass, x, parameters, results, tapes, scratch, keep })
        });
        drop(parameters);
        scratch.give(zeros);
        (states, tapes.into_iter().flatten().collect())
    }

    /// The gradients of x, if it is wanted, and of the parameters, from those of the states.
    pub fn backward(&self, x: &[f32], packed: &[f32], dstates: &[f32], of_x: bool) -> (Option<Vec<f32>>, Vec<f32>) {
        let RecurrentLayer { places, tapes: buffers, scratch, .. } = &*self.layer;
        let kept = self.tapes.lock().unwrap_or_else(PoisonError::into_inner).take();
        let tapes = kept.unwrap_or_else(|| self.run(x, packed, true).1);
        let mut zeros = scratch.zeros(places.iter().map(|places| places.backward_length(of_x)).sum());
        let mut rest = &mut *zeros;
        let of_direction =
            |places: &Places| places.backward(packed, of_x, carve(&mut rest, places.backward_length(of_x)));
        let parameters: Vec<_> = places.iter().map(of_direction).collect();
        let mut dx = of_x.then(|| vec![0.0; x.len()]);
        let results: Vec<_> = match &mut dx {
            Some(dx) => self.by_chunk(dx).into_iter().map(Some).collect(),
            None => self.chunks.iter().map(|_| None).collect(),
        };
        let jobs = self.chunks.iter().zip(tapes).zip(results).collect();
        let sums = each(jobs, |((chunk, tape), dx)| {
            let (pass, parameters) = (self.pass(chunk), &*parameters);
            Arch::new().dispatch(Backward { pass, x, dstates, places, parameters, tape, dx, tapes: buffers, scratch })
        });
        drop(parameters);
        scratch.give(zeros);
        (dx, self.gradient(sums))
    }

    /// The gradient of the packed parameters from the chunks' sums, added in their order.
    fn gradient(&self, mut chunks: Vec<Buffer>) -> Vec<f32> {
        let RecurrentLayer { places, scratch, .. } = &*self.layer;
        let mut gradient = vec![0.0; places.iter().map(Places::parameters).sum()];
        let Some((total, others)) = chunks.split_first_mut() else { return gradient };
        others.iter().for_each(|other| add(total, other));
        let mut rest = &mut **total;
        for places in places {
            places.gradient(carve(&mut rest, places.sums_length()), &mut gradient);
        }
        chunks.into_iter().for_each(|chunk| scratch.give(chunk));
        gradient
    }
}

/// A chunk's way forward: the tape, if it is kept.
struct Forward<'a> {
    pass: Pass<'a>,
    x: &'a [f32],
    parameters: &'a [ForwardWeights<'a>],
    results: Vec<&'a mut [f32]>,
    tapes: &'a Buffers,
    scratch: &'a Buffers,
    keep: bool,
}

impl WithSimd for Forward<'_> {
    type Output = Option<Buffer>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Option<Buffer> {
        let Self { pass, x, parameters, mut results, tapes, scratch, keep } = self;
        let frames = pass.chunk.frames();
        let mut buffer = tapes.take(Tape::length(pass.size, pass.directions, frames));
        let mut tape = Tape::of(pass.size, pass.directions, frames, &mut buffer);
        pass.forward(simd, x, parameters, &mut tape, &mut results, scratch);
        if keep {
            return Some(buffer);
        }
        tapes.give(buffer);
        None
    }
}

/// A chunk's way back: the sums of the parameters' gradients.
struct Backward<'a> {
    pass: Pass<'a>,
    x: &'a [f32],
    dstates: &'a [f32],
    places: &'a [Places],
    parameters: &'a [BackwardWeights<'a>],
    tape: Buffer,
    dx: Option<Vec<&'a mut [f32]>>,
    tapes: &'a Buffers,
    scratch: &'a Buffers,
}

impl WithSimd for Backward<'_> {
    type Output = Buffer;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Buffer {
        let Self { pass, x, dstates, places, parameters, tape: mut buffer, mut dx, tapes, scratch } = self;
        let mut tape = Tape::of(pass.size, pass.directions, pass.chunk.frames(), &mut buffer);
        let mut sums = scratch.zeros(places.iter().map(Places::sums_length).sum());
        let mut rest = &mut *sums;
        let mut parts: Vec<_> = places.iter().map(|places| carve(&mut rest, places.sums_length())).collect();
        let to = (&mut *parts, dx.as_deref_mut());
        pass.backward(simd, (x, dstates), (places, parameters), &mut tape, to, scratch);
        tapes.give(buffer);
        sums
    }
}
