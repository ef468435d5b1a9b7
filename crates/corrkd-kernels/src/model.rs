//! A fused encoder's sizes, dropout sites, and where each parameter and the sum of its gradients lie.

use super::convolution::Convolution;
use super::dropout::DropoutSite;
use super::layer::{Layer, LayerParts};
use super::places::{Affine, LinearPlace, NormPlace, Order, Places, Sums, Weight};
use crate::EncoderShape;

/// Where a [`PooledEncoder`](crate::PooledEncoder)'s parameters lie among packed ones, and its dropout sites.
pub struct EncoderParts {
    /// Dropout on the raw features.
    pub input: DropoutSite,
    /// The convolution (d, D, kernel).
    pub convolution: Affine,
    /// The layers.
    pub layers: Vec<LayerParts>,
    /// The last normalisation (d).
    pub norm: Affine,
}

/// The encoder but for its parameters' values.
pub(super) struct Model {
    pub(super) shape: EncoderShape,
    pub(super) convolution: Convolution,
    pub(super) taps: Weight,
    pub(super) bias: Weight,
    pub(super) layers: Vec<Layer>,
    pub(super) norm: NormPlace,
    pub(super) dropout: DropoutSite,
    pub(super) sums: Sums,
}

impl Model {
    pub(super) fn new(shape: &EncoderShape, parts: EncoderParts) -> Self {
        let EncoderShape { inputs, width, kernel, .. } = *shape;
        let mut places = Places::default();
        let layers = parts.layers.into_iter().map(|layer| Layer::new(&mut places, layer)).collect();
        let norm = places.norm(parts.norm);
        let LinearPlace { weight: taps, bias } = places.linear(parts.convolution, Order::Taps(kernel));
        let convolution = Convolution { inputs, outputs: width, kernel };
        Self { shape: *shape, convolution, taps, bias, layers, norm, dropout: parts.input, sums: places.sums() }
    }
}
