//! What a run cost, so that rows can be compared at equal compute.

use crate::evidence::Evidence;
use crate::summary::Estimate;
use crate::table::{Cell, Table};
use corrkd_record::{RunId, RunResult, Sweep, Trained};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of a MiB.
const MIB: f64 = 1024.0 * 1024.0;

/// A row for each of the sweep's, each stage on the way to them and each part of what answers: means over its runs.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence) -> Table {
    let by_id: BTreeMap<&RunId, &RunResult> =
        evidence.trained.iter().map(|run| (&run.result.id, &run.result)).collect();
    let line = |row: &str| {
        let runs = evidence.results(row).filter_map(|result| Some((result, result.training.as_ref()?)));
        let ids: Vec<RunId> = runs.clone().map(|(result, _)| result.id.clone()).collect();
        let mean = |number: &dyn Fn(&RunResult, &Trained) -> f64, decimals: usize| {
            let numbers: Vec<f64> = runs.clone().map(|(result, training)| number(result, training)).collect();
            let estimate = Estimate::of(&numbers);
            estimate.map_or_else(Cell::default, |estimate| Cell::plain(estimate.mean, decimals).of(&ids))
        };
        let most = runs.clone().filter_map(|(_, training)| training.memory).max();
        let memory = most.map_or_else(Cell::default, |bytes| Cell::plain(bytes as f64 / MIB, 0).of(&ids));
        vec![
            Cell::words(row),
            Cell::words(evidence.count_of_planned(row)),
            mean(&|_, training| training.parameters as f64, 0),
            mean(&|_, training| training.epochs as f64, 1),
            mean(&|_, training| training.best_epoch as f64, 1),
            mean(&|_, training| training.seconds, 1),
            mean(&|result, _| over_stages(&by_id, result), 1),
            memory,
        ]
    };
    Table {
        name: "cost",
        caption: "What a run cost, on average".to_owned(),
        header: ["", "n", "parameters", "epochs", "best epoch", "seconds", "in all", "MiB"].map(str::to_owned).to_vec(),
        groups: vec![evidence.trained_rows(sweep).map(line).collect()],
        notes: vec![
            "Parameters: trainable numbers, those that only a loss needs included. Seconds: wall clock of training and \
             validation, beside whatever else ran; in all: with the stages on the way. MiB: the most memory that one of the \
             runs' processes held, the data included."
                .to_owned(),
        ],
    }
}

/// The seconds of a run and of all that it needed, each once.
fn over_stages(by_id: &BTreeMap<&RunId, &RunResult>, result: &RunResult) -> f64 {
    let (mut met, mut rest) = (BTreeSet::new(), vec![&result.id]);
    let mut seconds = 0.0;
    while let Some(id) = rest.pop() {
        if let Some(run) = by_id.get(id).filter(|_| met.insert(id)) {
            seconds += run.training.as_ref().map_or(0.0, |training| training.seconds);
            rest.extend(&run.spec.needs);
        }
    }
    seconds
}
