//! What a training of GCNet takes of memory at least: its parameters, and what one sample leaves behind for the
//! gradient.

use super::settings::Size;
use corrkd_config::{Modality, Shape};

/// Bytes of a number.
const NUMBER: f64 = 4.0;
/// A trainable number has a value, a gradient, and Adam's two moments.
const TRAINED: f64 = 4.0 * NUMBER;

/// At least so many bytes.
pub(super) fn least(size: &Size, shape: &Shape) -> u64 {
    let (width, hidden, graph) = (size.width as f64, size.hidden() as f64, (size.width / 2) as f64);
    let features: f64 = Modality::ALL.into_iter().map(|m| *shape.widths.get(m) as f64).sum();
    // Two layers in two directions; the second's frames are both directions' states.
    let lstm = |inputs: f64, d: f64| 2.0 * 4.0 * d * (inputs + d) + 2.0 * 4.0 * d * (2.0 * d + d);
    // Four matrices of the temporal relations and of a node itself, two where there is one relation, and those of sums.
    let relational = (4.0 + 2.0) * 2.0 * width * graph + 2.0 * 2.0 * graph * graph;
    let graphs = relational + 2.0 * (lstm(hidden, hidden) + 2.0 * hidden * hidden);
    let parameters = lstm(features, width) + graphs + hidden * features;
    // A mean of frames is a node where utterances are, so that one is sure.
    (parameters * TRAINED + hidden * NUMBER) as u64
}
