//! A recurrent layer's parameters as the kernels take them, and the way back of their gradients.
//!
//! Features run along lanes. A frame has a row of four blocks of H numbers, each padded with zeros to whole vectors: an
//! LSTM's i, f, g, o; or a GRU's n, r, z and what of the state r multiplies. A frame's numbers x are added to the first
//! blocks, all of them or n, r, z, and those of a state h to the last, all of them or r, z and the fourth.

use super::buffers::carve;
use super::lanes::{WIDEST, padded};
use super::places::Affine;
use super::recurrent_cell::Cell;
use super::recurrent_products::{BackwardWeights, ForwardWeights};
use super::transpose::Transpose;
use pulp::Arch;
use std::ops::Range;

/// Blocks of a row.
pub(super) const BLOCKS: usize = 4;

/// From row to row of `n` numbers: an odd number of cache lines, so that a column does not fall on a few sets of the cache.
pub(super) const fn stride(n: usize) -> usize {
    (n.div_ceil(WIDEST) | 1) * WIDEST
}

/// A layer's sizes.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) cell: Cell,
    /// D.
    pub(super) inputs: usize,
    /// H.
    pub(super) width: usize,
}

impl Size {
    /// Of a block: H padded.
    pub(super) const fn lanes(self) -> usize {
        padded(self.width)
    }

    /// From row to row of four blocks.
    pub(super) const fn row(self) -> usize {
        stride(BLOCKS * self.lanes())
    }

    /// Lanes of the blocks that x adds to, and of those that h adds to.
    pub(super) const fn gates(self) -> usize {
        self.cell.gates() * self.lanes()
    }

    /// The first lane that h adds to.
    pub(super) const fn hidden(self) -> usize {
        BLOCKS * self.lanes() - self.gates()
    }
}

/// Where the parameters lie that x, or h, is multiplied by and added to.
struct Side {
    size: Size,
    /// D or H.
    columns: usize,
    place: Affine,
    /// The first block that this side adds to.
    first: usize,
    /// For each of its blocks, the gate's number in the parameters.
    gates: &'static [usize],
}

impl Side {
    /// The length of the weight as rows of gates.
    const fn transposed_length(&self) -> usize {
        self.columns * stride(self.size.gates())
    }

    /// The length of the weight as rows of x or h.
    const fn padded_length(&self) -> usize {
        self.size.gates() * stride(self.columns)
    }

    /// A block's number among this side's, and its gate's rows.
    fn blocks(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        let width = self.size.width;
        self.gates.iter().enumerate().map(move |(block, gate)| (block, gate * width..(gate + 1) * width))
    }

    /// Writes the weight as rows of gates, one for each column, into zeros.
    fn transpose(&self, packed: &[f32], to: &mut [f32]) {
        let Size { width, .. } = self.size;
        let [weight, _] = self.place.of(packed);
        for (block, gate) in self.blocks() {
            let from = (&weight[gate.start * self.columns..], self.columns);
            let to = (&mut to[block * self.size.lanes()..], stride(self.size.gates()));
            Arch::new().dispatch(Transpose { from, to, size: (width, self.columns) });
        }
    }

    /// Writes the weight's rows into zeros.
    fn pad(&self, packed: &[f32], to: &mut [f32]) {
        let [weight, _] = self.place.of(packed);
        for (block, gate) in self.blocks() {
            let to = to[block * self.size.lanes() * stride(self.columns)..].chunks_exact_mut(stride(self.columns));
            let from = weight[gate.start * self.columns..gate.end * self.columns].chunks_exact(self.columns);
            from.zip(to).for_each(|(from, to)| to[..from.len()].copy_from_slice(from));
        }
    }

    /// Adds the bias to a row of zeros.
    fn add_bias(&self, packed: &[f32], row: &mut [f32]) {
        let [_, bias] = self.place.of(packed);
        for (block, gate) in self.blocks() {
            let to = &mut row[(self.first + block) * self.size.lanes()..];
            bias[gate].iter().zip(to).for_each(|(bias, to)| *to += bias);
        }
    }

