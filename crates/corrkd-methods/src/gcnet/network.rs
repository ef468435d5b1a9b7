//! GCNet's network: an LSTM reads the nodes' features in both directions, two graphs over the same nodes make
//! of that what is known of each, and of their sum the task's numbers and the nodes' features are read out.
//!
//! B graphs of up to T nodes of D features, H the LSTM's width, D_h = 2H + H/2 that of what is known of a node.

use super::graph::{GraphNetwork, Relations, lstm};
use super::settings::{Probabilities, Size};
use candle_core::{Result, Tensor};
use corrkd_nn::{DropoutKey, Linear, NnError, Recurrent, Scope};

/// The network.
pub(super) struct Network {
    recurrent: Recurrent,
    temporal: GraphNetwork,
    speaker: GraphNetwork,
    classifier: Linear,
    /// What only training asks.
    rebuild: Linear,
}

impl Network {
    /// Builds the parameters, for nodes of D = `features` and R = `numbers` to read out.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        features: usize,
        numbers: usize,
        size: &Size,
        dropout: &Probabilities,
    ) -> std::result::Result<Self, NnError> {
        let hidden = size.hidden();
        let mut graph = |name, relations| GraphNetwork::new(scope.sub(name), relations, size, dropout);
        let (temporal, speaker) = (graph("temporal", Relations::Temporal)?, graph("speaker", Relations::Speaker)?);
        Ok(Self {
            recurrent: Recurrent::new(scope.sub("recurrent"), &lstm(features, size.width, dropout))?,
            temporal,
            speaker,
            classifier: Linear::new(scope.sub("classifier"), hidden, numbers)?,
            rebuild: Linear::new(scope.sub("rebuild"), hidden, features)?,
        })
    }

    /// Nodes x (B, T, D), zero behind a graph's end, to what is known of them, (B, T, D_h), which behind an end means
    /// nothing; `frames` (B, T) are those that exist, none where all do. `key` is [`DropoutKey::NONE`] at evaluation.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn hidden(&self, x: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        let x = self.recurrent.forward(x, frames, key)?.all; // (B, T, 2H)
        self.temporal.forward(&x, frames, key)? + self.speaker.forward(&x, frames, key)?
    }

    /// What is known of samples (N, D_h) to the task's numbers (N, R).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn numbers(&self, known: &Tensor) -> Result<Tensor> {
        self.classifier.forward(known)
    }

    /// What is known of nodes (B, T, D_h) to their features (B, T, D).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn rebuilt(&self, hidden: &Tensor) -> Result<Tensor> {
        self.rebuild.forward(hidden)
    }
}
