//! A pre-norm Transformer layer's places and dropout sites, as the layers of both encoders have them.

use super::places::{Affine, LinearPlace, NormPlace, Order, Places};
use crate::dropout::{DropoutKey, DropoutSite, Drops};

/// Where a layer's parameters lie among packed ones, and its dropout sites.
pub struct LayerParts {
    /// Its attention's.
    pub attention: AttentionParts,
    /// Those of its feed-forward part.
    pub forward: ForwardParts,
}

/// Those of attention of width d.
pub struct AttentionParts {
    /// The normalisation (d) in front of it.
    pub norm: Affine,
    /// The projection (3d, d) to Q, K and V.
    pub project: Affine,
    /// What joins the heads (d, d).
    pub join: Affine,
    /// Dropout on attention weights.
    pub weights: DropoutSite,
    /// Dropout on the branch.
    pub branch: DropoutSite,
}

/// Those of a feed-forward part of width f, in a network of width d.
pub struct ForwardParts {
    /// The normalisation (d) in front of it.
    pub norm: Affine,
    /// The linear layer (f, d) in front of the ReLU.
    pub widen: Affine,
    /// The one (d, f) behind it.
    pub narrow: Affine,
    /// Dropout inside, behind the ReLU.
    pub inner: DropoutSite,
    /// Dropout on the branch.
    pub branch: DropoutSite,
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
    weights: DropoutSite,
    branch: DropoutSite,
}

/// Those of the feed-forward part.
pub(super) struct ForwardBranch {
    pub(super) norm: NormPlace,
    pub(super) widen: LinearPlace,
    pub(super) narrow: LinearPlace,
    inner: DropoutSite,
    branch: DropoutSite,
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
    pub(super) fn new(places: &mut Places, LayerParts { attention, forward }: LayerParts) -> Self {
        Self { attention: AttentionBranch::new(places, attention), forward: ForwardBranch::new(places, forward) }
    }

    pub(super) fn drops(&self, key: DropoutKey) -> LayerDrops {
        LayerDrops { attention: self.attention.drops(key), forward: self.forward.drops(key) }
    }
}

impl AttentionBranch {
    pub(super) fn new(places: &mut Places, parts: AttentionParts) -> Self {
        let AttentionParts { norm, project, join, weights, branch } = parts;
        let width = norm.bias.len();
        let (norm, project) = (places.norm(norm), places.linear(project, Order::Rows));
        Self {
            norm,
            queries: project.outputs(0..width),
            context: project.outputs(width..3 * width),
            join: places.linear(join, Order::Rows),
            weights,
            branch,
        }
    }

    pub(super) fn drops(&self, key: DropoutKey) -> AttentionDrops {
        AttentionDrops { weights: self.weights.drops(key), branch: self.branch.drops(key) }
    }
}

impl ForwardBranch {
    fn new(places: &mut Places, ForwardParts { norm, widen, narrow, inner, branch }: ForwardParts) -> Self {
        Self {
            norm: places.norm(norm),
            widen: places.linear(widen, Order::Rows),
            // Its outputs are fewer than its inputs, and cost less to transpose.
            narrow: places.linear(narrow, Order::Columns),
            inner,
            branch,
        }
    }

    fn drops(&self, key: DropoutKey) -> ForwardDrops {
        ForwardDrops { inner: self.inner.drops(key), branch: self.branch.drops(key) }
    }
}
