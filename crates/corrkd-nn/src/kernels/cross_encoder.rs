//! The fused [`CrossEncoder`](crate::CrossEncoder): embedding, pre-norm layers whose keys and values may come from another
//! sequence, and a last normalisation, as one operation on (queries, context, packed parameters). The fused
//! [`Decoder`](crate::Decoder) is the same with one more attention in each layer, and a context that is neither
//! embedded nor normalised.
//!
//! As in the fused encoder, chunks of a few samples go through the whole network while they are in cache, and forward
//! keeps what backward needs if the step has dropout.

use super::buffers::{Buffer, Buffers};
use super::cross_model::CrossModel;
use super::cross_step::CrossStep;
use super::cross_tape::CrossTape;
use super::jobs::each;
use super::key_biases::key_biases;
use super::plan::{Chunk, Part, by_group, plan};
use super::position_codes::PositionCodes;
use super::storage::{numbers, read};
use crate::params::Pack;
use crate::{CrossEncoderShape, Dropout, DropoutKey, NnError, Scope};
use candle_core::{CpuStorage, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor};
use pulp::{Arch, Simd, WithSimd};
use std::sync::{Arc, Mutex, PoisonError};

/// The network over one packed parameter tensor.
pub(crate) struct FusedCrossEncoder {
    packed: Tensor,
    shared: Arc<Shared>,
}

/// Groups of chunks. Fewer than the other encoder's: batches are smaller and parameters more.
const GROUPS: usize = 4;

/// What all operations of a network share.
struct Shared {
    model: CrossModel,
    buffers: Buffers,
    codes: PositionCodes,
}

impl FusedCrossEncoder {
    /// The network whose composed form's parameters, packed, are given: one with this dropout on the embedded queries
    /// and context, or else a decoder.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one.
    pub(crate) fn new(
        scope: &Scope<'_>,
        (packed, pack): (Tensor, &Pack),
        shape: &CrossEncoderShape,
        dropout: Option<[Dropout; 2]>,
    ) -> std::result::Result<Self, NnError> {
        let model = CrossModel::new(scope, pack, shape, dropout)?;
        let shared = Shared { model, buffers: Buffers::default(), codes: PositionCodes::default() };
        Ok(Self { packed, shared: Arc::new(shared) })
    }

    /// As [`CrossEncoder::forward`](crate::CrossEncoder::forward), or as [`CrossEncoder::last`](crate::CrossEncoder::last).
    /// `attended` is of a decoder's own frames, (B, Tq), and of the frames that keys come from, (B, Tk). The sizes fit.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(crate) fn forward(
        &self,
        queries: &Tensor,
        context: Option<&Tensor>,
        attended: [Option<&Tensor>; 2],
        last: bool,
        key: DropoutKey,
    ) -> Result<Tensor> {
        let (batch, time, _) = queries.dims3()?;
        if last && self.shared.model.layers.is_empty() {
            return self.forward(queries, context, attended, false, key)?.narrow(1, time - 1, 1)?.squeeze(1);
        }
        let keys = context.map_or(Ok(time), |context| context.dim(1))?;
        let biases = |attended: Option<&Tensor>, time: usize| key_biases(attended, &vec![time; batch], time);
        let op = Operation {
            shared: Arc::clone(&self.shared),
            groups: plan(&vec![time.max(keys); batch], GROUPS),
            batch,
            times: [time, keys],
            biases: [biases(attended[0], time)?, biases(attended[1], keys)?],
            last,
            key,
            tapes: Mutex::default(),
        };
        match context {
            None => queries.contiguous()?.apply_op2(&self.packed, op),
            Some(context) => queries.contiguous()?.apply_op3(&context.contiguous()?, &self.packed, op),
        }
    }
}

/// One forward pass and its way back.
struct Operation {
    shared: Arc<Shared>,
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

/// The numbers that the network works on.
#[derive(Clone, Copy)]
struct Inputs<'a> {
    queries: &'a [f32],
    context: Option<&'a [f32]>,
    parameters: &'a [f32],
}

impl Operation {
    fn shape(&self) -> Shape {
        let width = self.shared.model.shape.width;
        if self.last { (self.batch, width).into() } else { (self.batch, self.times[0], width).into() }
    }

