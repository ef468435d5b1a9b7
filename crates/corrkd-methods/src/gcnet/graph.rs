//! What a graph makes of its nodes: each hears those near it by a relational and by a plain convolution, without
//! activations, and what it says to that goes, beside itself, through an LSTM in both directions.

use super::settings::{Probabilities, Size};
use candle_core::{Result, Tensor};
use corrkd_nn::{Aggregate, BandConv, Cell, DropoutKey, Linear, NnError, Recurrent, RecurrentShape, Scope, relu};
use std::ops::RangeInclusive;

/// Who hears whom by which relation.
#[derive(Clone, Copy)]
pub(super) enum Relations {
    /// A node tells those before it, itself and those behind it apart.
    Temporal,
    /// It tells them apart by who speaks: everything is said by one speaker.
    Speaker,
}

impl Relations {
    /// By name, the places of those that are heard, counted from a node's own.
    pub(super) fn ranges(self, window: usize) -> Vec<(&'static str, RangeInclusive<isize>)> {
        let window = window as isize;
        match self {
            Self::Temporal => vec![("past", -window..=-1), ("now", 0..=0), ("future", 1..=window)],
            Self::Speaker => vec![("near", -window..=window)],
        }
    }
}

/// A graph's parameters.
pub(super) struct GraphNetwork {
    relational: BandConv,
    convolution: BandConv,
    recurrent: Recurrent,
    project: Linear,
}

impl GraphNetwork {
    /// Builds the parameters, for nodes of 2H numbers.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        relations: Relations,
        size: &Size,
        dropout: &Probabilities,
    ) -> std::result::Result<Self, NnError> {
        let Size { width, window, .. } = *size;
        let (inputs, graph, outputs) = (2 * width, width / 2, size.hidden());
        let near = Relations::Speaker.ranges(window);
        let relations = relations.ranges(window);
        let relational = BandConv::new(scope.sub("relational"), inputs, graph, &relations, Aggregate::Mean)?;
        Ok(Self {
            relational,
            convolution: BandConv::new(scope.sub("convolution"), graph, graph, &near, Aggregate::Sum)?,
            recurrent: Recurrent::new(scope.sub("recurrent"), &lstm(outputs, outputs, dropout))?,
            project: Linear::new(scope.sub("project"), 2 * outputs, outputs)?,
        })
    }

    /// Nodes x (B, T, 2H), zero behind a graph's end, to (B, T, D_h); `frames` (B, T) are those that exist, none where
    /// all do.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn forward(&self, x: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        let heard = self.convolution.forward(&self.relational.forward(x, frames)?, frames)?;
        let both = Tensor::cat(&[x, &heard], 2)?;
        relu(&self.project.forward(&self.recurrent.forward(&both, frames, key)?.all)?)
    }
}

/// Layers of each LSTM.
pub(super) const LAYERS: usize = 2;

/// Two layers, in both directions.
pub(super) fn lstm(inputs: usize, width: usize, dropout: &Probabilities) -> RecurrentShape {
    RecurrentShape { cell: Cell::Lstm, inputs, width, layers: LAYERS, bidirectional: true, dropout: dropout.recurrent }
}
