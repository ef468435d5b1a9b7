//! One layer of a [`Recurrent`](crate::Recurrent): a direction or two, side by side.

use super::direction::Direction;
use super::{RecurrentShape, States};
use crate::{NnError, Scope};
use candle_core::{Result, Tensor};

/// The directions.
pub(crate) struct Layer {
    forward: Direction,
    reverse: Option<Direction>,
}

impl Layer {
    /// A layer on frames of `shape.inputs` numbers.
    pub(super) fn new(mut scope: Scope<'_>, shape: &RecurrentShape) -> std::result::Result<Self, NnError> {
        let reverse = || Direction::new(scope.sub("reverse"), shape, true);
        let reverse = shape.bidirectional.then(reverse).transpose()?;
        Ok(Self { forward: Direction::new(scope, shape, false)?, reverse })
    }

    /// As [`Recurrent::forward`](crate::Recurrent::forward).
    pub(super) fn forward(&self, x: &Tensor, frames: Option<&Tensor>) -> Result<States> {
        let forward = self.forward.states(x, frames)?;
        let Some(reverse) = &self.reverse else { return Ok(forward) };
        let reverse = reverse.states(x, frames)?;
        Ok(States {
            all: Tensor::cat(&[forward.all, reverse.all], 2)?,
            last: Tensor::cat(&[forward.last, reverse.last], 1)?,
        })
    }
}
