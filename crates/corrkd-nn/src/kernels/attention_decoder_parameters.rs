//! The parameters of a fused [`AttentionDecoder`](crate::AttentionDecoder): in the pack, as the kernels take them, and
//! the sums of their gradients.

use super::buffers::carve;
use super::lanes::padded;
use super::transpose::Transpose;
use crate::params::Pack;
use crate::{NnError, Scope};
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

/// Where each parameter lies in the pack.
pub(super) struct Places {
    pub(super) size: Size,
    score: Range<usize>,
    input: [Range<usize>; 2],
    hidden: [Range<usize>; 2],
    output: [Range<usize>; 2],
    length: usize,
}

impl Places {
    /// The places in a pack that the composed form's parameters make at `scope`.
    pub(super) fn new(scope: &Scope<'_>, pack: &Pack, size: Size) -> Result<Self, NnError> {
        let place = |leaf: &str, shape: &[usize]| pack.range(&scope.path(leaf), shape);
        let linear = |name: &str, rows: usize, columns: usize| {
            let weight = place(&format!("{name}.weight"), &[rows, columns])?;
            Ok::<_, NnError>([weight, place(&format!("{name}.bias"), &[rows])?])
        };
        let Size { inputs, width, outputs } = size;
        let score = place("score.weight", &[1, inputs])?;
        let input = linear("input", size.gates(), inputs + outputs)?;
        let hidden = linear("hidden", size.gates(), width)?;
        let output = linear("output", outputs, width)?;
        let length = [&input, &hidden, &output].into_iter().flatten().map(Range::len).sum::<usize>() + score.len();
        Ok(Self { size, score, input, hidden, output, length })
    }

    /// The gradient of the packed parameters from the sums.
    pub(super) fn gradient(&self, sums: &mut [f32]) -> Vec<f32> {
        let Size { inputs, width, outputs } = self.size;
        let gates = self.size.gates();
        let sums = Sums::of(self.size, sums);
        let mut gradient = vec![0.0; self.length];
        gradient[self.score.clone()].copy_from_slice(&sums.score[..inputs]);
        let [weight, bias] = self.input.clone();
        rows(&mut gradient[weight.clone()], inputs + outputs, sums.context, inputs);
        let (of_answers, of_hidden) = sums.recurrent.split_at(outputs * padded(gates));
        let flip = |from: &[f32], to: &mut [f32], stride: usize, rows: usize| {
            Arch::new().dispatch(Transpose { from: (from, padded(gates)), to: (to, stride), size: (rows, gates) });
        };
        flip(of_answers, &mut gradient[weight.start + inputs..weight.end], inputs + outputs, outputs);
        gradient[bias].copy_from_slice(&sums.bias[..gates]);
        let [weight, bias] = self.hidden.clone();
        flip(of_hidden, &mut gradient[weight], width, width);
        gradient[bias].copy_from_slice(&sums.bias[..gates]);
        let [weight, bias] = self.output.clone();
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
    pub(super) fn of(places: &Places, packed: &'a [f32]) -> Self {
        let size = places.size;
        let [input, input_bias] = places.input.clone().map(|range| &packed[range]);
        let [hidden, hidden_bias] = places.hidden.clone().map(|range| &packed[range]);
        let [output, output_bias] = places.output.clone().map(|range| &packed[range]);
        let mut recurrent = Vec::with_capacity(size.gates() * size.state());
        for (input, hidden) in input.chunks(size.inputs + size.outputs).zip(hidden.chunks(size.width)) {
            recurrent.extend_from_slice(&input[size.inputs..]);
            recurrent.extend_from_slice(hidden);
        }
        let bias = input_bias.iter().zip(hidden_bias).map(|(b, u)| b + u).collect();
        Self { size, score: &packed[places.score.clone()], input, recurrent, bias, output, output_bias }
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
