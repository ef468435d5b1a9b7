//! The cross-modal Transformer of MulT (Tsai et al. 2019): one sequence's frames ask, another's answer. Without a
//! second sequence it is MulT's self-attention Transformer.
//!
//! Both sequences are embedded alike, s x + position (MulT's s is the root of d), then dropout; pre-norm layers follow,
//! each of which attends to the embedded context, and a last normalisation. A position's code has sines and cosines in
//! turn ([`sinusoid`]), where MulT's code has the sines in the first half of the columns: a permutation. It also counts
//! frames from one.

use crate::cross_encoder_layer::CrossEncoderLayer;
use crate::frames::{NEVER, padding};
use crate::fused::FusedCrossEncoder;
use crate::{CrossEncoderShape, Dropout, DropoutKey, Kernels, LayerNorm, NnError, Positions, Scope, sinusoid};
use candle_core::{D, DType, Device, Result, Tensor, bail};

/// Queries (B, Tq, d) and their context (B, Tk, d) to (B, Tq, d).
pub struct CrossEncoder {
    width: usize,
    form: Form,
}

enum Form {
    Composed(Composed),
    Fused(FusedCrossEncoder),
}

impl CrossEncoder {
    /// Builds the encoder's parameters.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(mut scope: Scope<'_>, shape: &CrossEncoderShape) -> std::result::Result<Self, NnError> {
        let dropout = ["queries", "context"].map(|site| Dropout::new(scope.path(site), shape.embedding_dropout));
        let form = match scope.kernels() {
            Kernels::Fused => {
                let (packed, pack) = scope.pack(|scope| Composed::new(scope, shape, dropout.clone()))?;
                Form::Fused(FusedCrossEncoder::new(&scope, (packed, &pack), shape, Some(dropout))?)
            }
            Kernels::Composed => Form::Composed(Composed::new(scope, shape, dropout)?),
        };
        Ok(Self { width: shape.width, form })
    }

    /// (B, Tq, d) to (B, Tq, d). `context` (B, Tk, d) is what the queries attend to; none: themselves. `attended` (B,
    /// Tk) is one for a frame of it that may be attended to and zero elsewhere, as behind a sequence's end; none where
    /// all may be.
    ///
    /// # Errors
    /// Tensors of other widths or numbers of samples, or without frames, and a tensor operation's errors.
    pub fn forward(
        &self,
        queries: &Tensor,
        context: Option<&Tensor>,
        attended: Option<&Tensor>,
        key: DropoutKey,
    ) -> Result<Tensor> {
        check_sequences(self.width, queries, context)?;
        match &self.form {
            Form::Fused(encoder) => encoder.forward(queries, context, [None, attended], false, key),
            Form::Composed(encoder) => encoder.forward(queries, context, attended, key),
        }
    }

    /// The last frame of what [`forward`](Self::forward) gives where all frames are attended to, (B, d).
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    pub fn last(&self, queries: &Tensor, context: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        check_sequences(self.width, queries, context)?;
        match &self.form {
            Form::Fused(encoder) => encoder.forward(queries, context, [None; 2], true, key),
            Form::Composed(encoder) => {
                let all = encoder.forward(queries, context, None, key)?;
                all.narrow(1, all.dim(1)? - 1, 1)?.squeeze(1)
            }
        }
    }
}

/// Holds queries (B, Tq, d) and context (B, Tk, d) to each other, and to the network's width.
pub(crate) fn check_sequences(width: usize, queries: &Tensor, context: Option<&Tensor>) -> Result<()> {
    let (batch, ..) = queries.dims3()?;
    for x in std::iter::once(queries).chain(context) {
        let (samples, time, of_x) = x.dims3()?;
        if samples != batch || time == 0 || of_x != width {
            bail!("sequences {:?}, expected {batch} of some frames of width {width}", x.dims());
        }
    }
    Ok(())
}

/// The definition, in plain operations.
struct Composed {
    shape: CrossEncoderShape,
    dropout: [Dropout; 2],
    layers: Vec<CrossEncoderLayer>,
    norm: LayerNorm,
}

impl Composed {
    fn new(
        mut scope: Scope<'_>,
        shape: &CrossEncoderShape,
        dropout: [Dropout; 2],
    ) -> std::result::Result<Self, NnError> {
        let layers: std::result::Result<_, NnError> =
            (0..shape.layers).map(|i| CrossEncoderLayer::new(scope.sub(&format!("layer{i}")), shape)).collect();
        Ok(Self { shape: *shape, dropout, layers: layers?, norm: LayerNorm::new(scope.sub("norm"), shape.width)? })
    }

    fn forward(
        &self,
        queries: &Tensor,
        context: Option<&Tensor>,
        attended: Option<&Tensor>,
        key: DropoutKey,
    ) -> Result<Tensor> {
        let time = queries.dim(1)?;
        let keys = context.map_or(Ok(time), |context| context.dim(1))?;
        let causal = match self.shape.causal {
            true => Some(causal_mask(time, keys, queries.dtype(), queries.device())?),
            false => None,
        };
        let mask = match (causal, padding(attended)?) {
            (Some(causal), Some(padding)) => Some(causal.broadcast_add(&padding)?),
            (causal, padding) => causal.or(padding),
        };
        let [of_queries, of_context] = &self.dropout;
        let mut x = self.embed(queries, of_queries, key)?;
        let context = context.map(|context| self.embed(context, of_context, key)).transpose()?;
        for layer in &self.layers {
            x = layer.forward(&x, context.as_ref(), mask.as_ref(), key)?;
        }
        self.norm.forward(&x)
    }

    fn embed(&self, x: &Tensor, dropout: &Dropout, key: DropoutKey) -> Result<Tensor> {
        let (_, time, width) = x.dims3()?;
        let codes = sinusoid(time, width, x.dtype(), x.device())?;
        let scaled = (x * self.shape.scale)?;
        let embedded = match self.shape.positions {
            Positions::All => scaled.broadcast_add(&codes)?,
            Positions::NonZero => {
                let some = x.detach().ne(0f64)?.max_keepdim(D::Minus1)?.to_dtype(x.dtype())?; // (B, T, 1)
                (scaled + some.broadcast_mul(&codes)?)?
            }
        };
        dropout.forward(&embedded, key)
    }
}

/// What is added to the scores (Tq, Tk): nothing where query i may see key j.
fn causal_mask(queries: usize, keys: usize, dtype: DType, device: &Device) -> Result<Tensor> {
    let scores = causal(queries, keys).collect();
    Tensor::from_vec(scores, (queries, keys), &Device::Cpu)?.to_dtype(dtype)?.to_device(device)
}

/// The same, row by row.
pub(crate) fn causal(queries: usize, keys: usize) -> impl Iterator<Item = f64> {
    let ahead = queries.abs_diff(keys);
    (0..queries).flat_map(move |i| (0..keys).map(move |j| if j <= i + ahead { 0.0 } else { NEVER }))
}
