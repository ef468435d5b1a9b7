//! The positions' codes, kept from step to step.

use crate::position::codes;
use std::sync::{Arc, Mutex, PoisonError};

/// The codes so far, a row of d for each frame.
#[derive(Default)]
pub(super) struct PositionCodes(Mutex<Arc<Vec<f32>>>);

impl PositionCodes {
    /// Those of `time` frames at least.
    pub(super) fn of(&self, time: usize, width: usize) -> Arc<Vec<f32>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < time * width {
            *known = Arc::new(codes(time, width).map(|code| code as f32).collect());
        }
        Arc::clone(&known)
    }
}
