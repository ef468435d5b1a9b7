//! What a training of CubeMLP takes of memory at least: its parameters, and what one sample leaves behind for the gradient.

use super::settings::Size;
use corrkd_config::{Modality, Shape};

/// Bytes of a number.
const NUMBER: f64 = 4.0;
/// A trainable number has a value, a gradient, and Adam's two moments.
const TRAINED: f64 = 4.0 * NUMBER;

/// At least so many bytes.
pub(super) fn least(size: &Size, shape: &Shape) -> u64 {
    let (d, kernel) = (size.width as f64, size.kernel as f64);
    let width = |m| *shape.widths.get(m) as f64;
    let mut parameters =
        width(Modality::Language) * d + (width(Modality::Audio) + width(Modality::Vision)) * kernel * d;
    let time = Modality::ALL.into_iter().map(|m| *shape.frames.get(m)).max().unwrap_or(0);
    let mut sizes = [time, Modality::ALL.len(), size.width];
    let mut kept = 0.0;
    for &outputs in &size.blocks {
        // Along each axis, from n to n': the residual's map, the hidden layer's and the output's.
        for (n, out) in sizes.into_iter().zip(outputs).map(|(n, out)| (n as f64, out as f64)) {
            parameters += 2.0 * n * out + out * out;
        }
        sizes = outputs;
        kept += outputs.into_iter().map(|n| n as f64).product::<f64>();
    }
    (parameters * TRAINED + kept * NUMBER) as u64
}
