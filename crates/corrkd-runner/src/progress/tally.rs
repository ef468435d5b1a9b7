//! How many runs and epochs are done, and how long the rest may take.

use super::duration;
use std::{
    fmt,
    time::{Duration, Instant},
};

/// The counts. Epochs that need no training, because a run was resumed or stopped early, are in neither of the two.
pub(crate) struct Tally {
    runs: usize,
    finished: usize,
    failed: usize,
    /// Epochs left of each task.
    left: Vec<usize>,
    /// The last epoch of each task.
    ends: Vec<usize>,
    /// Epochs trained since the start.
    trained: usize,
    start: Instant,
}

impl Tally {
    /// Starts the clock over all tasks: the epochs to train of each, or none if it is finished.
    pub(crate) fn new(tasks: impl Iterator<Item = Option<usize>>) -> Self {
        let tasks: Vec<Option<usize>> = tasks.collect();
        let ends: Vec<usize> = tasks.iter().map(|epochs| epochs.unwrap_or(0)).collect();
        let finished = tasks.iter().filter(|epochs| epochs.is_none()).count();
        Self { runs: tasks.len(), finished, failed: 0, left: ends.clone(), ends, trained: 0, start: Instant::now() }
    }

    /// A task goes on after this epoch.
    pub(crate) fn resumed(&mut self, task: usize, epochs: usize, after: usize) {
        self.ends[task] = epochs;
        self.left[task] = epochs.saturating_sub(after);
    }

    /// A task has trained this epoch, counted from 1.
    pub(crate) fn trained(&mut self, task: usize, epoch: usize) {
        let left = self.ends[task].saturating_sub(epoch);
        self.trained = self.trained.saturating_add(self.left[task].saturating_sub(left));
        self.left[task] = left;
    }

    /// A task has its result.
    pub(crate) fn finished(&mut self, task: usize) {
        self.finished += 1;
        self.left[task] = 0;
    }

    /// A task that had its result has it no more.
    pub(crate) fn lost(&mut self, task: usize, epochs: usize) {
        self.finished = self.finished.saturating_sub(1);
        self.resumed(task, epochs, 0);
    }

    /// A task will have none.
    pub(crate) fn failed(&mut self, task: usize) {
        self.failed += 1;
        self.left[task] = 0;
    }

    /// Epochs trained, and trained or to be trained.
    pub(crate) fn epochs(&self) -> (u64, u64) {
        let left = self.left.iter().fold(0, |sum: usize, left| sum.saturating_add(*left));
        (self.trained as u64, self.trained.saturating_add(left) as u64)
    }
}

/// `3/10 runs, 1 failed, about 2 min 05 s left`.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} runs", self.finished, self.runs)?;
        if self.failed > 0 {
            write!(f, ", {} failed", self.failed)?;
        }
        let (trained, all) = self.epochs();
        if trained > 0 && all > trained {
            let left = self.start.elapsed().as_secs_f64() * (all - trained) as f64 / trained as f64;
            // Where it is more than can be said, it is not said.
            if let Ok(left) = Duration::try_from_secs_f64(left) {
                write!(f, ", about {} left", duration::text(left))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resumed_and_early_stopped_epochs_are_not_waited_for() {
        let mut tally = Tally::new([Some(10), Some(10), None].into_iter());
        assert_eq!(tally.epochs(), (0, 20));
        tally.resumed(0, 10, 6);
        tally.trained(0, 7);
        assert_eq!(tally.epochs(), (1, 14));
        tally.finished(0);
        assert_eq!(tally.epochs(), (1, 11));
        tally.trained(1, 1);
        tally.trained(1, 2);
        tally.failed(1);
        assert_eq!(tally.epochs(), (3, 3));
        assert_eq!(tally.to_string(), "2/3 runs, 1 failed");
    }
}
