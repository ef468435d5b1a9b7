//! The two forms of a layer, and the fused ones.
//!
//! A layer's *composed* form, plain candle operations, is its definition; it works in any type on any device. Its *fused*
//! form is one operation, forward and backward, for f32 on the processor. Both give the same values and gradients but
//! for rounding, and draw the same dropout.

#![allow(clippy::needless_range_loop, reason = "registers of a tile, and rows of blocks, go by number")]

mod adam;
mod attention;
mod backward;
mod buffers;
mod convolution;
mod distance;
mod drops;
mod encoder;
mod forward;
mod jobs;
mod lanes;
mod model;
mod norm;
mod pair_block;
mod pair_parameters;
mod pair_scores;
mod plan;
mod product;
mod storage;
mod tape;
mod transpose;

pub(crate) use adam::{adam_step, sum_of_squares};
use candle_core::{DType, Device};
pub(crate) use distance::pairwise;
pub(crate) use encoder::FusedEncoder;
pub use jobs::each;
pub(crate) use pair_scores::FusedPairScores;

/// Which form layers take where there is a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernels {
    /// The definition.
    Composed,
    /// The fast one.
    Fused,
}

impl Kernels {
    /// What can be had for a type on a device.
    #[must_use]
    pub(crate) fn on(self, dtype: DType, device: &Device) -> Self {
        if dtype == DType::F32 && device.is_cpu() { self } else { Self::Composed }
    }
}
