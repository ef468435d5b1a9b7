//! The sinusoidal codes of frames' positions (Vaswani et al. 2017), kept from step to step.

use std::sync::{Arc, Mutex, PoisonError};

/// (T, d), row by row: sin(t / 10000^(2i/d)) in the even columns 2i, cos of the same in the odd ones; `width` is even.
pub fn position_codes(time: usize, width: usize) -> impl Iterator<Item = f64> {
    (0..time).flat_map(move |t| {
        (0..width / 2).flat_map(move |i| {
            let angle = t as f64 / 10000f64.powf(2.0 * i as f64 / width as f64);
            [angle.sin(), angle.cos()]
        })
    })
}

/// The codes so far, a row of d for each frame.
#[derive(Default)]
pub(super) struct PositionCodes(Mutex<Arc<Vec<f32>>>);

impl PositionCodes {
    /// Those of `time` frames at least.
    pub(super) fn of(&self, time: usize, width: usize) -> Arc<Vec<f32>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < time * width {
            *known = Arc::new(position_codes(time, width).map(|code| code as f32).collect());
        }
        Arc::clone(&known)
    }
}
