//! MCTN's attention decoder (Pham et al. 2019): an LSTM that answers an encoded sequence E with another, frame by frame.
//!
//! Context m = sum over s of a_s E_s with a = softmax over the frames s of w'E_s. From c_0 = h_0 = y_0 = 0, for t = 1..T,
//! i, f, g, o = W [m; y_{t-1}] + b + U h_{t-1} + u, where i, f and o go through sigmoid and g through tanh;
//! c_t = f c_{t-1} + i g; h_t = o tanh(c_t); y_t = tanh(V h_t + v). The decoder hears its own answers, in training too.
//!
//! The published score of frame s at step t is a linear layer on [E_s; c_{t-1}] without a nonlinearity behind it,
//! w'E_s + w_c'c_{t-1} + b. Its last two terms are the same for all s, and a softmax over s does not see them: the
//! attention is the same at every step, the gradients of w_c and b are zero, and they are left out here. The test beside
//! PyTorch holds this form to the published one. What is left of that layer starts as there, by the number of all its
//! inputs.
//!
//! The public code's cell takes the input gate's slice for the forget gate too, which is a slip, and hears the context
//! alone. Here the four gates are the standard ones, and y_{t-1} is an input, as the previous frame is in MMSA's port.

use crate::fused::FusedAttentionDecoder;
use crate::{DropoutKey, Init, Kernels, Linear, NnError, Scope, softmax};
use candle_core::{Result, Tensor};
use candle_nn::ops::sigmoid;

/// E (B, T, E's width) to as many frames y (B, T, D').
pub struct AttentionDecoder(Form);

enum Form {
    Composed(Layers),
    Fused(FusedAttentionDecoder),
}

impl AttentionDecoder {
    /// Builds the parameters of a decoder of `width` hidden units, for E of width `inputs` and answers of `outputs`.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(
        mut scope: Scope<'_>,
        inputs: usize,
        width: usize,
        outputs: usize,
    ) -> std::result::Result<Self, NnError> {
        Ok(Self(match scope.kernels() {
            Kernels::Composed => Form::Composed(Layers::new(scope, inputs, width, outputs)?),
            Kernels::Fused => {
                let (packed, pack) = scope.pack(|scope| Layers::new(scope, inputs, width, outputs))?;
                Form::Fused(FusedAttentionDecoder::new(&scope, (packed, &pack), (inputs, width, outputs))?)
            }
        }))
    }

    /// The answers (B, T, D'), zero behind the end. `frames` (B, T) is one for a frame that exists and zero behind its
    /// sequence's end; none where all exist. Nothing is dropped: `key` tells a step of training, whose fused form keeps
    /// what the way back needs, from an evaluation.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, encoded: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        match &self.0 {
            Form::Composed(layers) => layers.forward(encoded, frames),
            Form::Fused(decoder) => decoder.forward(encoded, frames, key),
        }
    }
}

/// The composed form. The cell's weights are (4H, ..), gates in the order i, f, g, o, as in PyTorch.
struct Layers {
    /// w (1, E's width).
    score: Tensor,
    input: Cell,
    hidden: Cell,
    output: Linear,
}

/// A linear layer as PyTorch starts an LSTM's.
struct Cell {
    weight: Tensor,
    bias: Tensor,
}

impl Cell {
    fn new(mut scope: Scope<'_>, inputs: usize, width: usize) -> std::result::Result<Self, NnError> {
        let init = Init::Uniform { bound: 1.0 / (width as f64).sqrt() };
        Ok(Self {
            weight: scope.get("weight", &[4 * width, inputs], init)?,
            bias: scope.get("bias", &[4 * width], init)?,
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.matmul(&self.weight.t()?)?.broadcast_add(&self.bias)
    }
}

impl Layers {
    fn new(mut scope: Scope<'_>, inputs: usize, width: usize, outputs: usize) -> std::result::Result<Self, NnError> {
        let init = Init::Xavier { inputs: inputs + width, outputs: 1 };
        Ok(Self {
            score: scope.sub("score").get("weight", &[1, inputs], init)?,
            input: Cell::new(scope.sub("input"), inputs + outputs, width)?,
            hidden: Cell::new(scope.sub("hidden"), width, width)?,
            output: Linear::new(scope.sub("output"), width, outputs)?,
        })
    }

    fn forward(&self, encoded: &Tensor, frames: Option<&Tensor>) -> Result<Tensor> {
        let (batch, time, inputs) = encoded.dims3()?;
        let (_, width) = self.hidden.weight.dims2()?;
        let zeros = |width| Tensor::zeros((batch, width), encoded.dtype(), encoded.device());
        let context = self.context(encoded, frames)?;
        // At the first step, too, a gradient reaches the weights of what is zero there: a sequence may have one frame.
        let (mut h, mut c) = (zeros(width)?, zeros(width)?);
        let mut y = zeros(self.input.weight.dim(1)? - inputs)?;
        let mut answers = Vec::with_capacity(time);
        for _ in 0..time {
            let gates = (self.input.forward(&Tensor::cat(&[&context, &y], 1)?)? + self.hidden.forward(&h)?)?;
            let gate = |number: usize| gates.narrow(1, number * width, width);
            let [i, f, o] = [0, 1, 3].map(|number| sigmoid(&gate(number)?));
            c = ((f? * c)? + (i? * gate(2)?.tanh()?)?)?;
            h = (o? * c.tanh()?)?;
            y = self.output.forward(&h)?.tanh()?;
            answers.push(y.clone());
        }
        let answers = Tensor::stack(&answers, 1)?; // (B, T, D')
        match frames {
            Some(frames) => answers.broadcast_mul(&frames.unsqueeze(2)?),
            None => Ok(answers),
        }
    }

    /// m (B, E's width).
    fn context(&self, encoded: &Tensor, frames: Option<&Tensor>) -> Result<Tensor> {
        let (batch, time, inputs) = encoded.dims3()?;
        let scores = encoded.reshape((batch * time, inputs))?.matmul(&self.score.t()?)?.reshape((batch, time))?;
        let scores = match frames {
            Some(frames) => (scores + frames.affine(1e9, -1e9)?)?,
            None => scores,
        };
        softmax(&scores)?.unsqueeze(1)?.matmul(encoded)?.squeeze(1)
    }
}
