//! LSTM and GRU over sequences of different lengths, in one direction or both, layer upon layer, as PyTorch's `nn.LSTM` and
//! `nn.GRU` on packed sequences.

mod direction;
mod layer;

use crate::fused::FusedRecurrentLayer;
use crate::{Cell, Dropout, DropoutKey, Kernels, NnError, Scope};
use candle_core::{Result, Tensor, bail};
use layer::Layer;

/// Sizes of a [`Recurrent`] and the dropout inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecurrentShape {
    /// The step.
    pub cell: Cell,
    /// Width D of a frame.
    pub inputs: usize,
    /// Width H of a state.
    pub width: usize,
    /// Layers, at least one; each takes the states of the one below.
    pub layers: usize,
    /// Whether a second direction reads each sequence from its last frame to its first.
    pub bidirectional: bool,
    /// Dropout on what goes from a layer to the next.
    pub dropout: f64,
}

impl RecurrentShape {
    /// Directions.
    pub(crate) const fn directions(&self) -> usize {
        if self.bidirectional { 2 } else { 1 }
    }
}

/// The last layer's states.
pub struct States {
    /// At every frame (B, T, H), zero behind the end; with two directions (B, T, 2H), the forward one's first.
    pub all: Tensor,
    /// The final ones (B, H) or (B, 2H): that of the last frame, and in the other direction that of the first. Zero where
    /// a sequence has no frame.
    pub last: Tensor,
}

/// A layer in one form.
enum Form {
    Composed(Layer),
    Fused(FusedRecurrentLayer),
}

impl Form {
    fn new(mut scope: Scope<'_>, shape: &RecurrentShape) -> std::result::Result<Self, NnError> {
        Ok(match scope.kernels() {
            Kernels::Composed => Self::Composed(Layer::new(scope, shape)?),
            Kernels::Fused => {
                let (packed, pack) = scope.pack(|scope| Layer::new(scope, shape))?;
                Self::Fused(FusedRecurrentLayer::new(&scope, (packed, &pack), shape)?)
            }
        })
    }

    /// The states at all frames.
    fn all(&self, x: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        match self {
            Self::Composed(layer) => Ok(layer.forward(x, frames)?.all),
            Self::Fused(layer) => layer.all(x, frames, key),
        }
    }

    /// These and the final ones.
    fn states(&self, x: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<States> {
        match self {
            Self::Composed(layer) => layer.forward(x, frames),
            Self::Fused(layer) => layer.states(x, frames, key),
        }
    }
}

/// Layers of LSTM or GRU.
pub struct Recurrent {
    layers: Vec<Form>,
    /// Behind each layer but the last.
    dropouts: Vec<Dropout>,
}

impl Recurrent {
    /// Builds the parameters, each uniform in +-1 / sqrt(H), biases too, as PyTorch starts them. Those of layer i are
    /// `layer<i>.input.weight` (G H, D) and `.bias`, `layer<i>.hidden.weight` (G H, H) and `.bias`, with the G gates in
    /// the order of [`Cell`], and the same in `layer<i>.reverse` for the other direction.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(mut scope: Scope<'_>, shape: &RecurrentShape) -> std::result::Result<Self, NnError> {
        let RecurrentShape { width, dropout, .. } = *shape;
        let name = |i: usize| format!("layer{i}");
        let dropouts = (1..shape.layers).map(|i| Dropout::new(scope.path(&name(i - 1)), dropout)).collect();
        let layers = (0..shape.layers).map(|i| {
            let inputs = if i == 0 { shape.inputs } else { shape.directions() * width };
            Form::new(scope.sub(&name(i)), &RecurrentShape { inputs, ..*shape })
        });
        Ok(Self { layers: layers.collect::<std::result::Result<_, NnError>>()?, dropouts })
    }

    /// The states of x (B, T, D). `frames` (B, T) is one for a frame that exists and zero behind its sequence's end, where
    /// x must be zero; none where all exist.
    ///
    /// # Errors
    /// A tensor operation's; also if there is no layer.
    pub fn forward(&self, x: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<States> {
        let Some((last, below)) = self.layers.split_last() else { bail!("a recurrent network of no layer") };
        let mut x = x.clone();
        for (layer, dropout) in below.iter().zip(&self.dropouts) {
            x = dropout.forward(&layer.all(&x, frames, key)?, key)?;
        }
        last.states(&x, frames, key)
    }
}
