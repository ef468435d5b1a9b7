//! Multi-head attention (Vaswani et al. 2017): of a sequence to itself, or to another that keys and values come from.

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
        let [queries, keys, values] = self.by_head(&self.project.forward(x)?)?;
        self.attend([&queries, &keys, &values], padding, key)
    }

    /// The same with keys and values from `context` (B, Tk, d): (B, Tq, d) to (B, Tq, d). `mask`, which broadcasts to
    /// (B, H, Tq, Tk), is added to the scores.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn across(&self, queries: &Tensor, context: &Tensor, mask: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        let width = queries.dim(2)?;
        let [queries] = self.by_head(&self.project.rows(0, width)?.forward(queries)?)?;
        let [keys, values] = self.by_head(&self.project.rows(width, 2 * width)?.forward(context)?)?;
        self.attend([&queries, &keys, &values], mask, key)
    }

    /// N projections side by side, (B, T, N d), to each of them, (B, H, T, d / H).
    fn by_head<const N: usize>(&self, all: &Tensor) -> Result<[Tensor; N]> {
        let (batch, time, width) = all.dims3()?;
        let head = width / N / self.heads;
        let all = all.reshape((batch, time, N, self.heads, head))?.permute((2, 0, 3, 1, 4))?;
        let parts = (0..N).map(|part| all.get(part)?.contiguous()).collect::<Result<Vec<_>>>()?;
        parts
            .try_into()
            .map_err(|_| candle_core::Error::Msg("projections that are not as many as asked for".to_owned()))
    }

    fn attend(&self, [queries, keys, values]: [&Tensor; 3], mask: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        let (batch, heads, time, head) = queries.dims4()?;
        let queries = (queries * (1.0 / (head as f64).sqrt()))?;
        let mut scores = queries.matmul(&keys.t()?)?; // (B, H, Tq, Tk)
        if let Some(mask) = mask {
            scores = scores.broadcast_add(mask)?;
        }
        let weights = self.dropout.forward(&softmax(&scores)?, key)?;
        let joined = weights.matmul(values)?.transpose(1, 2)?.reshape((batch, time, heads * head))?;
        self.join.forward(&joined)
    }
}
