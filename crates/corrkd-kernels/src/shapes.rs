//! Sizes of the Transformers.

/// Sizes and dropout probabilities of a Transformer's encoder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EncoderShape {
    /// Width D of the raw features.
    pub inputs: usize,
    /// Width d inside.
    pub width: usize,
    /// Attention heads.
    pub heads: usize,
    /// Transformer layers.
    pub layers: usize,
    /// Width of the feed-forward part.
    pub feed_forward: usize,
    /// Frames the convolution sees; odd.
    pub kernel: usize,
    /// Whether a layer normalises what enters its branches, or else its sums.
    pub pre_norm: bool,
    /// Dropout on attention weights.
    pub attention_dropout: f64,
    /// Dropout inside the feed-forward part.
    pub feed_forward_dropout: f64,
    /// Dropout on the residual branches.
    pub residual_dropout: f64,
}

/// Which frames get a position's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Positions {
    /// All.
    All,
    /// Those of which some number is not zero, as MulT's code has it; it asks the first number alone.
    NonZero,
}

/// Sizes and dropout probabilities of a [`CrossEncoder`](crate::CrossEncoder).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CrossEncoderShape {
    /// Width d; even.
    pub width: usize,
    /// Attention heads; they divide the width.
    pub heads: usize,
    /// Transformer layers.
    pub layers: usize,
    /// Width of the feed-forward part.
    pub feed_forward: usize,
    /// Whether a query i of Tq sees only the keys j of Tk with j <= i + |Tq - Tk|.
    pub causal: bool,
    /// What a frame is multiplied by before its position's code is added.
    pub scale: f64,
    /// Which frames get a position's code.
    pub positions: Positions,
    /// Dropout on the embedded frames.
    pub embedding_dropout: f64,
    /// Dropout on attention weights.
    pub attention_dropout: f64,
    /// Dropout inside the feed-forward part, behind its ReLU.
    pub relu_dropout: f64,
    /// Dropout on the residual branches.
    pub residual_dropout: f64,
}
