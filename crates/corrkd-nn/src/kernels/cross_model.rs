//! The fused cross-modal Transformer's sizes, dropout sites, and where each parameter and the sum of its gradients lie.

use super::layer::{Layer, LayerShape};
use super::places::{NormPlace, Places, Sums};
use crate::params::Pack;
use crate::{CrossEncoderShape, Dropout, NnError, Scope};

/// The network but for its parameters' values.
pub(super) struct CrossModel {
    pub(super) shape: CrossEncoderShape,
    pub(super) layers: Vec<Layer>,
    pub(super) norm: NormPlace,
    /// On the embedded queries and context.
    pub(super) dropout: [Dropout; 2],
    pub(super) sums: Sums,
}

impl CrossModel {
    /// The model of a pack that the composed form's parameters make at `scope`.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one.
    pub(super) fn new(
        scope: &Scope<'_>,
        pack: &Pack,
        shape: &CrossEncoderShape,
        dropout: [Dropout; 2],
    ) -> Result<Self, NnError> {
        let mut places = Places::new(scope, pack);
        let of_layer = LayerShape {
            width: shape.width,
            feed_forward: shape.feed_forward,
            attention_dropout: shape.attention_dropout,
            inner_dropout: shape.relu_dropout,
            residual_dropout: shape.residual_dropout,
        };
        let layers = (0..shape.layers).map(|i| Layer::new(&mut places, &format!("layer{i}"), of_layer));
        let layers = layers.collect::<Result<_, NnError>>()?;
        let norm = places.norm("norm", shape.width)?;
        Ok(Self { shape: *shape, layers, norm, dropout, sums: places.sums() })
    }
}
