//! A pre-norm Transformer layer's parameters and dropout sites, as the layers of both encoders have them.

use super::named::Named;
use crate::NnError;
use corrkd_kernels::{AttentionParts, ForwardParts, LayerParts};

/// Sizes and dropout probabilities of a layer.
#[derive(Clone, Copy)]
pub(super) struct LayerShape {
    pub(super) width: usize,
    pub(super) feed_forward: usize,
    /// On attention weights.
    pub(super) attention_dropout: f64,
    /// Inside the feed-forward part.
    pub(super) inner_dropout: f64,
    /// On both branches.
    pub(super) residual_dropout: f64,
}

impl LayerShape {
    /// The layer `name`.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one of its parameters.
    pub(super) fn layer(self, named: &Named<'_>, name: &str) -> Result<LayerParts, NnError> {
        let Self { width, feed_forward, .. } = self;
        let leaf = |leaf: &str| format!("{name}.{leaf}");
        Ok(LayerParts {
            attention: self.attention(named, &leaf("attention"))?,
            forward: ForwardParts {
                norm: named.affine(&leaf("forward_norm"), &[width])?,
                widen: named.affine(&leaf("widen"), &[feed_forward, width])?,
                narrow: named.affine(&leaf("narrow"), &[width, feed_forward])?,
                inner: named.site(&leaf("widen"), self.inner_dropout),
                branch: named.site(&leaf("narrow"), self.residual_dropout),
            },
        })
    }

    /// The attention `name`.
    ///
    /// # Errors
    /// As [`layer`](Self::layer).
    pub(super) fn attention(self, named: &Named<'_>, name: &str) -> Result<AttentionParts, NnError> {
        let width = self.width;
        Ok(AttentionParts {
            norm: named.affine(&format!("{name}_norm"), &[width])?,
            project: named.affine(&format!("{name}.project"), &[3 * width, width])?,
            join: named.affine(&format!("{name}.join"), &[width, width])?,
            weights: named.site(&format!("{name}.weights"), self.attention_dropout),
            branch: named.site(name, self.residual_dropout),
        })
    }
}
