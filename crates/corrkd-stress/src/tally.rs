//! What a campaign tried, and what did not hold.

use corrkd_system::err;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

/// Failures that are written out; the others are counted.
const SHOWN: usize = 40;

/// Counts of one campaign.
pub(crate) struct Tally {
    name: &'static str,
    held: &'static str,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    /// By what was tried.
    tried: BTreeMap<String, u64>,
    skipped: BTreeMap<String, u64>,
    failures: Vec<String>,
    notes: Vec<String>,
}

impl Tally {
    pub(crate) fn new(name: &'static str, held: &'static str) -> Self {
        Self { name, held, counts: Mutex::default() }
    }

    /// Counts so many trials of a kind.
    pub(crate) fn tried(&self, kind: &str, count: u64) {
        *self.counts().tried.entry(kind.to_owned()).or_default() += count;
    }

    /// Counts something that cannot be tried here, and says so.
    pub(crate) fn skipped(&self, why: &str) {
        let first = {
            let mut counts = self.counts();
            let times = counts.skipped.entry(why.to_owned()).or_default();
            *times += 1;
            *times == 1
        };
        if first {
            err(format_args!("  skipped: {why}"));
        }
    }

    /// Keeps how something was tried, for the table's foot.
    pub(crate) fn note(&self, note: String) {
        self.counts().notes.push(note);
    }

    /// Keeps a failure, and says it.
    pub(crate) fn failed(&self, failure: String) {
        let mut counts = self.counts();
        if counts.failures.len() < SHOWN {
            err(format_args!("  FAIL {failure}"));
        }
        counts.failures.push(failure);
    }

    pub(crate) fn failures(&self) -> usize {
        self.counts().failures.len()
    }

    /// The counts in a line.
    pub(crate) fn summary(&self) -> String {
        let counts = self.counts();
        format!(
            "{} tried, {} skipped, {} failures",
            counts.tried.values().sum::<u64>(),
            counts.skipped.values().sum::<u64>(),
            counts.failures.len()
        )
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, Counts> {
        // Counts are as good after a panic as before.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All campaigns, a line each; below, what was tried of each kind, what was skipped, and every failure.
pub(crate) fn table(tallies: &[Tally]) -> String {
    let mut text = format!("\n{:<13} {:>9} {:>8} {:>8}  what was held\n", "campaign", "tried", "skipped", "failures");
    for tally in tallies {
        let counts = tally.counts();
        let (tried, skipped) = (counts.tried.values().sum::<u64>(), counts.skipped.values().sum::<u64>());
        let failures = counts.failures.len();
        let _ = writeln!(text, "{:<13} {tried:>9} {skipped:>8} {failures:>8}  {}", tally.name, tally.held);
    }
    for tally in tallies {
        let counts = tally.counts();
        let kinds = |map: &BTreeMap<String, u64>| {
            map.iter().map(|(kind, count)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ")
        };
        let _ = writeln!(text, "\n{}: {}", tally.name, kinds(&counts.tried));
        counts.notes.iter().for_each(|note| _ = writeln!(text, "  {note}"));
        if !counts.skipped.is_empty() {
            let _ = writeln!(text, "  skipped: {}", kinds(&counts.skipped));
        }
        counts.failures.iter().take(SHOWN).for_each(|failure| _ = writeln!(text, "  FAIL {failure}"));
        if let Some(more) = counts.failures.len().checked_sub(SHOWN).filter(|&more| more > 0) {
            let _ = writeln!(text, "  and {more} more");
        }
    }
    text
}
