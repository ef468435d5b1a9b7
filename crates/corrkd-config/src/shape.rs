//! How large samples are, as far as a recipe says it.

use crate::PerModality;

/// The shape of a data set's samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The width D of a frame's features.
    pub widths: PerModality<usize>,
    /// The frames T of a sample, at most.
    pub frames: PerModality<usize>,
}
