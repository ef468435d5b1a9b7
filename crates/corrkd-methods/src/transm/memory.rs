//! What a training of TransM takes of memory at least: its parameters, and what one sample leaves behind for the
//! gradient.

use super::network::{pairs, parts};
use super::settings::Size;
use corrkd_config::{Modality, Shape};

/// Bytes of a number.
const NUMBER: f64 = 4.0;
/// A trainable number has a value, a gradient, and Adam's two moments.
const TRAINED: f64 = 4.0 * NUMBER;

/// At least so many bytes.
pub(super) fn least(size: &Size, shape: &Shape) -> u64 {
    let [d, kernel, feed_forward] = [size.width, size.kernel, size.feed_forward].map(|n| n as f64);
    let [encoders, decoders] = [size.encoder_layers, size.decoder_layers].map(|n| n as f64);
    // The four maps of an attention, of which a decoder's layer has two, and in and out of the feed-forward part.
    let (attention, inner) = (4.0 * d * d, 2.0 * d * feed_forward);
    let translator = encoders * (attention + inner) + decoders * (2.0 * attention + inner);
    let width = |m: Modality| *shape.widths.get(m) as f64;
    let frames = |m: Modality| *shape.frames.get(m) as f64;
    let mut parameters = parts(size) as f64 * d;
    let mut kept = 0.0;
    for m in Modality::ALL {
        parameters += width(m) * kernel * d;
    }
    for ([first, second], _) in pairs(size) {
        parameters += 2.0 * translator + d * (width(first) + width(second));
        // What each layer adds to.
        kept += (frames(first) + frames(second)) * d * (encoders + decoders);
    }
    (parameters * TRAINED + kept * NUMBER) as u64
}