    /// Writes the sums of gradients, rows as [`pad`](Self::pad)'s and a row of four blocks, as the parameters lie.
    fn unpad(&self, (weight, bias): (&[f32], &[f32]), gradient: &mut [f32]) {
        for (block, gate) in self.blocks() {
            let from = weight[block * self.size.lanes() * stride(self.columns)..].chunks_exact(stride(self.columns));
            let to = &mut gradient[self.place.weight.clone()][gate.start * self.columns..gate.end * self.columns];
            to.chunks_exact_mut(self.columns).zip(from).for_each(|(to, from)| to.copy_from_slice(&from[..to.len()]));
            let from = &bias[(self.first + block) * self.size.lanes()..][..self.size.width];
            gradient[self.place.bias.clone()][gate].copy_from_slice(from);
        }
    }
}

/// Where the parameters of one direction of a [`RecurrentLayer`](crate::RecurrentLayer) lie among packed ones, G gates one
/// behind the other in the order of [`Cell`].
#[derive(Clone, Debug)]
pub struct DirectionParts {
    /// Those (G H, D) and (G H) of a frame.
    pub input: Affine,
    /// Those (G H, H) and (G H) of a state.
    pub hidden: Affine,
}

/// The same, and how the kernels take them.
pub(super) struct Places {
    size: Size,
    input: Side,
    hidden: Side,
}

impl Places {
    pub(super) fn new(cell: Cell, parts: DirectionParts) -> Self {
        let DirectionParts { input, hidden } = parts;
        let width = hidden.bias.len() / cell.gates();
        let size = Size { cell, inputs: input.weight.len() / input.bias.len(), width };
        let (of_input, of_hidden): (&[usize], &[usize]) = match cell {
            Cell::Lstm => (&[0, 1, 2, 3], &[0, 1, 2, 3]),
            Cell::Gru => (&[2, 0, 1], &[0, 1, 2]),
        };
        let first = BLOCKS - cell.gates();
        Self {
            size,
            input: Side { size, columns: size.inputs, place: input, first: 0, gates: of_input },
            hidden: Side { size, columns: width, place: hidden, first, gates: of_hidden },
        }
    }

    /// The layer's sizes.
    pub(super) const fn size(&self) -> Size {
        self.size
    }

    /// The number of the parameters.
    pub(super) fn parameters(&self) -> usize {
        self.input.place.len() + self.hidden.place.len()
    }

    /// The length of the zeros that [`forward`](Self::forward) fills.
    pub(super) const fn forward_length(&self) -> usize {
        self.input.transposed_length() + self.hidden.transposed_length() + self.size.row()
    }

    /// The parameters for the way forward.
    pub(super) fn forward<'a>(&self, packed: &[f32], mut zeros: &'a mut [f32]) -> ForwardWeights<'a> {
        let input = carve(&mut zeros, self.input.transposed_length());
        let hidden = carve(&mut zeros, self.hidden.transposed_length());
        self.input.transpose(packed, input);
        self.hidden.transpose(packed, hidden);
        self.input.add_bias(packed, zeros);
        self.hidden.add_bias(packed, zeros);
        ForwardWeights { size: self.size, input, hidden, bias: zeros }
    }

    /// The length of the zeros that [`backward`](Self::backward) fills.
    pub(super) const fn backward_length(&self, of_x: bool) -> usize {
        self.hidden.padded_length() + if of_x { self.input.padded_length() } else { 0 }
    }

    /// The weights for the way back, those of x if its gradient is wanted.
    pub(super) fn backward<'a>(&self, packed: &[f32], of_x: bool, mut zeros: &'a mut [f32]) -> BackwardWeights<'a> {
        let hidden = carve(&mut zeros, self.hidden.padded_length());
        self.hidden.pad(packed, hidden);
        if of_x {
            self.input.pad(packed, zeros);
        }
        BackwardWeights { size: self.size, input: zeros, hidden }
    }

    /// The length of the sums of the parameters' gradients.
    pub(super) const fn sums_length(&self) -> usize {
        self.input.padded_length() + self.hidden.padded_length() + self.size.row()
    }

    /// The parts of the sums: of the weights of x and h, as in [`backward`](Self::backward), and of a row's biases.
    pub(super) fn sums<'a>(&self, mut sums: &'a mut [f32]) -> [&'a mut [f32]; 3] {
        let input = carve(&mut sums, self.input.padded_length());
        let hidden = carve(&mut sums, self.hidden.padded_length());
        [input, hidden, sums]
    }

    /// Writes the sums as the parameters lie.
    pub(super) fn gradient(&self, sums: &mut [f32], gradient: &mut [f32]) {
        let [input, hidden, bias] = self.sums(sums);
        self.input.unpad((input, bias), gradient);
        self.hidden.unpad((hidden, bias), gradient);
    }
}
