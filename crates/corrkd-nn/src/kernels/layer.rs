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
    pub(super) attention: AttentionBranch,
    pub(super) forward: ForwardBranch,
}

/// Those of attention.
pub(super) struct AttentionBranch {
    pub(super) norm: NormPlace,
    /// The projection to Q.
    pub(super) queries: LinearPlace,
    /// The projection to K and V.
    pub(super) context: LinearPlace,
    pub(super) join: LinearPlace,
    weights: Dropout,
    branch: Dropout,
}

/// Those of the feed-forward part.
pub(super) struct ForwardBranch {
    pub(super) norm: NormPlace,
    pub(super) widen: LinearPlace,
    pub(super) narrow: LinearPlace,
    inner: Dropout,
    branch: Dropout,
}

/// A layer's dropout in one step.
#[derive(Clone, Copy)]
pub(super) struct LayerDrops {
    pub(super) attention: AttentionDrops,
    pub(super) forward: ForwardDrops,
}

/// On attention weights, and on the branch.
#[derive(Clone, Copy)]
pub(super) struct AttentionDrops {
    pub(super) weights: Option<Drops>,
    pub(super) branch: Option<Drops>,
}

/// Inside the feed-forward part, and on the branch.
#[derive(Clone, Copy)]
pub(super) struct ForwardDrops {
    pub(super) inner: Option<Drops>,
    pub(super) branch: Option<Drops>,
}

impl Layer {
    /// The layer `name`.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one of its parameters.
    pub(super) fn new(places: &mut Places<'_>, name: &str, shape: LayerShape) -> Result<Self, NnError> {
        Ok(Self {
            attention: AttentionBranch::new(places, &format!("{name}.attention"), shape)?,
            forward: ForwardBranch::new(places, name, shape)?,
        })
    }

    pub(super) fn drops(&self, key: DropoutKey) -> LayerDrops {
        LayerDrops { attention: self.attention.drops(key), forward: self.forward.drops(key) }
    }
}

impl AttentionBranch {
    /// The branch `name`.
    ///
    /// # Errors
    /// As [`Layer::new`].
    pub(super) fn new(places: &mut Places<'_>, name: &str, shape: LayerShape) -> Result<Self, NnError> {
        let width = shape.width;
        let norm = places.norm(&format!("{name}_norm"), width)?;
        let project = places.linear(&format!("{name}.project"), width, 3 * width, Order::Rows)?;
        let join = places.linear(&format!("{name}.join"), width, width, Order::Rows)?;
        Ok(Self {
            norm,
            queries: project.outputs(0..width),
            context: project.outputs(width..3 * width),
            join,
            weights: Dropout::new(places.path(&format!("{name}.weights")), shape.attention_dropout),
            branch: Dropout::new(places.path(name), shape.residual_dropout),
        })
    }

    pub(super) fn drops(&self, key: DropoutKey) -> AttentionDrops {
        AttentionDrops { weights: self.weights.drops(key), branch: self.branch.drops(key) }
    }
}

impl ForwardBranch {
    /// That of the layer `name`.
    ///
    /// # Errors
    /// As [`Layer::new`].
    fn new(places: &mut Places<'_>, name: &str, shape: LayerShape) -> Result<Self, NnError> {
        let LayerShape { width, feed_forward, .. } = shape;
        let leaf = |leaf: &str| format!("{name}.{leaf}");
        let norm = places.norm(&leaf("forward_norm"), width)?;
        let widen = places.linear(&leaf("widen"), width, feed_forward, Order::Rows)?;
        // Its outputs are fewer than its inputs, and cost less to transpose.
        let narrow = places.linear(&leaf("narrow"), feed_forward, width, Order::Columns)?;
        Ok(Self {
            norm,
            widen,
            narrow,
            inner: Dropout::new(places.path(&leaf("widen")), shape.inner_dropout),
            branch: Dropout::new(places.path(&leaf("narrow")), shape.residual_dropout),
        })
    }

    fn drops(&self, key: DropoutKey) -> ForwardDrops {
        ForwardDrops { inner: self.inner.drops(key), branch: self.branch.drops(key) }
    }
}
