//! Layers, their fused kernels and the optimizer: against PyTorch, against finite differences, against each other.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[macro_use]
mod proofs;
mod golden;

mod ahead;
mod archive;
mod attention_decoder;
mod band_conv;
mod definitions;
mod fused;
mod fused_attention_decoder;
mod fused_cross_encoder;
mod fused_encoder;
mod fused_layers;
mod fused_recurrent;
mod gradients;
mod optimizer;
mod pytorch;
mod recurrent;
