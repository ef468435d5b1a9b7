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
mod dropout;
mod drops;
mod encoder;
mod forward;
mod gelu;
mod jobs;
mod lanes;
mod layer_norm;
mod linear;
mod model;
mod norm;
mod pair_block;
mod pair_parameters;
mod pair_scores;
mod plan;
mod product;
mod rows;
mod storage;
mod swap;
mod tape;
mod transpose;

pub(crate) use adam::{adam_step, sum_of_squares};
use candle_core::{DType, Device};
use corrkd_config::Kernels;
pub(crate) use distance::pairwise;
pub(crate) use dropout::dropout;
pub(crate) use encoder::FusedEncoder;
pub(crate) use gelu::gelu;
pub use jobs::each;
pub(crate) use layer_norm::layer_norm;
pub(crate) use linear::linear;
pub(crate) use pair_scores::FusedPairScores;
pub(crate) use swap::swapped;

/// What can be had for a type on a device, of the form asked for.
pub(crate) fn available(asked: Kernels, dtype: DType, device: &Device) -> Kernels {
    if dtype == DType::F32 && device.is_cpu() { asked } else { Kernels::Composed }
}
