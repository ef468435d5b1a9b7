//! Where a packed network's parameters and the sums of their gradients lie.

use super::buffers::{Buffer, Buffers};
use super::jobs::add;
use super::lanes::padded;
use super::norm::Norm;
use super::product::{Left, Product, Start};
use std::ops::Range;

/// Where a linear layer's weight (outputs, inputs) and bias (outputs) lie among packed parameters, row-major; or those of
/// a normalisation (d) and (d), its gain as the weight; or those of a convolution (outputs, inputs, kernel) and (outputs).
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    /// Of the weight.
    pub weight: Range<usize>,
    /// Of the bias.
    pub bias: Range<usize>,
}

impl Affine {
    /// Weight and bias.
    pub(super) fn of<'a>(&self, packed: &'a [f32]) -> [&'a [f32]; 2] {
        [&packed[self.weight.clone()], &packed[self.bias.clone()]]
    }

    /// Numbers of both.
    pub(super) fn len(&self) -> usize {
        self.weight.len() + self.bias.len()
    }
}

/// How a tensor's gradients lie in the buffer of sums: as rows at a stride of whole vectors.
#[derive(Clone, Copy)]
pub(super) enum Order {
    /// The tensor's own rows.
    Rows,
    /// Its columns.
    Columns,
    /// A convolution's: for each tap, the outputs' rows of inputs.
    Taps(usize),
}

/// Where a parameter lies in the pack, and its gradients' sum in the buffer of sums.
#[derive(Clone)]
pub(super) struct Weight {
    pub(super) packed: Range<usize>,
    pub(super) sums: Range<usize>,
    rows: usize,
    columns: usize,
    order: Order,
}

impl Weight {
    /// Writes the sums in the parameter's own order.
    fn unpad(&self, sums: &[f32], gradient: &mut [f32]) {
        let Self { rows, columns, .. } = *self;
        for (row, to) in gradient.chunks_exact_mut(columns).enumerate() {
            match self.order {
                Order::Rows => to.copy_from_slice(&sums[row * padded(columns)..][..columns]),
                Order::Columns => {
                    let from = sums[row..].iter().step_by(padded(rows));
                    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
                }
                Order::Taps(kernel) => {
                    let width = padded(columns / kernel);
                    for (input, to) in to.chunks_exact_mut(kernel).enumerate() {
                        for (tap, to) in to.iter_mut().enumerate() {
                            *to = sums[(tap * rows + row) * width + input];
                        }
                    }
                }
            }
        }
    }

    /// The part of some rows, in [`Order::Rows`].
    fn rows(&self, rows: Range<usize>) -> Self {
        let part = |all: &Range<usize>, width: usize| all.start + rows.start * width..all.start + rows.end * width;
        Self {
            packed: part(&self.packed, self.columns),
            sums: part(&self.sums, padded(self.columns)),
            rows: rows.len(),
            ..self.clone()
        }
    }

    /// The part of some columns, of one row.
    fn columns(&self, columns: Range<usize>) -> Self {
        let part = |all: &Range<usize>| all.start + columns.start..all.start + columns.end;
        Self { packed: part(&self.packed), sums: part(&self.sums), columns: columns.len(), ..self.clone() }
    }
}

/// Gain and bias of a normalisation.
pub(super) struct NormPlace {
    pub(super) gain: Weight,
    pub(super) bias: Weight,
}

impl NormPlace {
    pub(super) fn of<'a>(&self, parameters: &'a [f32]) -> Norm<'a> {
        Norm { gain: &parameters[self.gain.packed.clone()], bias: &parameters[self.bias.packed.clone()] }
    }
}

/// Weight (outputs, inputs) and bias of a linear layer.
pub(super) struct LinearPlace {
    pub(super) weight: Weight,
    pub(super) bias: Weight,
}

impl LinearPlace {
    /// The layer that gives some of the outputs; its weight is in [`Order::Rows`].
    pub(super) fn outputs(&self, outputs: Range<usize>) -> Self {
        Self { weight: self.weight.rows(outputs.clone()), bias: self.bias.columns(outputs) }
    }

    /// y (outputs rows) = W x + b of x (inputs rows), both of `stride`.
    pub(super) fn forward<'a>(&self, parameters: &'a [f32], x: &'a [f32], stride: usize) -> Product<'a> {
        let Weight { rows, columns, .. } = self.weight;
        Product {
            a: Left::Rows(&parameters[self.weight.packed.clone()], columns),
            b: x,
            b_stride: stride,
            rows,
            depth: columns,
            lanes: stride,
            start: Start::Bias(&parameters[self.bias.packed.clone()]),
        }
    }

    /// The gradient of x from that of y: W' dy.
    pub(super) fn backward<'a>(&self, parameters: &'a [f32], dy: &'a [f32], stride: usize) -> Product<'a> {
        let Weight { rows, columns, .. } = self.weight;
        Product {
            a: Left::Columns(&parameters[self.weight.packed.clone()], columns),
            b: dy,
            b_stride: stride,
            rows: columns,
            depth: rows,
            lanes: stride,
            start: Start::Zero,
        }
    }
}

/// Hands out places.
#[derive(Default)]
pub(super) struct Places {
    all: Vec<Weight>,
    sums: usize,
}

impl Places {
    /// A parameter of one row, or of several.
    fn weight(&mut self, packed: Range<usize>, rows: usize, order: Order) -> Weight {
        let columns = packed.len() / rows;
        let length = match order {
            Order::Rows => rows * padded(columns),
            Order::Columns => columns * padded(rows),
            Order::Taps(kernel) => kernel * rows * padded(columns / kernel),
        };
        let start = self.sums;
        self.sums += length;
        let weight = Weight { packed, sums: start..self.sums, rows, columns, order };
        self.all.push(weight.clone());
        weight
    }

    /// A linear layer's, or a convolution's.
    pub(super) fn linear(&mut self, Affine { weight, bias }: Affine, order: Order) -> LinearPlace {
        let outputs = bias.len();
        LinearPlace { weight: self.weight(weight, outputs, order), bias: self.weight(bias, 1, Order::Rows) }
    }

    /// A normalisation's.
    pub(super) fn norm(&mut self, Affine { weight, bias }: Affine) -> NormPlace {
        NormPlace { gain: self.weight(weight, 1, Order::Rows), bias: self.weight(bias, 1, Order::Rows) }
    }

    /// All that was handed out, which is all that is packed.
    pub(super) fn sums(self) -> Sums {
        let parameters = self.all.iter().map(|weight| weight.packed.end).max().unwrap_or(0);
        Sums { all: self.all, length: self.sums, parameters }
    }
}

/// A buffer of sums of gradients, and how a pack's gradient is made of such.
pub(super) struct Sums {
    all: Vec<Weight>,
    /// The length of the buffer.
    pub(super) length: usize,
    /// The length of the packed parameters.
    parameters: usize,
}

impl Sums {
    /// The gradient of the packed parameters from the buffers of sums, added in their order.
    pub(super) fn gradient(&self, mut groups: Vec<Buffer>, buffers: &Buffers) -> Vec<f32> {
        let mut gradient = vec![0.0; self.parameters];
        let Some((total, others)) = groups.split_first_mut() else { return gradient };
        others.iter().for_each(|other| add(total, other));
        for weight in &self.all {
            weight.unpad(&total[weight.sums.clone()], &mut gradient[weight.packed.clone()]);
        }
        groups.into_iter().for_each(|group| buffers.give(group));
        gradient
    }
}
