//! Where parameters lie in a pack, by the names that a layer's composed form gives them.

use crate::params::Pack;
use crate::{NnError, Scope};
use corrkd_kernels::{Affine, DropoutSite};
use std::ops::Range;

/// The pack that the composed form's parameters make at `scope`.
pub(super) struct Named<'a> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) pack: &'a Pack,
}

impl Named<'_> {
    /// The parameter `name`.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks it, or holds another shape.
    pub(super) fn range(&self, name: &str, shape: &[usize]) -> Result<Range<usize>, NnError> {
        self.pack.range(&self.scope.path(name), shape)
    }

    /// The layer `name`'s weight of this shape, and its bias.
    ///
    /// # Errors
    /// As [`range`](Self::range).
    pub(super) fn affine(&self, name: &str, shape: &[usize]) -> Result<Affine, NnError> {
        let weight = self.range(&format!("{name}.weight"), shape)?;
        Ok(Affine { weight, bias: self.range(&format!("{name}.bias"), &shape[..1])? })
    }

    /// The dropout site `name`.
    pub(super) fn site(&self, name: &str, probability: f64) -> DropoutSite {
        DropoutSite::new(self.scope.path(name), probability)
    }
}
