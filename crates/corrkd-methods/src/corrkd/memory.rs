//! What a training of CorrKD takes of memory at least: its parameters, and what one sample leaves behind for the gradient.

use super::settings::{RcdForm, Settings};
use corrkd_config::{Modality, Shape};

/// Bytes of a number.
const NUMBER: f64 = 4.0;
/// A trainable number has a value, a gradient, and Adam's two moments.
const TRAINED: f64 = 4.0 * NUMBER;

/// At least so many bytes, for the teacher or for its student.
pub(super) fn least(settings: &Settings, is_student: bool, shape: &Shape) -> u64 {
    let size = &settings.network;
    let [d, layers, wide, kernel] = [size.width, size.layers, size.feed_forward, size.kernel].map(|n| n as f64);
    let sum = |of: &dyn Fn(Modality) -> f64| Modality::ALL.into_iter().map(of).sum::<f64>();
    // The convolution; the four maps of attention; in and out of the feed-forward part.
    let encoder = |m| *shape.widths.get(m) as f64 * kernel * d + layers * (4.0 * d * d + 2.0 * d * wide);
    let network = sum(&encoder);
    let kept = sum(&|m| *shape.frames.get(m) as f64 * d * layers) * NUMBER;
    let rcd = &settings.losses.rcd;
    let judges = is_student && rcd.weight > 0.0 && rcd.form == RcdForm::MutualInformation;
    let statistics = if judges { (rcd.hidden as f64).powi(2) } else { 0.0 };
    let teacher = if is_student && settings.losses.ask_a_teacher() { network * NUMBER } else { 0.0 };
    ((network + statistics) * TRAINED + teacher + kept) as u64
}
