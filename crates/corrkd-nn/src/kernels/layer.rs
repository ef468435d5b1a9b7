//! A pre-norm Transformer layer's places and dropout sites, as the layers of both encoders have them.

use super::places::{LinearPlace, NormPlace, Order, Places};
use crate::dropout::Drops;
use crate::{Dropout, DropoutKey, NnError};

/// Sizes and dropout probabilities of a layer.
#[derive(Clone, Copy)]
pub(super) struct LayerShape {
    pub(super) width: usize,
    pub(super) feed_forward: usize,
    /// On attention weights.
    pub(super) attention_dropout: f64,
    /// Inside the feed-forward part.
    pub(super) inner_dropout: f64,
    /// On both branches.
    pub(super) residual_dropout: f64,
}

/// A layer's parameters and dropout sites.
pub(super) struct Layer {
    pub(super) attention_norm: NormPlace,
    /// The projection to Q.
    pub(super) queries: LinearPlace,
    /// The projection to K and V.
    pub(super) context: LinearPlace,
    pub(super) join: LinearPlace,
    pub(super) forward_norm: NormPlace,
    pub(super) widen: LinearPlace,
    pub(super) narrow: LinearPlace,
    weights: Dropout,
    attention: Dropout,
    inner: Dropout,
    forward: Dropout,
}

/// A layer's dropout in one step: on attention weights, on attention's branch, inside the feed-forward part, on its
/// branch.
#[derive(Clone, Copy)]
pub(super) struct LayerDrops {
    pub(super) weights: Option<Drops>,
    pub(super) attention: Option<Drops>,
    pub(super) inner: Option<Drops>,
    pub(super) forward: Option<Drops>,
}

impl Layer {
    /// The layer `name`.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one of its parameters.
    pub(super) fn new(places: &mut Places<'_>, name: &str, shape: LayerShape) -> Result<Self, NnError> {
        let LayerShape { width, feed_forward, .. } = shape;
        let leaf = |leaf: &str| format!("{name}.{leaf}");
        let attention_norm = places.norm(&leaf("attention_norm"), width)?;
        let project = places.linear(&leaf("attention.project"), width, 3 * width, Order::Rows)?;
        let join = places.linear(&leaf("attention.join"), width, width, Order::Rows)?;
        let forward_norm = places.norm(&leaf("forward_norm"), width)?;
        let widen = places.linear(&leaf("widen"), width, feed_forward, Order::Rows)?;
        // Its outputs are fewer than its inputs, and cost less to transpose.
        let narrow = places.linear(&leaf("narrow"), feed_forward, width, Order::Columns)?;
        let site = |site: &str, probability| Dropout::new(places.path(&leaf(site)), probability);
        Ok(Self {
            attention_norm,
            queries: project.outputs(0..width),
            context: project.outputs(width..3 * width),
            join,
            forward_norm,
            widen,
            narrow,
            weights: site("attention.weights", shape.attention_dropout),
            attention: site("attention", shape.residual_dropout),
            inner: site("widen", shape.inner_dropout),
            forward: site("narrow", shape.residual_dropout),
        })
    }

    pub(super) fn drops(&self, key: DropoutKey) -> LayerDrops {
        LayerDrops {
            weights: self.weights.drops(key),
            attention: self.attention.drops(key),
            inner: self.inner.drops(key),
            forward: self.forward.drops(key),
        }
    }
}
