//! Layers that carry gradients, the parameter store, seeded initial values, the optimizer and archives of tensors.
//!
//! Shape letters, here and everywhere: B batch, T time, D width of a feature, d width of the network, H heads,
//! K categories. Each layer is written in plain candle operations whose gradients are checked against finite
//! differences; what candle 0.11 gets wrong is banned in `clippy.toml`.
//!
//! ```
//! use candle_core::{DType, Device, Tensor};
//! use corrkd_nn::{Clip, Gradients, Linear, Optimizer, OptimizerSettings, Params};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut params = Params::new(1, DType::F32, &Device::Cpu);
//! let layer = Linear::new(params.root().sub("out"), 3, 1)?;
//! let mut optimizer = Optimizer::new(&params, &OptimizerSettings::plain(0.01, Clip::None))?;
//!
//! let x = Tensor::ones((2, 3), DType::F32, &Device::Cpu)?;
//! let loss = || layer.forward(&x)?.affine(1.0, -1.0)?.sqr()?.mean_all();
//! let before = loss()?.to_scalar::<f32>()?;
//! let gradients = Gradients::of(&params, &mut loss()?.backward()?);
//! optimizer.descend(&params, gradients)?;
//! assert!(loss()?.to_scalar::<f32>()? < before);
//! # Ok(())
//! # }
//! ```

mod ahead;
mod archive;
mod attention;
mod attention_decoder;
mod band_conv;
mod conv1d;
mod cross_encoder;
mod cross_encoder_layer;
mod decoder;
mod decoder_layer;
mod distance;
mod dropout;
mod encoder;
mod encoder_layer;
mod error;
mod frames;
mod fused;
mod gelu;
pub mod gradcheck;
pub mod graph;
mod init;
mod layer_norm;
mod linear;
mod mixer;
mod noise;
mod optimizer;
mod pair_scores;
mod params;
mod pooled_encoder;
mod pooling;
mod position;
mod read;
mod recurrent;
mod relu;
mod responses;
mod softplus;
mod squares;
mod swap;

pub use archive::{Archive, plain};
pub use attention::Attention;
pub use attention_decoder::AttentionDecoder;
pub use band_conv::{Aggregate, BandConv};
pub use conv1d::Conv1d;
pub use corrkd_config::Kernels;
pub use corrkd_kernels::{Cell, CrossEncoderShape, DropoutKey, EncoderShape, Positions, each};
pub use cross_encoder::CrossEncoder;
pub use decoder::{Decoder, DecoderShape};
pub use distance::pairwise;
pub use dropout::Dropout;
pub use encoder::Encoder;
pub use encoder_layer::EncoderLayer;
pub use error::NnError;
pub use frames::{choice_mask, frame_mask};
pub use gelu::gelu;
pub use init::Init;
pub use layer_norm::LayerNorm;
pub use linear::Linear;
pub use mixer::Mixer;
pub use noise::Noise;
pub use optimizer::{Clip, Gradients, Group, Optimizer, OptimizerNote, OptimizerSettings, Schedule, Tail};
pub use pair_scores::PairScores;
pub use params::{Params, Scope};
pub use pooled_encoder::PooledEncoder;
pub use pooling::masked_mean;
pub use position::sinusoid;
pub use read::{Number, Numbers, read, read_with, waits};
pub use recurrent::{Recurrent, RecurrentShape, States};
pub use relu::relu;
pub use responses::{
    absolute, binary_cross_entropy, cross_entropy, log_softmax, mean_absolute_error, softmax, weighted_cross_entropy,
};
pub use softplus::softplus;
pub use squares::weighted_squares;
pub use swap::swapped;
