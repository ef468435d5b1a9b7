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
    pub(super) attention: AttentionTape<'a>,
    pub(super) forward: ForwardTape<'a>,
}

/// Those of attention.
pub(super) struct AttentionTape<'a> {
    pub(super) normal: Normal<'a>,
    /// Q over the root of the head's width (d rows).
    pub(super) queries: &'a mut [f32],
    /// K, V (2d rows).
    pub(super) context: &'a mut [f32],
    /// Each head's largest score and one over its sum, by query (2H rows).
    pub(super) statistics: &'a mut [f32],
    /// The heads' outputs (d rows).
    pub(super) heads: &'a mut [f32],
}

/// Those of the feed-forward part.
pub(super) struct ForwardTape<'a> {
    pub(super) normal: Normal<'a>,
    /// Inside, after ReLU and dropout.
    pub(super) inner: &'a mut [f32],
}

/// A layer's sizes.
#[derive(Clone, Copy)]
pub(super) struct LayerSizes {
    pub(super) width: usize,
    pub(super) heads: usize,
    pub(super) feed_forward: usize,
}

/// The strides of a layer's blocks: of what it normalises for attention, of the queries, and of the context.
#[derive(Clone, Copy)]
pub(super) struct Strides {
    pub(super) normal: usize,
    pub(super) queries: usize,
    pub(super) context: usize,
}

impl<'a> Normal<'a> {
    /// The length of the numbers that [`of`](Self::of) takes.
    pub(super) const fn length(width: usize, stride: usize) -> usize {
        (width + 1) * stride
    }

    /// Takes a normalisation's off a buffer.
    pub(super) fn of(width: usize, stride: usize, buffer: &mut &'a mut [f32]) -> Self {
        Self { values: carve(buffer, width * stride), scale: carve(buffer, stride) }
    }
}

impl<'a> LayerTape<'a> {
    /// The length of the numbers that [`of`](Self::of) takes.
    pub(super) const fn length(sizes: LayerSizes, strides: Strides) -> usize {
        AttentionTape::length(sizes, strides)
            + Normal::length(sizes.width, strides.queries)
            + sizes.feed_forward * strides.queries
    }

    /// Takes a layer's blocks off a buffer.
    pub(super) fn of(sizes: LayerSizes, strides: Strides, buffer: &mut &'a mut [f32]) -> Self {
        Self {
            attention: AttentionTape::of(sizes, strides, buffer),
            forward: ForwardTape {
                normal: Normal::of(sizes.width, strides.queries, buffer),
                inner: carve(buffer, sizes.feed_forward * strides.queries),
            },
        }
    }
}

impl<'a> AttentionTape<'a> {
    /// The length of the numbers that [`of`](Self::of) takes.
    pub(super) const fn length(sizes: LayerSizes, strides: Strides) -> usize {
        let LayerSizes { width, heads, .. } = sizes;
        Normal::length(width, strides.normal) + 2 * (width + heads) * strides.queries + 2 * width * strides.context
    }

    /// Takes an attention's blocks off a buffer.
    pub(super) fn of(sizes: LayerSizes, strides: Strides, buffer: &mut &'a mut [f32]) -> Self {
        let LayerSizes { width, heads, .. } = sizes;
        Self {
            normal: Normal::of(width, strides.normal, buffer),
            queries: carve(buffer, width * strides.queries),
            context: carve(buffer, 2 * width * strides.context),
            statistics: carve(buffer, 2 * heads * strides.queries),
            heads: carve(buffer, width * strides.queries),
        }
    }
}

impl<'a> Tape<'a> {
    /// The length of the buffer that [`of`](Self::of) divides.
    pub(super) fn length(shape: &EncoderShape, layers: usize, stride: usize) -> usize {
        let (sizes, strides) = sizes(shape, stride);
        layers * LayerTape::length(sizes, strides) + Normal::length(shape.width, stride)
    }

    /// Divides a buffer into blocks for `layers` layers.
    pub(super) fn of(shape: &EncoderShape, layers: usize, stride: usize, mut buffer: &'a mut [f32]) -> Self {
        let (sizes, strides) = sizes(shape, stride);
        let layers = (0..layers).map(|_| LayerTape::of(sizes, strides, &mut buffer)).collect();
        Self { layers, normal: Normal::of(shape.width, stride, &mut buffer) }
    }
}

fn sizes(shape: &EncoderShape, stride: usize) -> (LayerSizes, Strides) {
    let EncoderShape { width, heads, feed_forward, .. } = *shape;
    (LayerSizes { width, heads, feed_forward }, Strides { normal: stride, queries: stride, context: stride })
}
