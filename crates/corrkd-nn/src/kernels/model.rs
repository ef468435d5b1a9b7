//! A fused encoder's sizes, dropout sites, and where each parameter and the sum of its gradients lie.

use super::convolution::Convolution;
use super::layer::{Layer, LayerShape};
use super::places::{NormPlace, Order, Places, Sums, Weight};
use crate::params::Pack;
use crate::{Dropout, EncoderShape, NnError, Scope};

/// The encoder but for its parameters' values.
pub(super) struct Model {
    pub(super) shape: EncoderShape,
    pub(super) convolution: Convolution,
    pub(super) taps: Weight,
    pub(super) bias: Weight,
    pub(super) layers: Vec<Layer>,
    pub(super) norm: NormPlace,
    pub(super) dropout: Dropout,
    pub(super) sums: Sums,
}

impl Model {
    /// The model of a pack that the composed form's parameters make at `scope`.
    pub(super) fn new(scope: &Scope<'_>, pack: &Pack, shape: &EncoderShape, dropout: Dropout) -> Result<Self, NnError> {
        let EncoderShape { inputs, width, feed_forward, kernel, .. } = *shape;
        let mut places = Places::new(scope, pack);
        let of_layer = LayerShape {
            width,
            feed_forward,
            attention_dropout: shape.attention_dropout,
            inner_dropout: shape.feed_forward_dropout,
            residual_dropout: shape.residual_dropout,
        };
        let layers = (0..shape.layers).map(|i| Layer::new(&mut places, &format!("layer{i}"), of_layer));
        let layers = layers.collect::<Result<_, NnError>>()?;
        let norm = places.norm("norm", width)?;
        let taps = places.weight("convolution.weight", &[width, inputs, kernel], Order::Taps(kernel))?;
        let bias = places.weight("convolution.bias", &[width], Order::Rows)?;
        let convolution = Convolution { inputs, outputs: width, kernel };
        Ok(Self { shape: *shape, convolution, taps, bias, layers, norm, dropout, sums: places.sums() })
    }
}
