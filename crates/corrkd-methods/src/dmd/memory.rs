//! What a training of DMD takes of memory at least: its parameters, and what one sample leaves behind for the gradient.

use super::graph::{HETEROGENEOUS, HOMOGENEOUS};
use super::network::frames;
use super::settings::Size;
use super::transformers::memory_layers;
use corrkd_config::{Modality, Shape};

/// Bytes of a number.
const NUMBER: f64 = 4.0;
/// A trainable number has a value, a gradient, and Adam's two moments.
const TRAINED: f64 = 4.0 * NUMBER;

/// At least so many bytes.
pub(super) fn least(size: &Size, shape: &Shape) -> u64 {
    let [d, layers, memory_layers] = [size.width, size.layers, memory_layers(size)].map(|n| n as f64);
    // The four maps of attention, and in and out of the feed-forward part.
    let layer = |width: f64| 12.0 * width * width;
    let (mut parameters, mut kept) = (0.0, 0.0);
    for m in Modality::ALL {
        let (width, kernel) = (*shape.widths.get(m) as f64, *size.kernels.get(m));
        let left = frames(*shape.frames.get(m), kernel).1 as f64;
        // The convolution, the specific layer and the decoder; what reads all frames side by side.
        parameters += width * kernel as f64 * d + 3.0 * d * d + 3.0 * left * d * d;
        // Three Transformers, a memory, its reader, and a gate.
        parameters += 3.0 * layers * layer(d) + memory_layers * layer(2.0 * d) + 3.0 * (2.0 * d).powi(2);
        kept += left * d * (3.0 * layers + 2.0 * memory_layers);
    }
    // The shared layer; the reader of what is fused and its gate; the last reader; the graphs.
    parameters += d * d + 3.0 * (3.0 * d).powi(2) + 2.0 * (9.0 * d).powi(2);
    parameters += HOMOGENEOUS.size as f64 * d + HETEROGENEOUS.size as f64 * 2.0 * d;
    (parameters * TRAINED + kept * NUMBER) as u64
}
