//! The two forms of a layer, and the fused ones.
//!
//! A layer's *composed* form, plain candle operations, is its definition; it works in any type on any device. Its *fused*
//! form is one operation, forward and backward, for f32 on the processor. Both give the same values and gradients but
//! for rounding, and draw the same dropout. What a fused form computes is `corrkd-kernels`' work; here it becomes an
//! operation on tensors, whose parameters have names.

mod adam;
mod attention_decoder;
mod cross_encoder;
mod distance;
mod dropout;
mod encoder;
mod gelu;
mod layer;
mod layer_norm;
mod linear;
mod masks;
mod mixer;
mod named;
mod pair_scores;
mod recurrent;
mod squares;
mod storage;
mod swap;

pub(crate) use adam::{adam_step, sum_of_squares};
pub(crate) use attention_decoder::FusedAttentionDecoder;
use candle_core::{DType, Device};
use corrkd_config::Kernels;
pub(crate) use cross_encoder::FusedCrossEncoder;
pub(crate) use distance::pairwise;
pub(crate) use dropout::dropout;
pub(crate) use encoder::FusedEncoder;
pub(crate) use gelu::gelu;
pub(crate) use layer_norm::layer_norm;
pub(crate) use linear::linear;
pub(crate) use mixer::FusedMixer;
pub(crate) use pair_scores::FusedPairScores;
pub(crate) use recurrent::FusedRecurrentLayer;
pub(crate) use squares::weighted_squares;
pub(crate) use swap::swapped;

/// What can be had for a type on a device, of the form asked for.
pub(crate) fn available(asked: Kernels, dtype: DType, device: &Device) -> Kernels {
    if dtype == DType::F32 && device.is_cpu() { asked } else { Kernels::Composed }
}
