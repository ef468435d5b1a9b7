//! The fused cross-modal Transformer's sizes, dropout sites, and where each parameter and the sum of its gradients lie.

use super::layer::{AttentionBranch, Layer, LayerShape};
use super::places::{NormPlace, Places, Sums};
use crate::params::Pack;
use crate::{CrossEncoderShape, Dropout, NnError, Scope};

/// The network but for its parameters' values.
pub(super) struct CrossModel {
    pub(super) shape: CrossEncoderShape,
    pub(super) layers: Vec<Layer>,
    /// Of a decoder, what comes first in each layer: its attention to its own frames.
    pub(super) own: Vec<AttentionBranch>,
    pub(super) norm: NormPlace,
    /// On the embedded queries and context, where they are embedded alike.
    pub(super) dropout: Option<[Dropout; 2]>,
    pub(super) sums: Sums,
}

impl CrossModel {
    /// The model of a pack that the composed form's parameters make at `scope`: a cross-modal Transformer with dropout
    /// on what it embeds, or else a decoder.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one.
    pub(super) fn new(
        scope: &Scope<'_>,
        pack: &Pack,
        shape: &CrossEncoderShape,
        dropout: Option<[Dropout; 2]>,
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
        let own = match dropout {
            Some(_) => Vec::new(),
            None => {
                let own = |i| AttentionBranch::new(&mut places, &format!("layer{i}.self_attention"), of_layer);
                (0..shape.layers).map(own).collect::<Result<_, NnError>>()?
            }
        };
        let norm = places.norm("norm", shape.width)?;
        Ok(Self { shape: *shape, layers, own, norm, dropout, sums: places.sums() })
    }

    /// Whether it is a decoder, which takes its context as it is.
    pub(super) const fn decodes(&self) -> bool {
        self.dropout.is_none()
    }
}
