//! A fused encoder's sizes, dropout sites, and where each parameter and the sum of its gradients lie.

use super::buffers::{Buffer, Buffers};
use super::convolution::Convolution;
use super::jobs::add;
use super::lanes::padded;
use super::norm::Norm;
use super::product::{Left, Product, Start};
use crate::dropout::Drops;
use crate::params::Pack;
use crate::{Dropout, DropoutKey, EncoderShape, NnError, Scope};
use std::ops::Range;

/// The encoder but for its parameters' values.
pub(super) struct Model {
    pub(super) shape: EncoderShape,
    pub(super) convolution: Convolution,
    pub(super) taps: Weight,
    pub(super) bias: Weight,
    pub(super) layers: Vec<Layer>,
    pub(super) norm: NormPlace,
    pub(super) dropout: Dropout,
    all: Vec<Weight>,
    /// The length of a buffer that holds the sum of all gradients.
    pub(super) sums: usize,
    /// The length of the packed parameters.
    pub(super) parameters: usize,
}

/// A layer's parameters and dropout sites.
pub(super) struct Layer {
    pub(super) attention_norm: NormPlace,
    pub(super) project: LinearPlace,
    pub(super) join: LinearPlace,
    pub(super) forward_norm: NormPlace,
    pub(super) widen: LinearPlace,
    pub(super) narrow: LinearPlace,
    weights: Dropout,
    attention: Dropout,
    inner: Dropout,
    forward: Dropout,
}

/// A layer's dropout in one step: on attention weights, on attention's branch, inside the feed-forward part, on its
/// branch.
#[derive(Clone, Copy)]
pub(super) struct LayerDrops {
    pub(super) weights: Option<Drops>,
    pub(super) attention: Option<Drops>,
    pub(super) inner: Option<Drops>,
    pub(super) forward: Option<Drops>,
}

impl Layer {
    pub(super) fn drops(&self, key: DropoutKey) -> LayerDrops {
        LayerDrops {
            weights: self.weights.drops(key),
            attention: self.attention.drops(key),
            inner: self.inner.drops(key),
            forward: self.forward.drops(key),
        }
    }
}

/// How a tensor's gradients lie in the buffer of sums: as rows at a stride of whole vectors.
#[derive(Clone, Copy)]
enum Order {
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
struct Places<'a> {
    scope: &'a Scope<'a>,
    pack: &'a Pack,
    all: Vec<Weight>,
    sums: usize,
}

impl Places<'_> {
    /// A parameter of one row, or of several.
    fn weight(&mut self, name: &str, shape: &[usize], order: Order) -> Result<Weight, NnError> {
        let packed = self.pack.range(&self.scope.path(name), shape)?;
        let rows = if let [rows, _, ..] = shape { *rows } else { 1 };
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
        Ok(weight)
    }

    fn linear(&mut self, name: &str, inputs: usize, outputs: usize, order: Order) -> Result<LinearPlace, NnError> {
        Ok(LinearPlace {
            weight: self.weight(&format!("{name}.weight"), &[outputs, inputs], order)?,
            bias: self.weight(&format!("{name}.bias"), &[outputs], Order::Rows)?,
        })
    }

    fn norm(&mut self, name: &str, width: usize) -> Result<NormPlace, NnError> {
        Ok(NormPlace {
            gain: self.weight(&format!("{name}.weight"), &[width], Order::Rows)?,
            bias: self.weight(&format!("{name}.bias"), &[width], Order::Rows)?,
        })
    }
}

impl Model {
    /// The model of a pack that the composed form's parameters make at `scope`.
    pub(super) fn new(scope: &Scope<'_>, pack: &Pack, shape: &EncoderShape, dropout: Dropout) -> Result<Self, NnError> {
        let EncoderShape { inputs, width, feed_forward, kernel, .. } = *shape;
        let mut places = Places { scope, pack, all: Vec::new(), sums: 0 };
        let layers = (0..shape.layers).map(|i| {
            let name = |leaf: &str| format!("layer{i}.{leaf}");
            let site = |leaf: &str, probability| Dropout::new(scope.path(&name(leaf)), probability);
            Ok(Layer {
                attention_norm: places.norm(&name("attention_norm"), width)?,
                project: places.linear(&name("attention.project"), width, 3 * width, Order::Rows)?,
                join: places.linear(&name("attention.join"), width, width, Order::Rows)?,
                forward_norm: places.norm(&name("forward_norm"), width)?,
                widen: places.linear(&name("widen"), width, feed_forward, Order::Rows)?,
                // Its outputs are fewer than its inputs, and cost less to transpose.
                narrow: places.linear(&name("narrow"), feed_forward, width, Order::Columns)?,
                weights: site("attention.weights", shape.attention_dropout),
                attention: site("attention", shape.residual_dropout),
                inner: site("widen", shape.feed_forward_dropout),
                forward: site("narrow", shape.residual_dropout),
            })
        });
        let layers = layers.collect::<Result<_, NnError>>()?;
        let norm = places.norm("norm", width)?;
        let taps = places.weight("convolution.weight", &[width, inputs, kernel], Order::Taps(kernel))?;
        let bias = places.weight("convolution.bias", &[width], Order::Rows)?;
        let parameters = pack.parameters.values().map(|part| part.range.end).max().unwrap_or(0);
        let convolution = Convolution { inputs, outputs: width, kernel };
        let Places { all, sums, .. } = places;
        Ok(Self { shape: *shape, convolution, taps, bias, layers, norm, dropout, all, sums, parameters })
    }

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
