//! The fused cross-modal Transformer's sizes, dropout sites, and where each parameter and the sum of its gradients lie.

use super::dropout::DropoutSite;
use super::layer::{AttentionBranch, AttentionParts, Layer, LayerParts};
use super::places::{Affine, NormPlace, Places, Sums};
use crate::CrossEncoderShape;

/// Where a [`CrossEncoder`](crate::CrossEncoder)'s parameters lie among packed ones, and its dropout sites.
pub struct CrossEncoderParts {
    /// The layers.
    pub layers: Vec<LayerParts>,
    /// Of a decoder, what comes first in each layer: its attention to its own frames.
    pub own: Vec<AttentionParts>,
    /// The last normalisation (d).
    pub norm: Affine,
    /// Dropout on the embedded queries and context; none of a decoder, which takes its context as it is.
    pub embedding: Option<[DropoutSite; 2]>,
}

/// The network but for its parameters' values.
pub(super) struct CrossModel {
    pub(super) shape: CrossEncoderShape,
    pub(super) layers: Vec<Layer>,
    /// Of a decoder, what comes first in each layer: its attention to its own frames.
    pub(super) own: Vec<AttentionBranch>,
    pub(super) norm: NormPlace,
    /// On the embedded queries and context, where they are embedded alike.
    pub(super) dropout: Option<[DropoutSite; 2]>,
    pub(super) sums: Sums,
}

impl CrossModel {
    pub(super) fn new(shape: &CrossEncoderShape, parts: CrossEncoderParts) -> Self {
        let mut places = Places::default();
        let layers = parts.layers.into_iter().map(|layer| Layer::new(&mut places, layer)).collect();
        let own = parts.own.into_iter().map(|own| AttentionBranch::new(&mut places, own)).collect();
        let norm = places.norm(parts.norm);
        Self { shape: *shape, layers, own, norm, dropout: parts.embedding, sums: places.sums() }
    }

    /// Whether it is a decoder, which takes its context as it is.
    pub(super) const fn decodes(&self) -> bool {
        self.dropout.is_none()
    }
}
