//! Layers and optimizer against PyTorch: values and gradients, from the golden files in `tests/golden`.

mod attention_decoder;
mod band_conv;
mod cross_encoder;
mod decoder;
mod layers;
mod optimizer;
mod recurrent;
