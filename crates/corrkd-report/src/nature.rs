//! What the test samples lack by nature: whole modalities, and frames without data. Where they lack any, the condition in
//! which nothing is taken away is no complete one: it shows the samples as they are.

use corrkd_config::{Modality, PerModality};
use corrkd_record::RunResult;

/// Counts over the test split, that of all folds in a cross-validation.
#[derive(Default)]
pub(crate) struct Nature {
    /// Test samples.
    of: usize,
    /// Those without a single frame of a modality.
    samples: PerModality<usize>,
    /// Frames without data in the others.
    frames: PerModality<usize>,
}

impl Nature {
    /// Takes the counts of the runs on all folds; all that are met tell of the same samples.
    pub(crate) fn meet<'a>(&mut self, folds: impl Iterator<Item = &'a RunResult>) {
        if self.of > 0 {
            return;
        }
        for result in folds {
            self.of += result.samples.test;
            for m in Modality::ALL {
                *self.samples.get_mut(m) += result.lacking.samples.get(m);
                *self.frames.get_mut(m) += result.lacking.frames.get(m);
            }
        }
    }

    /// Whether anything lacks.
    pub(crate) fn is_lacking(&self) -> bool {
        self.samples.iter().chain(self.frames.iter()).any(|(_, count)| *count > 0)
    }

    /// How much, in a sentence; none where nothing lacks.
    pub(crate) fn told(&self) -> Option<String> {
        let counted = |counts: &PerModality<usize>, words: &dyn Fn(usize, Modality) -> String| {
            counts.iter().filter(|(_, count)| **count > 0).map(|(m, count)| words(*count, m)).collect::<Vec<_>>()
        };
        let samples = counted(&self.samples, &|n, m| format!("{n} lack{} {m}", if n == 1 { "s" } else { "" }));
        let frames = counted(&self.frames, &|n, m| format!("{n} frame{} of {m}", if n == 1 { "" } else { "s" }));
        let frames =
            (!frames.is_empty()).then(|| format!("{} without data in those that have others", frames.join(", ")));
        self.is_lacking().then(|| {
            format!(
                "As they are (`lav`): nothing is taken away, but of {} test samples by nature {}. The other conditions take \
                 away from what is there.",
                self.of,
                samples.into_iter().chain(frames).collect::<Vec<_>>().join(", ")
            )
        })
    }
}
