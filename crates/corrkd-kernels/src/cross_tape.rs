//! What the cross-modal Transformer's forward pass over a chunk leaves for the way back.

use super::cross_step::{Chunks, CrossStep};
use super::tape::{AttentionTape, LayerSizes, LayerTape, Normal, Strides};
use crate::CrossEncoderShape;

/// A chunk's blocks.
pub(super) struct CrossTape<'a> {
    /// The embedded context's normalisation, which all layers share but for gain and bias; nothing where the queries are
    /// their own, and of a decoder.
    pub(super) context: Normal<'a>,
    /// By layer; one alone, written over and over, where nothing is kept.
    pub(super) layers: Vec<LayerTape<'a>>,
    /// Likewise, of a decoder's own frames.
    pub(super) own: Vec<AttentionTape<'a>>,
    /// The last layer's, where only the last frames ask in it.
    pub(super) last: Option<LayerTape<'a>>,
    /// The last normalisation's.
    pub(super) normal: Normal<'a>,
}

/// How a chunk's buffer is divided.
struct Division {
    sizes: LayerSizes,
    /// Layers before one in which only the last frames ask.
    layers: usize,
    strides: Strides,
    /// Layers of a decoder, and the strides of its attention to its own frames.
    own: (usize, Strides),
    last: Option<Strides>,
    context: usize,
    normal: usize,
}

impl Division {
    fn new(step: &CrossStep<'_>, chunks: &Chunks, keep: bool) -> Self {
        let CrossEncoderShape { width, heads, feed_forward, layers, .. } = step.model.shape;
        let (queries, across) = (chunks.queries.stride(), chunks.context.as_ref().map(|chunk| chunk.stride()));
        let context = across.unwrap_or(queries);
        let last = chunks.last.as_ref().map(|last| {
            let last = last.stride();
            Strides { normal: if across.is_some() { last } else { queries }, queries: last, context }
        });
        let layers = layers - usize::from(last.is_some());
        let layers = if keep { layers } else { layers.min(1) };
        let decodes = step.model.decodes();
        Self {
            sizes: LayerSizes { width, heads, feed_forward },
            layers,
            own: (if decodes { layers } else { 0 }, Strides { normal: queries, queries, context: queries }),
            strides: Strides { normal: queries, queries, context },
            last,
            context: across.filter(|_| !decodes).unwrap_or(0),
            normal: last.map_or(queries, |last| last.queries),
        }
    }
}

impl<'a> CrossTape<'a> {
    /// The length of the buffer that [`of`](Self::of) divides.
    pub(super) fn length(step: &CrossStep<'_>, chunks: &Chunks, keep: bool) -> usize {
        let Division { sizes, layers, strides, own, last, context, normal } = Division::new(step, chunks, keep);
        layers * LayerTape::length(sizes, strides)
            + own.0 * AttentionTape::length(sizes, own.1)
            + last.map_or(0, |last| LayerTape::length(sizes, last))
            + Normal::length(sizes.width, context)
            + Normal::length(sizes.width, normal)
    }

    /// Divides a buffer into blocks, for all layers if they are to be kept.
    pub(super) fn of(step: &CrossStep<'_>, chunks: &Chunks, keep: bool, mut buffer: &'a mut [f32]) -> Self {
        let Division { sizes, layers, strides, own, last, context, normal } = Division::new(step, chunks, keep);
        Self {
            context: Normal::of(sizes.width, context, &mut buffer),
            layers: (0..layers).map(|_| LayerTape::of(sizes, strides, &mut buffer)).collect(),
            own: (0..own.0).map(|_| AttentionTape::of(sizes, own.1, &mut buffer)).collect(),
            last: last.map(|last| LayerTape::of(sizes, last, &mut buffer)),
            normal: Normal::of(sizes.width, normal, &mut buffer),
        }
    }
}
