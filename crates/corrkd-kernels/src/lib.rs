//! What layers compute on the processor, forward and backward, over plain slices of f32: it knows no tensors and no
//! parameters' names. Sizes are the caller's to hold to each other; slices that do not fit them end in a panic.
//!
//! Work is divided among threads, and sums are added up, in an order that depends on shapes alone: the number of threads
//! changes no bit. Which vector instructions there are is found out at run time.
//!
//! A kernel of few lines is a function with its `_backward`. One over a *pack*, parameters one behind the other in a slice, is
//! a type that knows where each lies ([`Affine`]), and its pass goes forward and back once. Each is held to a layer's
//! *composed* form, plain operations on tensors, in `corrkd-nn`.
//!
//! ```
//! use corrkd_kernels::{Norm, layer_norm, layer_norm_backward};
//!
//! let norm = Norm { gain: &[2.0, 2.0], bias: &[0.0, 1.0] };
//! let x = [1.0, 3.0, -5.0, 5.0]; // two rows of two numbers
//! let y = layer_norm(norm, &x);
//! assert!(y.iter().zip([-2.0, 3.0, -2.0, 3.0]).all(|(y, expected)| (y - expected).abs() < 1e-4));
//!
//! // The gradients of x, gain and bias from that of y.
//! let (dx, [dgain, dbias]) = layer_norm_backward(norm, &x, &[1.0; 4]);
//! assert!(dx.iter().chain(&[dgain[0] + 2.0, dgain[1] - 2.0]).all(|slope| slope.abs() < 1e-4));
//! assert_eq!(dbias, [2.0, 2.0]);
//! ```

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
mod shapes;
mod squares;
mod swap;
mod tape;
mod transpose;

pub use adam::{BETA1, BETA2, Cut, EPSILON, Rates, adam_step, sum_of_squares};
pub use attention_decoder::{AttentionDecoder, AttentionDecoderPass};
pub use attention_decoder_parameters::DecoderParts;
pub use cross_encoder::{CrossEncoder, CrossEncoderPass, CrossInputs};
pub use cross_model::CrossEncoderParts;
pub use distance::{TINY, distances, distances_backward};
pub use dropout::{DropoutKey, DropoutSite, Drops, dropped};
pub use encoder::{EncoderPass, PooledEncoder};
pub use gelu::{gelu, gelu_backward};
pub use jobs::each;
pub use layer::{AttentionParts, ForwardParts, LayerParts};
pub use layer_norm::{layer_norm, layer_norm_backward};
pub use linear::{add_bias, column_sums};
pub use mixer::{Mixer, MixerPass};
pub use model::EncoderParts;
pub use norm::Norm;
pub use pair_parameters::PairScores;
pub use pair_scores::PairScoresPass;
pub use places::Affine;
pub use position_codes::position_codes;
pub use recurrent::{RecurrentLayer, RecurrentLayerPass};
pub use recurrent_cell::Cell;
pub use recurrent_weights::DirectionParts;
pub use shapes::{CrossEncoderShape, EncoderShape, Positions};
pub use squares::{weighted_squares, weighted_squares_backward};
pub use swap::transposed;