    /// Runs `f` with the step's knowledge.
    fn with<R>(&self, inputs: Inputs<'_>, f: impl FnOnce(&CrossStep<'_>) -> R) -> R {
        let model = &self.shared.model;
        let codes = self.shared.codes.of(self.times[0].max(self.times[1]), model.shape.width);
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

    /// The answers and, if they are to be kept, the tapes.
    fn run(&self, inputs: Inputs<'_>, keep: bool) -> (Vec<f32>, Vec<Vec<Buffer>>) {
        let mut answers = vec![0.0; self.shape().elem_count()];
        let jobs = by_group(&self.groups, self.batch, &mut answers);
        let buffers = &self.shared.buffers;
        let tapes =
            self.with(inputs, |step| each(jobs, |part| Arch::new().dispatch(Forward { step, buffers, part, keep })));
        (answers, tapes)
    }

    /// The forward pass as an operation's.
    fn answer(&self, inputs: Inputs<'_>) -> (CpuStorage, Shape) {
        let keep = !self.key.is_none();
        let (answers, tapes) = self.run(inputs, keep);
        if keep {
            *self.tapes.lock().unwrap_or_else(PoisonError::into_inner) = Some(tapes);
        }
        (CpuStorage::F32(answers), self.shape())
    }

    /// The gradients of queries and context, where they are wanted, and of the parameters.
    fn back(&self, inputs: Inputs<'_>, slopes: &[f32], wanted: [bool; 2]) -> ([Option<Vec<f32>>; 2], Vec<f32>) {
        let kept = self.tapes.lock().unwrap_or_else(PoisonError::into_inner).take();
        let tapes = kept.unwrap_or_else(|| self.run(inputs, true).1);
        let lengths = [inputs.queries.len(), inputs.context.map_or(0, <[f32]>::len)];
        let mut gradients = [0, 1].map(|side| wanted[side].then(|| vec![0.0; lengths[side]]));
        let [of_queries, of_context] = gradients.each_mut().map(|gradient| match gradient {
            Some(gradient) => by_group(&self.groups, self.batch, gradient).into_iter().map(Some).collect(),
            None => self.groups.iter().map(|_| None).collect::<Vec<_>>(),
        });
        let jobs = self.groups.iter().zip(tapes).zip(of_queries.into_iter().zip(of_context)).collect();
        let buffers = &self.shared.buffers;
        let sums = self.with(inputs, |step| {
            each(jobs, |((group, tapes), (queries, context))| {
                Arch::new().dispatch(Backward { step, buffers, group, tapes, slopes, inputs: [queries, context] })
            })
        });
        (gradients, self.shared.model.sums.gradient(sums, buffers))
    }

    /// The backward pass as an operation's: the gradients of queries, context and parameters.
    fn gradients(
        &self,
        (queries, context, packed): (&Tensor, Option<&Tensor>, &Tensor),
        slopes: &Tensor,
    ) -> Result<[Option<Tensor>; 3]> {
        let slopes = slopes.flatten_all()?.to_vec1::<f32>()?;
        let wanted = [queries.track_op(), context.is_some_and(Tensor::track_op)];
        let run = |queries: &[f32], context: Option<&[f32]>| {
            read(packed, |parameters| Ok(self.back(Inputs { queries, context, parameters }, &slopes, wanted)))
        };
        let ([of_queries, of_context], of_packed) = read(queries, |queries| match context {
            None => run(queries, None),
            Some(context) => read(context, |context| run(queries, Some(context))),
        })?;
        let tensor = |values: Option<Vec<f32>>, like: Option<&Tensor>| match (values, like) {
            (Some(values), Some(like)) => Tensor::from_vec(values, like.shape(), like.device()).map(Some),
            _ => Ok(None),
        };
        Ok([tensor(of_queries, Some(queries))?, tensor(of_context, context)?, tensor(Some(of_packed), Some(packed))?])
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

impl CustomOp2 for Operation {
    fn name(&self) -> &'static str {
        "fused self-attention Transformer"
    }

    fn cpu_fwd(&self, q: &CpuStorage, ql: &Layout, p: &CpuStorage, pl: &Layout) -> Result<(CpuStorage, Shape)> {
        Ok(self.answer(Inputs { queries: numbers(q, ql)?, context: None, parameters: numbers(p, pl)? }))
    }

    fn bwd(
        &self,
        queries: &Tensor,
        packed: &Tensor,
        _answers: &Tensor,
        slopes: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let [of_queries, _, of_packed] = self.gradients((queries, None, packed), slopes)?;
        Ok((of_queries, of_packed))
    }
}

impl CustomOp3 for Operation {
    fn name(&self) -> &'static str {
        "fused cross-modal Transformer"
    }

    fn cpu_fwd(
        &self,
        q: &CpuStorage,
        ql: &Layout,
        c: &CpuStorage,
        cl: &Layout,
        p: &CpuStorage,
        pl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        Ok(self.answer(Inputs {
            queries: numbers(q, ql)?,
            context: Some(numbers(c, cl)?),
            parameters: numbers(p, pl)?,
        }))
    }

    fn bwd(
        &self,
        queries: &Tensor,
        context: &Tensor,
        packed: &Tensor,
        _answers: &Tensor,
        slopes: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let [of_queries, of_context, of_packed] = self.gradients((queries, Some(context), packed), slopes)?;
        Ok((of_queries, of_context, of_packed))
    }
}
