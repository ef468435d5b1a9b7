//! What a training of SMIL takes of memory at least: its parameters, and what one sample leaves behind for the
//! gradient.

use super::settings::Settings;
use corrkd_config::{Modality, Shape};

/// Bytes of a number.
const NUMBER: f64 = 4.0;
/// A trainable number has a value, a gradient, and Adam's two moments.
const TRAINED: f64 = 4.0 * NUMBER;

/// At least so many bytes, for SMIL or for its pretraining.
pub(super) fn least(settings: &Settings, is_pretraining: bool, shape: &Shape) -> u64 {
    let (size, reconstruction) = (&settings.network, &settings.reconstruction);
    let [d, layers, wide, kernel, hidden] =
        [size.width, size.layers, size.feed_forward, size.kernel, size.hidden].map(|n| n as f64);
    let sum = |of: &dyn Fn(Modality) -> f64| Modality::ALL.into_iter().map(of).sum::<f64>();
    // The convolution; the four maps of attention; in and out of the feed-forward part.
    let encoder = |m| *shape.widths.get(m) as f64 * kernel * d + layers * (4.0 * d * d + 2.0 * d * wide);
    let network = sum(&encoder) + 3.0 * d * hidden;
    let kept = sum(&|m| *shape.frames.get(m) as f64 * d * layers) * NUMBER;
    if is_pretraining {
        return (network * TRAINED + kept) as u64;
    }
    let [priors, weighing] = [reconstruction.priors, reconstruction.hidden].map(|n| n as f64);
    let around = 3.0 * weighing * (3.0 * d + priors) + 3.0 * d * (3.0 * d + hidden);
    ((network + around) * TRAINED + network * NUMBER + kept) as u64
}
