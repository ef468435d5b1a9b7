//! Graph convolutions over nodes in a row, each of which hears the ones that stand near it: a graph whose adjacency
//! matrix is a band, so that sums over neighbours are sums of the row moved by some places.
//!
//! There is no fused form: forward these are one per cent of a training step of GCNet, and the LSTMs around them
//! seventy.

use crate::{Linear, NnError, Scope};
use candle_core::{Result, Tensor};
use std::ops::RangeInclusive;

/// What becomes of the neighbours of one relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// Their mean, over those that exist; zero where none does.
    Mean,
    /// Their sum.
    Sum,
}

/// y_i = W x_i + b + the sum over relations r of W_r times the mean, or the sum, of the x_j that node i hears by r:
/// those with j - i in the relation's range. Means are the relational graph convolution (Schlichtkrull et al. 2018);
/// sums of one relation are the graph convolution of Morris et al. 2019.
pub struct BandConv {
    own: Linear,
    relations: Vec<(Linear, RangeInclusive<isize>)>,
    aggregate: Aggregate,
}

impl BandConv {
    /// Builds the parameters: `own.weight` (outputs, inputs) and `own.bias`, and for each relation, by its name,
    /// `NAME.weight` (outputs, inputs).
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(
        mut scope: Scope<'_>,
        inputs: usize,
        outputs: usize,
        relations: &[(&str, RangeInclusive<isize>)],
        aggregate: Aggregate,
    ) -> std::result::Result<Self, NnError> {
        let own = Linear::new(scope.sub("own"), inputs, outputs)?;
        let relation = |(name, range): &(&str, RangeInclusive<isize>)| {
            Ok((Linear::without_bias(scope.sub(name), inputs, outputs)?, range.clone()))
        };
        let relations = relations.iter().map(relation).collect::<std::result::Result<_, NnError>>()?;
        Ok(Self { own, relations, aggregate })
    }

    /// Nodes (B, T, D) to (B, T, d). `frames` (B, T) is one for a node that exists and zero behind its row's end, where
    /// x must be zero and y is; none where all exist.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, x: &Tensor, frames: Option<&Tensor>) -> Result<Tensor> {
        let exists = match frames {
            Some(frames) => frames.unsqueeze(2)?,
            None => x.narrow(2, 0, 1)?.ones_like()?,
        };
        let mut y = self.own.forward(x)?;
        for (weight, range) in &self.relations {
            let heard = near(&weight.forward(x)?, range)?;
            y = match self.aggregate {
                Aggregate::Sum => (y + heard)?,
                Aggregate::Mean => (y + heard.broadcast_div(&near(&exists, range)?.maximum(1f64)?)?)?,
            };
        }
        match frames {
            Some(_) => y.broadcast_mul(&exists),
            None => Ok(y),
        }
    }
}

/// For each node of x (B, T, d) the sum of those whose place less its own is in the range.
fn near(x: &Tensor, range: &RangeInclusive<isize>) -> Result<Tensor> {
    let time = x.dim(1)?;
    // T places away there is no node: all that lie further are that one.
    let most = time as isize;
    let [first, last] = [range.start(), range.end()].map(|place| *place.clamp(&-most, &most));
    let before = first.min(0).unsigned_abs();
    let padded = x.pad_with_zeros(1, before, last.max(0).unsigned_abs())?;
    let at = |place: isize| padded.narrow(1, before.wrapping_add_signed(place), time);
    let mut sum = at(first)?.contiguous()?;
    for place in first + 1..=last {
        sum = (sum + at(place)?)?;
    }
    Ok(sum)
}
