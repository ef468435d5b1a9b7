//! The Transformers of both branches: causal, with a feed-forward part of four times their width.

use super::settings::{Coded, Probabilities, Size};
use corrkd_config::{Modality, PerModality};
use corrkd_nn::{CrossEncoder, CrossEncoderShape, NnError, Positions, Scope};

/// The least layers of a memory.
const MEMORY_LAYERS: usize = 3;

/// What they are built from.
#[derive(Clone, Copy)]
pub(super) struct Transformers<'a> {
    pub(super) size: &'a Size,
    pub(super) dropout: &'a Probabilities,
}

impl Transformers<'_> {
    /// One of width d whose frames attend to those of `m`.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn towards(&self, scope: Scope<'_>, m: Modality) -> Result<CrossEncoder, NnError> {
        CrossEncoder::new(scope, &self.towards_shape(m))
    }

    /// One of width 2d; dropout falls on its attention as on that towards language.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn memory(&self, scope: Scope<'_>) -> Result<CrossEncoder, NnError> {
        CrossEncoder::new(scope, &self.memory_shape())
    }

    /// The shape of one that attends to a modality.
    pub(super) fn towards_shape(&self, m: Modality) -> CrossEncoderShape {
        self.shape(self.size.width, self.size.layers, m)
    }

    /// That of a memory.
    pub(super) fn memory_shape(&self) -> CrossEncoderShape {
        self.shape(2 * self.size.width, memory_layers(self.size), Modality::Language)
    }

    fn shape(&self, width: usize, layers: usize, m: Modality) -> CrossEncoderShape {
        let Probabilities { attention, embedding, feed_forward, residual, .. } = *self.dropout;
        CrossEncoderShape {
            width,
            heads: self.size.heads,
            layers,
            feed_forward: 4 * width,
            causal: true,
            scale: (width as f64).sqrt(),
            positions: match self.size.positions {
                Coded::All => Positions::All,
                Coded::NonZero => Positions::NonZero,
            },
            embedding_dropout: embedding,
            attention_dropout: *PerModality::get(&attention, m),
            relu_dropout: feed_forward,
            residual_dropout: residual,
        }
    }
}

/// The layers of a memory.
pub(super) fn memory_layers(size: &Size) -> usize {
    size.layers.max(MEMORY_LAYERS)
}
