//! What a schedule does behind an epoch, as PyTorch's `StepLR` and `ReduceLROnPlateau` do.

use super::{OptimizerNote, Schedule};

/// The share of the least loss by which one must be below it to count.
const THRESHOLD: f64 = 1e-4;

/// A plateau lowers no rate by less than this.
const LEAST: f64 = 1e-8;

impl Schedule {
    /// Sets the rates for the next epoch; `epoch` counts from 1 and has just ended.
    pub(super) fn advance(self, epoch: usize, validation_loss: f64, note: &mut OptimizerNote) {
        match self {
            Self::Constant => {}
            Self::Step { every, factor } => {
                if epoch.is_multiple_of(every) {
                    note.rates.iter_mut().for_each(|rate| *rate *= factor);
                }
            }
            Self::Plateau { factor, patience } => {
                // Written so that a loss that is not a number is no better.
                if validation_loss < note.best.map_or(f64::INFINITY, |best| best * (1.0 - THRESHOLD)) {
                    note.best = Some(validation_loss);
                    note.waited = 0;
                } else {
                    note.waited += 1;
                }
                if note.waited > patience {
                    note.waited = 0;
                    for rate in &mut note.rates {
                        let lower = *rate * factor;
                        if *rate - lower > LEAST {
                            *rate = lower;
                        }
                    }
                }
            }
        }
    }
}
