//! Which runs there are, what each left behind, and from which of them a number comes.

use crate::evidence::Evidence;
use corrkd_record::{RunId, RunResult, Runs, Sweep, Trained};
use serde::Serialize;

/// The files of a run that a reader may want to see, each with what it is called on the page.
const FILES: [(&str, &str); 5] = [
    ("events.jsonl", "events"),
    ("result.json", "result"),
    ("predictions.csv", "predictions"),
    ("spec.json", "specification"),
    ("log.txt", "log"),
];

/// What [`Entry`]'s figures are.
pub(super) const FIGURES: [&str; 5] = ["seed", "epochs", "best epoch", "validation loss", "seconds"];

/// A run.
#[derive(Clone, Serialize)]
pub(super) struct Entry<'a> {
    id: &'a str,
    /// Its rows; rows with the same settings share their runs.
    rows: String,
    seed: u64,
    figures: [Figure; FIGURES.len()],
    /// Why it has no result.
    failure: Option<&'a str>,
    /// Those of [`FILES`] that there are.
    files: Vec<(&'static str, &'static str)>,
}

/// A number that a run came to, and how it is written; none and no text where it has no result.
#[derive(Clone, Serialize)]
struct Figure {
    value: Option<f64>,
    text: String,
}

/// The runs behind a number, under a name that is an anchor on the page.
#[derive(Serialize)]
pub(super) struct Origin<'a> {
    name: String,
    runs: Vec<Entry<'a>>,
}

/// All runs of a sweep, and the sets of them that numbers come from.
pub(super) struct Ledger<'a> {
    entries: Vec<Entry<'a>>,
    origins: Vec<Vec<RunId>>,
}

impl<'a> Ledger<'a> {
    /// The runs, in the sweep's order.
    pub(super) fn of(runs: &Runs, sweep: &'a Sweep, evidence: &'a Evidence) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        for run in &sweep.runs {
            let row = run.listed_as();
            if let Some(known) = entries.iter_mut().find(|entry| entry.id == run.id.as_str()) {
                known.rows += &format!(", {row}");
                continue;
            }
            let dir = runs.run(&run.id);
            let result = evidence.trained.iter().find(|of| of.result.id == run.id).map(|of| &of.result);
            entries.push(Entry {
                id: run.id.as_str(),
                rows: row.to_owned(),
                seed: run.seed,
                figures: figures(run.seed, result),
                failure: evidence.failed.iter().find(|failed| failed.id == run.id).map(|run| run.message.as_str()),
                files: FILES.into_iter().filter(|(file, _)| dir.path().join(file).exists()).collect(),
            });
        }
        Self { entries, origins: Vec::new() }
    }

    /// The name for a set of runs; none for no run.
    pub(super) fn origin(&mut self, runs: &[RunId]) -> Option<String> {
        if runs.is_empty() {
            return None;
        }
        let place = self.origins.iter().position(|known| known == runs).unwrap_or_else(|| {
            self.origins.push(runs.to_vec());
            self.origins.len() - 1
        });
        Some(format!("origin-{place}"))
    }

    /// The runs, and the sets that names were given for.
    pub(super) fn close(self) -> (Vec<Entry<'a>>, Vec<Origin<'a>>) {
        let of = |runs: &Vec<RunId>| {
            runs.iter().filter_map(|id| self.entries.iter().find(|entry| entry.id == id.as_str()).cloned()).collect()
        };
        let named = |(place, runs)| Origin { name: format!("origin-{place}"), runs: of(runs) };
        let origins = self.origins.iter().enumerate().map(named).collect();
        (self.entries, origins)
    }
}

/// The [`FIGURES`] of a run; of one without a result only the seed.
fn figures(seed: u64, result: Option<&RunResult>) -> [Figure; FIGURES.len()] {
    let figure = |decimals: usize, number: fn(&Trained) -> f64| {
        let value = result.and_then(|result| result.training.as_ref()).map(number);
        Figure { value, text: value.map_or_else(String::new, |value| format!("{value:.decimals$}")) }
    };
    [
        Figure { value: Some(seed as f64), text: seed.to_string() },
        figure(0, |training| training.epochs as f64),
        figure(0, |training| training.best_epoch as f64),
        figure(4, |training| training.validation.loss),
        figure(1, |training| training.seconds),
    ]
}
