//! Layers and optimizer against PyTorch: values and gradients, from the golden files in `tests/golden`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[macro_use]
mod proofs;
mod golden;

mod attention_decoder;
mod band_conv;
mod cross_encoder;
mod decoder;
mod layers;
mod optimizer;
mod recurrent;
