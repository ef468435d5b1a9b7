//! The decoder of a Transformer (Vaswani et al. 2017) that answers for all its frames at once: they attend to each
//! other and to an encoder's, each to all.
//!
//! x + position; pre-norm layers, each of which attends to its own frames and then to the memory, as it comes from the
//! encoder; a last normalisation.

use crate::cross_encoder::check_sequences;
use crate::decoder_layer::DecoderLayer;
use crate::frames::padding;
use crate::fused::FusedCrossEncoder;
use crate::{CrossEncoderShape, DropoutKey, Kernels, LayerNorm, NnError, Positions, Scope, sinusoid};
use candle_core::{Result, Tensor};

/// Sizes and dropout probabilities of a [`Decoder`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DecoderShape {
    /// Width d; even.
    pub width: usize,
    /// Attention heads; they divide the width.
    pub heads: usize,
    /// Layers.
    pub layers: usize,
    /// Width of the feed-forward part.
    pub feed_forward: usize,
    /// Dropout on attention weights.
    pub attention_dropout: f64,
    /// Dropout inside the feed-forward part, behind its ReLU.
    pub feed_forward_dropout: f64,
    /// Dropout on the residual branches.
    pub residual_dropout: f64,
}

impl DecoderShape {
    /// What of it is also a cross-modal Transformer's.
    const fn crossed(&self) -> CrossEncoderShape {
        CrossEncoderShape {
            width: self.width,
            heads: self.heads,
            layers: self.layers,
            feed_forward: self.feed_forward,
            causal: false,
            scale: 1.0,
            positions: Positions::All,
            embedding_dropout: 0.0,
            attention_dropout: self.attention_dropout,
            relu_dropout: self.feed_forward_dropout,
            residual_dropout: self.residual_dropout,
        }
    }
}

/// Queries (B, Tq, d) and a memory (B, Tk, d) to (B, Tq, d).
pub struct Decoder {
    width: usize,
    form: Form,
}

enum Form {
    Composed(Composed),
    Fused(FusedCrossEncoder),
}

impl Decoder {
    /// Builds the decoder's parameters.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(mut scope: Scope<'_>, shape: &DecoderShape) -> std::result::Result<Self, NnError> {
        let form = match scope.kernels() {
            Kernels::Fused => {
                let (packed, pack) = scope.pack(|scope| Composed::new(scope, shape))?;
                Form::Fused(FusedCrossEncoder::new(&scope, (packed, &pack), &shape.crossed(), None)?)
            }
            Kernels::Composed => Form::Composed(Composed::new(scope, shape)?),
        };
        Ok(Self { width: shape.width, form })
    }

    /// (B, Tq, d) to (B, Tq, d). `attended` are masks of the queries' own frames (B, Tq) and of the memory's (B, Tk),
    /// each one for a frame that may be attended to and zero elsewhere, as behind a sequence's end, or none where all
    /// may be.
    ///
    /// # Errors
    /// Tensors of other widths or numbers of samples, or without frames, and a tensor operation's errors.
    pub fn forward(
        &self,
        queries: &Tensor,
        memory: &Tensor,
        attended: [Option<&Tensor>; 2],
        key: DropoutKey,
    ) -> Result<Tensor> {
        check_sequences(self.width, queries, Some(memory))?;
        match &self.form {
            Form::Fused(decoder) => decoder.forward(queries, Some(memory), attended, false, key),
            Form::Composed(decoder) => decoder.forward(queries, memory, attended, key),
        }
    }
}

/// The definition, in plain operations.
struct Composed {
    layers: Vec<DecoderLayer>,
    norm: LayerNorm,
}

impl Composed {
    fn new(mut scope: Scope<'_>, shape: &DecoderShape) -> std::result::Result<Self, NnError> {
        let layers: std::result::Result<_, NnError> =
            (0..shape.layers).map(|i| DecoderLayer::new(scope.sub(&format!("layer{i}")), shape)).collect();
        Ok(Self { layers: layers?, norm: LayerNorm::new(scope.sub("norm"), shape.width)? })
    }

    fn forward(
        &self,
        queries: &Tensor,
        memory: &Tensor,
        attended: [Option<&Tensor>; 2],
        key: DropoutKey,
    ) -> Result<Tensor> {
        let (_, time, width) = queries.dims3()?;
        let [own, others] = attended;
        let [own, others] = [padding(own)?, padding(others)?];
        let mut x = queries.broadcast_add(&sinusoid(time, width, queries.dtype(), queries.device())?)?;
        for layer in &self.layers {
            x = layer.forward(&x, memory, [own.as_ref(), others.as_ref()], key)?;
        }
        self.norm.forward(&x)
    }
}
