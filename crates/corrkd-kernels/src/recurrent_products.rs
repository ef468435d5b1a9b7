//! The products of a recurrent layer: a row of blocks from x and from h, their gradients back from it, and the weights'.

use super::lanes::padded;
use super::product::{Block, Left, Product, Start};
use super::recurrent_weights::{Size, stride};
use pulp::Simd;

/// So many terms of a sum at a time: what is multiplied by a few columns of a tile stays in the nearest cache.
const DEPTH: usize = 128;

/// A direction's parameters for the way forward: of each column of x and h its row of weights, and a row of biases.
pub(super) struct ForwardWeights<'a> {
    pub(super) size: Size,
    pub(super) input: &'a [f32],
    pub(super) hidden: &'a [f32],
    pub(super) bias: &'a [f32],
}

impl ForwardWeights<'_> {
    /// rows = the biases + W x.
    pub(super) fn start<S: Simd>(&self, simd: S, x: &[f32], rows: &mut [f32]) {
        let Size { inputs, .. } = self.size;
        let (of_x, others) = self.bias.split_at(self.size.gates());
        rows.chunks_exact_mut(self.size.row()).for_each(|row| row[of_x.len()..].copy_from_slice(others));
        self.multiply(simd, (x, stride(inputs)), (self.input, inputs), Start::Row(of_x), rows);
    }

    /// rows += U h; h has a row of whole vectors for each, at least.
    pub(super) fn add_hidden<S: Simd>(&self, simd: S, h: &[f32], rows: &mut [f32]) {
        let rows = &mut rows[self.size.hidden()..];
        self.multiply(simd, (h, self.size.lanes()), (self.hidden, self.size.width), Start::Sum, rows);
    }

    fn multiply<S: Simd>(
        &self,
        simd: S,
        (x, x_stride): (&[f32], usize),
        (b, depth): (&[f32], usize),
        start: Start<'_>,
        rows: &mut [f32],
    ) {
        let gates = self.size.gates();
        let product = Product {
            a: Left::Rows(x, x_stride),
            b,
            b_stride: stride(gates),
            rows: rows.len().div_ceil(self.size.row()),
            depth,
            lanes: gates,
            start,
        };
        in_parts(simd, product, Block { values: rows, stride: self.size.row() });
    }
}

/// A direction's weights for the way back: of each gate its row.
pub(super) struct BackwardWeights<'a> {
    pub(super) size: Size,
    pub(super) input: &'a [f32],
    pub(super) hidden: &'a [f32],
}

impl BackwardWeights<'_> {
    /// x's gradient = W' of the rows'.
    pub(super) fn input<S: Simd>(&self, simd: S, rows: &[f32], dx: &mut [f32]) {
        let Size { inputs, .. } = self.size;
        let to = Block { values: dx, stride: stride(inputs) };
        self.multiply(simd, rows, (self.input, stride(inputs)), (padded(inputs), Start::Zero), to);
    }

    /// h's gradient += U' of the rows'.
    pub(super) fn add_hidden<S: Simd>(&self, simd: S, rows: &[f32], dh: &mut [f32]) {
        let lanes = self.size.lanes();
        let (rows, to) = (&rows[self.size.hidden()..], Block { values: dh, stride: lanes });
        self.multiply(simd, rows, (self.hidden, stride(self.size.width)), (lanes, Start::Sum), to);
    }

    fn multiply<S: Simd>(
        &self,
        simd: S,
        rows: &[f32],
        (b, b_stride): (&[f32], usize),
        (lanes, start): (usize, Start<'_>),
        to: Block<'_>,
    ) {
        let product = Product {
            a: Left::Rows(rows, self.size.row()),
            b,
            b_stride,
            rows: to.values.len() / to.stride,
            depth: self.size.gates(),
            lanes,
            start,
        };
        in_parts(simd, product, to);
    }
}

/// Adds the weights' gradients: sums (a row for each gate) += the rows' of blocks times x's, or h's, of so many columns and
/// such a stride.
pub(super) fn add_outer<S: Simd>(
    simd: S,
    size: Size,
    rows: &[f32],
    (b, b_stride): (&[f32], usize),
    columns: usize,
    sums: &mut [f32],
) {
    let product = Product {
        a: Left::Columns(rows, size.row()),
        b,
        b_stride,
        rows: size.gates(),
        depth: b.len() / b_stride,
        lanes: padded(columns),
        start: Start::Sum,
    };
    in_parts(simd, product, Block { values: sums, stride: stride(columns) });
}

/// C = start + A B, a part of the terms of the sums after another.
fn in_parts<S: Simd>(simd: S, product: Product<'_>, c: Block<'_>) {
    let each = product.depth.div_ceil(product.depth.div_ceil(DEPTH).max(1)).max(1);
    for from in (0..product.depth).step_by(each) {
        let a = match product.a {
            Left::Rows(values, stride) => Left::Rows(&values[from..], stride),
            Left::Columns(values, stride) => Left::Columns(&values[from * stride..], stride),
        };
        let (b, depth) = (&product.b[from * product.b_stride..], each.min(product.depth - from));
        let start = if from == 0 { product.start } else { Start::Sum };
        let part = Product { a, b, depth, start, ..product };
        part.into(simd, Block { values: &mut *c.values, stride: c.stride });
    }
}
