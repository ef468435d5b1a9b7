//! The two forms of a layer, and the fused ones.
//!
//! A layer's *composed* form, plain candle operations, is its definition; it works in any type on any device. Its *fused*
//! form is one operation, forward and backward, for f32 on the processor. Both give the same values and gradients but
//! for rounding, and draw the same dropout.

#![allow(clippy::needless_range_loop, reason = "registers of a tile, and rows of blocks, go by number")]

mod adam;
mod attention;
mod attention_decoder;
mod attention_decoder_backward;
mod attention_decoder_context;
mod attention_decoder_forward;
mod attention_decoder_parameters;
mod attention_decoder_tape;
mod attention_head;
mod backward;
mod buffers;
mod convolution;
mod cross_backward;
mod cross_encoder;
mod cross_forward;
mod cross_model;
mod cross_step;
mod cross_tape;
mod distance;
mod dropout;
mod drops;
mod encoder;
mod forward;
mod gelu;
mod jobs;
mod key_biases;
mod lanes;
mod layer;
mod layer_backward;
mod layer_forward;
mod layer_norm;
mod linear;
mod mixer;
mod mixer_block;
mod model;
mod norm;
mod pair_block;
mod pair_parameters;
mod pair_scores;
mod places;
mod plan;
mod position_codes;
mod product;
mod recurrent;
mod recurrent_cell;
mod recurrent_pass;
mod recurrent_plan;
mod recurrent_products;
mod recurrent_tape;
mod recurrent_weights;
mod rows;
mod squares;
mod storage;
mod swap;
mod tape;
mod transpose;

pub(crate) use adam::{adam_step, sum_of_squares};
pub(crate) use attention_decoder::FusedAttentionDecoder;
use candle_core::{DType, Device};
use corrkd_config::Kernels;
pub(crate) use cross_encoder::FusedCrossEncoder;
pub(crate) use distance::pairwise;
pub(crate) use dropout::dropout;
pub(crate) use encoder::FusedEncoder;
pub(crate) use gelu::gelu;
pub use jobs::each;
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
