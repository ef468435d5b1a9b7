//! A fused layer of a [`Recurrent`](crate::Recurrent), all directions, as one operation on (x, packed parameters).
//!
//! Frames that exist are the rows of products, and features run along lanes: x is multiplied at all frames at once, a state at
//! those of one step. Chunks of samples go on different threads. Forward keeps what backward needs if the step has dropout,
//! that is, in training; else backward computes it again.

use super::buffers::{Buffer, Buffers, carve};
use super::jobs::{add, each};
use super::recurrent_pass::Pass;
use super::recurrent_plan::{Chunk, plan};
use super::recurrent_products::{BackwardWeights, ForwardWeights};
use super::recurrent_tape::Tape;
use super::recurrent_weights::{Places, Size};
use super::storage::{numbers, read};
use crate::params::Pack;
use crate::recurrent::{RecurrentShape, States};
use crate::{DropoutKey, NnError, Scope};
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, bail};
use pulp::{Arch, Simd, WithSimd};
use std::sync::{Arc, Mutex, PoisonError};

/// The layer over one packed parameter tensor.
pub(crate) struct FusedRecurrentLayer {
    packed: Tensor,
    shared: Arc<Shared>,
}

/// What all operations of a layer share.
struct Shared {
    size: Size,
    places: Vec<Places>,
    tapes: Buffers,
    scratch: Buffers,
}

impl FusedRecurrentLayer {
    /// The layer whose composed form's parameters, packed, are given.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one.
    pub(crate) fn new(
        scope: &Scope<'_>,
        (packed, pack): (Tensor, &Pack),
        shape: &RecurrentShape,
    ) -> std::result::Result<Self, NnError> {
        let RecurrentShape { cell, inputs, width, .. } = *shape;
        let directions = [false, true].into_iter().take(shape.directions());
        let places = directions.map(|reverse| Places::new(scope, pack, shape, reverse));
        let places = places.collect::<std::result::Result<_, NnError>>()?;
        let size = Size { cell, inputs, width };
        let shared = Shared { size, places, tapes: Buffers::default(), scratch: Buffers::default() };
        Ok(Self { packed, shared: Arc::new(shared) })
    }

    /// The states at all frames of x (B, T, D).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(crate) fn all(&self, x: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        self.apply(x, frames, key, false)
    }

    /// These and the final ones.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(crate) fn states(&self, x: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<States> {
        let time = x.dim(1)?;
        let rows = self.apply(x, frames, key, true)?; // (B, T + 1, dirs H)
        Ok(States { all: rows.narrow(1, 0, time)?, last: rows.narrow(1, time, 1)?.squeeze(1)? })
    }

    fn apply(&self, x: &Tensor, frames: Option<&Tensor>, key: DropoutKey, last: bool) -> Result<Tensor> {
        let (batch, time, inputs) = x.dims3()?;
        if inputs != self.shared.size.inputs {
            bail!("frames of {inputs} numbers, expected {}", self.shared.size.inputs);
        }
        let lengths = match frames {
            None => vec![time; batch],
            Some(frames) if frames.dims2()? == (batch, time) => {
                let length = |row: Vec<f32>| row.into_iter().filter(|x| *x != 0.0).count();
                frames.to_vec2::<f32>()?.into_iter().map(length).collect()
            }
            Some(frames) => bail!("a mask of {:?}, expected {:?}", frames.dims(), (batch, time)),
        };
        let operation = Operation {
            shared: Arc::clone(&self.shared),
            chunks: plan(&lengths),
            batch,
            time,
            rows: if last { time + 1 } else { time },
            keep: !key.is_none() && (x.track_op() || self.packed.track_op()),
            tapes: Mutex::default(),
        };
        x.contiguous()?.apply_op2(&self.packed, operation)
    }
}

/// One way forward and its way back.
struct Operation {
    shared: Arc<Shared>,
    chunks: Vec<Chunk>,
    batch: usize,
    time: usize,
    /// Of a sample's states: T, or one more for the final ones.
    rows: usize,
    keep: bool,
    /// What forward kept, by chunk.
    tapes: Mutex<Option<Vec<Buffer>>>,
}

impl Operation {
    /// Numbers of a frame's states.
    fn width(&self) -> usize {
        self.shared.places.len() * self.shared.size.width
    }

    fn pass<'a>(&'a self, chunk: &'a Chunk) -> Pass<'a> {
        let Shared { size, places, .. } = &*self.shared;
        Pass { size: *size, directions: places.len(), chunk, time: self.time, rows: self.rows }
    }

    /// A tensor (B, ..) by chunk and sample.
    fn by_chunk<'a>(&self, values: &'a mut [f32]) -> Vec<Vec<&'a mut [f32]>> {
        let each = (values.len() / self.batch.max(1)).max(1);
        let mut samples: Vec<Option<&mut [f32]>> = values.chunks_mut(each).map(Some).collect();
        let mut of = |chunk: &Chunk| chunk.samples.iter().filter_map(|(index, _)| samples[*index].take()).collect();
        self.chunks.iter().map(&mut of).collect()
    }

    /// The states (B, rows, dirs H) and, if they are to be kept, the tapes.
    fn forward(&self, x: &[f32], packed: &[f32], keep: bool) -> (Vec<f32>, Vec<Buffer>) {
        let Shared { places, tapes, scratch, .. } = &*self.shared;
        let mut states = vec![0.0; self.batch * self.rows * self.width()];
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

    /// The gradients of x and of the parameters, where they are wanted.
    fn backward(&self, x: &[f32], packed: &[f32], dstates: &[f32], of_x: bool) -> (Option<Vec<f32>>, Vec<f32>) {
        let Shared { places, tapes: buffers, scratch, .. } = &*self.shared;
        let kept = self.tapes.lock().unwrap_or_else(PoisonError::into_inner).take();
        let tapes = kept.unwrap_or_else(|| self.forward(x, packed, true).1);
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
        let Shared { places, scratch, .. } = &*self.shared;
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

impl CustomOp2 for Operation {
    fn name(&self) -> &'static str {
        "fused recurrent layer"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout, p: &CpuStorage, pl: &Layout) -> Result<(CpuStorage, Shape)> {
        let (states, tapes) = self.forward(numbers(x, xl)?, numbers(p, pl)?, self.keep);
        if self.keep {
            *self.tapes.lock().unwrap_or_else(PoisonError::into_inner) = Some(tapes);
        }
        Ok((CpuStorage::F32(states), (self.batch, self.rows, self.width()).into()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        packed: &Tensor,
        _states: &Tensor,
        dstates: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let of_x = x.track_op();
        let (dx, gradient) = read(&dstates.contiguous()?, |dstates| {
            read(x, |x| read(packed, |packed| Ok(self.backward(x, packed, dstates, of_x))))
        })?;
        let dx = dx.map(|dx| Tensor::from_vec(dx, x.shape(), x.device())).transpose()?;
        let gradient = packed.track_op().then(|| Tensor::from_vec(gradient, packed.shape(), packed.device()));
        Ok((dx, gradient.transpose()?))
    }
}
