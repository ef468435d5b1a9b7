//! Multi-head self-attention (Vaswani et al. 2017); frames behind a sequence's end are not attended to.

use crate::{Dropout, DropoutKey, Linear, NnError, Scope, softmax};
use candle_core::{Result, Tensor};

/// Queries, keys and values of all heads from one linear layer, and the layer that joins the heads.
pub struct Attention {
    heads: usize,
    project: Linear,
    join: Linear,
    dropout: Dropout,
}

impl Attention {
    /// `heads` must divide `width`; `dropout` falls on the attention weights.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(mut scope: Scope<'_>, width: usize, heads: usize, dropout: f64) -> std::result::Result<Self, NnError> {
        Ok(Self {
            heads,
            project: Linear::new(scope.sub("project"), width, 3 * width)?,
            join: Linear::new(scope.sub("join"), width, width)?,
            dropout: Dropout::new(scope.path("weights"), dropout),
        })
    }

    /// (B, T, d) to (B, T, d). `padding` (B, 1, 1, T) is added to the scores: zero for a frame that exists, hugely
    /// negative behind the end.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, x: &Tensor, padding: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        let (batch, time, width) = x.dims3()?;
        let head = width / self.heads;
        let all = self.project.forward(x)?.reshape((batch, time, 3, self.heads, head))?.permute((2, 0, 3, 1, 4))?;
        let [queries, keys, values] = [0, 1, 2].map(|i| all.get(i)?.contiguous()); // each (B, H, T, d / H)
        let queries = (queries? * (1.0 / (head as f64).sqrt()))?;
        let mut scores = queries.matmul(&keys?.t()?)?; // (B, H, T, T)
        if let Some(padding) = padding {
            scores = scores.broadcast_add(padding)?;
        }
        let weights = self.dropout.forward(&softmax(&scores)?, key)?;
        let joined = weights.matmul(&values?)?.transpose(1, 2)?.reshape((batch, time, width))?;
        self.join.forward(&joined)
    }
}
