//! Layers as parts of a computation graph, from their weights by name: what a network is in another program. Each follows the
//! layer's composed form, which is its definition.

mod attention;
mod band_conv;
mod cross_encoder;
mod encoder;
mod linear;
mod mixer;
mod padded;
mod pooling;
mod positions;
mod recurrent;
mod translator;
mod weights;

pub use band_conv::band_conv;
pub use cross_encoder::cross_encoder;
pub use encoder::{convolution, encoder, unpadded_convolution};
pub use linear::{layer_norm, linear, product};
pub use mixer::mixer;
pub use padded::{frames, padded};
pub use pooling::masked_mean;
pub use recurrent::{last_lstm_state, lstm_states};
pub use translator::{TranslatorSizes, decoder, self_encoder};
pub use weights::Weights;
