//! What a training of Self-MM takes of memory at least: its parameters, and what one sample leaves behind for the gradient.
//! What is kept of the training samples depends on their number, which is not known here, and is little.

use super::settings::Size;
use corrkd_config::{Modality, Shape};

/// Bytes of a number.
const NUMBER: f64 = 4.0;
/// A trainable number has a value, a gradient, and Adam's two moments.
const TRAINED: f64 = 4.0 * NUMBER;

/// At least so many bytes.
pub(super) fn least(size: &Size, shape: &Shape) -> u64 {
    let reader = |inputs: f64, width: f64| inputs * width + width * width;
    let (mut parameters, mut kept, mut all) = (0.0, 0.0, 0.0);
    for m in Modality::ALL {
        let [inputs, hidden, encoded, unimodal] =
            [&shape.widths, &size.hidden, &size.encoded, &size.unimodal].map(|of| *of.get(m) as f64);
        parameters += 4.0 * hidden * (inputs + hidden) + hidden * encoded + reader(encoded, unimodal);
        kept += hidden * *shape.frames.get(m) as f64;
        all += encoded;
    }
    parameters += reader(all, size.fused as f64);
    (parameters * TRAINED + kept * NUMBER) as u64
}
