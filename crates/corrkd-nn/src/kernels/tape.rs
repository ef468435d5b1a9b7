//! What the forward pass of a chunk leaves for the way back: feature-major blocks of one stride.

use super::buffers::carve;
use crate::EncoderShape;

/// A chunk's blocks.
pub(super) struct Tape<'a> {
    /// By layer; one alone, written over and over, where nothing is kept.
    pub(super) layers: Vec<LayerTape<'a>>,
    /// The last normalisation's.
    pub(super) normal: Normal<'a>,
}

/// A normalisation's x^ (d rows) and 1 / spread (1 row).
pub(super) struct Normal<'a> {
    pub(super) values: &'a mut [f32],
    pub(super) scale: &'a mut [f32],
}

/// A layer's blocks.
pub(super) struct LayerTape<'a> {
    pub(super) attention_normal: Normal<'a>,
    /// Q over the root of the head's width, K, V (3d rows).
    pub(super) qkv: &'a mut [f32],
    /// Each head's largest score and one over its sum, by query (2H rows).
    pub(super) statistics: &'a mut [f32],
    /// The heads' outputs (d rows).
    pub(super) heads: &'a mut [f32],
    pub(super) forward_normal: Normal<'a>,
    /// Inside the feed-forward part, after ReLU and dropout.
    pub(super) inner: &'a mut [f32],
}

impl<'a> Tape<'a> {
    /// The length of the buffer that [`of`](Self::of) divides.
    pub(super) fn length(shape: &EncoderShape, layers: usize, stride: usize) -> usize {
        let layer = 6 * shape.width + 2 * shape.heads + shape.feed_forward + 2;
        (layers * layer + shape.width + 1) * stride
    }

    /// Divides a buffer into blocks for `layers` layers.
    pub(super) fn of(shape: &EncoderShape, layers: usize, stride: usize, mut buffer: &'a mut [f32]) -> Self {
        let mut rows = |n: usize| carve(&mut buffer, n * stride);
        let width = shape.width;
        let layers = (0..layers).map(|_| LayerTape {
            attention_normal: Normal { values: rows(width), scale: rows(1) },
            qkv: rows(3 * width),
            statistics: rows(2 * shape.heads),
            heads: rows(width),
            forward_normal: Normal { values: rows(width), scale: rows(1) },
            inner: rows(shape.feed_forward),
        });
        Self { layers: layers.collect(), normal: Normal { values: rows(width), scale: rows(1) } }
    }
}
