//! The parameters of a fused [`AttentionDecoder`](crate::AttentionDecoder): as they are packed, as the kernels take them,
//! and the sums of their gradients.

use super::buffers::carve;
use super::lanes::padded;
use super::places::Affine;
use super::transpose::Transpose;
use pulp::Arch;
use std::ops::Range;

/// E's width, H and D'.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) inputs: usize,
    pub(super) width: usize,
    pub(super) outputs: usize,
}

impl Size {
    /// Rows of the four gates.
    pub(super) const fn gates(self) -> usize {
        4 * self.width
    }

    /// Rows of the state [y; h], which the next step's gates come from.
    pub(super) const fn state(self) -> usize {
        self.outputs + self.width
    }
}

/// Where the parameters of an [`AttentionDecoder`](crate::AttentionDecoder) of state H lie among packed ones.
#[derive(Clone, Debug)]
pub struct DecoderParts {
    /// The weight (1, E's width) by which attention scores a frame.
    pub score: Range<usize>,
    /// The LSTM's gates (4H, E's width + D') of a context and of the frame before.
    pub input: Affine,
    /// Those (4H, H) of the state.
    pub hidden: Affine,
    /// What makes a frame (D', H) of the state.
    pub output: Affine,
}

impl DecoderParts {
    /// The sizes that the parameters have.
    pub(super) fn size(&self) -> Size {
        let outputs = self.output.bias.len();
        Size { inputs: self.score.len(), width: self.hidden.bias.len() / 4, outputs }
    }

    /// The gradient of the packed parameters from the sums.
    pub(super) fn gradient(&self, sums: &mut [f32]) -> Vec<f32> {
        let size @ Size { inputs, width, outputs } = self.size();
        let gates = size.gates();
        let sums = Sums::of(size, sums);
        let length = self.score.len() + self.input.len() + self.hidden.len() + self.output.len();
        let mut gradient = vec![0.0; length];
        gradient[self.score.clone()].copy_from_slice(&sums.score[..inputs]);
        let Affine { weight, bias } = self.input.clone();
        rows(&mut gradient[weight.clone()], inputs + outputs, sums.context, inputs);
        let (of_answers, of_hidden) = sums.recurrent.split_at(outputs * padded(gates));
        let flip = |from: &[f32], to: &mut [f32], stride: usize, rows: usize| {
            Arch::new().dispatch(Transpose { from: (from, padded(gates)), to: (to, stride), size: (rows, gates) });
        };
        flip(of_answers, &mut gradient[weight.start + inputs..weight.end], inputs + outputs, outputs);
        gradient[bias].copy_from_slice(&sums.bias[..gates]);
        let Affine { weight, bias } = self.hidden.clone();
        flip(of_hidden, &mut gradient[weight], width, width);
        gradient[bias].copy_from_slice(&sums.bias[..gates]);
        let Affine { weight, bias } = self.output.clone();
        rows(&mut gradient[weight], width, sums.output, width);
        gradient[bias].copy_from_slice(&sums.output_bias[..outputs]);
        gradient
    }
}

/// Copies the first `width` numbers of rows padded from them to rows of `stride`.
fn rows(to: &mut [f32], stride: usize, from: &[f32], width: usize) {
    let rows = to.chunks_mut(stride).zip(from.chunks(padded(width)));
    rows.for_each(|(to, from)| to[..width].copy_from_slice(&from[..width]));
}

/// The parameters as the kernels take them.
pub(super) struct Weights<'a> {
    pub(super) size: Size,
    /// w.
    pub(super) score: &'a [f32],
    /// The rows of W (4H), whose first numbers are the context's.
    pub(super) input: &'a [f32],
    /// [W's part of y, U], 4H rows.
    pub(super) recurrent: Vec<f32>,
    /// b + u (4H).
    pub(super) bias: Vec<f32>,
    /// V's rows (D').
    pub(super) output: &'a [f32],
    /// v.
    pub(super) output_bias: &'a [f32],
}

impl<'a> Weights<'a> {
    /// Of the pack.
    pub(super) fn of(parts: &DecoderParts, packed: &'a [f32]) -> Self {
        let size = parts.size();
        let [input, input_bias] = parts.input.of(packed);
        let [hidden, hidden_bias] = parts.hidden.of(packed);
        let [output, output_bias] = parts.output.of(packed);
        let mut recurrent = Vec::with_capacity(size.gates() * size.state());
        for (input, hidden) in input.chunks(size.inputs + size.outputs).zip(hidden.chunks(size.width)) {
            recurrent.extend_from_slice(&input[size.inputs..]);
            recurrent.extend_from_slice(hidden);
        }
        let bias = input_bias.iter().zip(hidden_bias).map(|(b, u)| b + u).collect();
        Self { size, score: &packed[parts.score.clone()], input, recurrent, bias, output, output_bias }
    }
}

/// Sums of gradients, rows at a stride of whole vectors.
pub(super) struct Sums<'a> {
    /// Of w.
    pub(super) score: &'a mut [f32],
    /// Of W's part of m, 4H rows.
    pub(super) context: &'a mut [f32],
    /// Of [W's part of y, U], transposed: a row for each of the state.
    pub(super) recurrent: &'a mut [f32],
    /// Of b, and of u.
    pub(super) bias: &'a mut [f32],
    /// Of V, D' rows.
    pub(super) output: &'a mut [f32],
    /// Of v.
    pub(super) output_bias: &'a mut [f32],
}

impl<'a> Sums<'a> {
    /// The length of the buffer that [`of`](Self::of) divides.
    pub(super) const fn length(size: Size) -> usize {
        let Size { inputs, width, outputs } = size;
        let gates = size.gates();
        let weights = gates * padded(inputs) + size.state() * padded(gates) + outputs * padded(width);
        weights + padded(inputs) + padded(gates) + padded(outputs)
    }

    /// Divides a buffer.
    pub(super) fn of(size: Size, mut buffer: &'a mut [f32]) -> Self {
        let Size { inputs, width, outputs } = size;
        let mut take = |n: usize| carve(&mut buffer, n);
        let gates = size.gates();
        Self {
            score: take(padded(inputs)),
            context: take(gates * padded(inputs)),
            recurrent: take(size.state() * padded(gates)),
            bias: take(padded(gates)),
            output: take(outputs * padded(width)),
            output_bias: take(padded(outputs)),
        }
    }
}
