//! Layers as parts of a computation graph, from their weights by name: what a network is in another program. Each follows the
//! layer's composed form, which is its definition.

mod encoder;
mod linear;
mod pooling;
mod weights;

pub use encoder::encoder;
pub use linear::{layer_norm, linear};
pub use pooling::masked_mean;
pub use weights::Weights;
