//! What a training of MCTN takes of memory at least: its parameters, those of the finished models that it needs, and
//! what one sample leaves behind for the gradient.

use super::route::Route;
use corrkd_config::{Modality, Presence, Shape};

/// Bytes of a number.
const NUMBER: f64 = 4.0;
/// A trainable number has a value, a gradient, and Adam's two moments.
const TRAINED: f64 = 4.0 * NUMBER;

/// At least so many bytes, of data that has all modalities: one that a data set lacks has a width of 1, and hardly
/// counts.
pub(super) fn least(width: usize, set: Presence, needs: &[Presence], shape: &Shape) -> u64 {
    let frozen: f64 = needs.iter().map(|&set| parameters(width, set, shape)).sum();
    let first = Route::of(set, Presence::COMPLETE).source[0];
    let kept = *shape.frames.get(first) as f64 * width as f64;
    (parameters(width, set, shape) * TRAINED + (frozen + kept) * NUMBER) as u64
}

/// How many numbers the model of a set has, without biases.
fn parameters(width: usize, set: Presence, shape: &Shape) -> f64 {
    let d = width as f64;
    let route = Route::of(set, Presence::COMPLETE);
    let columns = |side: &[Modality]| side.iter().map(|&m| *shape.widths.get(m) as f64).sum::<f64>();
    let inputs = route.targets.chunks(1).map(columns).fold(columns(&route.source), f64::max);
    // An LSTM's four gates see the step's inputs and the state; a decoder's also its own last answer, which it maps to.
    let lstm = |inputs: f64| 4.0 * d * (inputs + d);
    let decoder = lstm(d + inputs) + d * inputs;
    let further = if route.targets.len() > 1 { 2.0 * lstm(d) + decoder } else { 0.0 };
    2.0 * lstm(inputs) + decoder + further + lstm(d)
}
