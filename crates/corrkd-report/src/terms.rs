//! What the terms of the losses are made of, at each run's best epoch: for a term that does nothing its total does not show it.

use crate::evidence::{Evidence, Trained};
use crate::summary::Estimate;
use crate::table::{Cell, Table};
use corrkd_record::{Event, RunId, Sweep};
use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::LN_2;

/// The part that is a share of pairs, whatever its term.
const SHARE: &str = ".within";
/// The term whose parts are bounds on mutual information, and what they are where networks see nothing in common.
const BOUNDS: (&str, f64) = ("rcd.", -2.0 * LN_2);

/// For each row a line, for each part a column: means over the seeds; none where no run tells parts.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence) -> Option<Table> {
    let told: Vec<(&Trained, &BTreeMap<String, f64>)> =
        evidence.trained.iter().filter_map(|run| Some((run, best(run)?))).collect();
    let parts: BTreeSet<&str> = told.iter().flat_map(|(_, parts)| parts.keys()).map(String::as_str).collect();
    let line = |row: &str| {
        let of_row: Vec<&(&Trained, &BTreeMap<String, f64>)> = told.iter().filter(|(run, _)| run.row == row).collect();
        let cell = |part: &&str| {
            let (runs, values): (Vec<RunId>, Vec<f64>) =
                of_row.iter().filter_map(|(run, parts)| Some((run.result.id.clone(), *parts.get(*part)?))).unzip();
            let (factor, decimals) = if part.ends_with(SHARE) { (100.0, 1) } else { (1.0, 3) };
            Cell::scaled(Estimate::of(&values), factor, decimals).of(&runs)
        };
        let label = [Cell::words(row), Cell::words(evidence.count_of_planned(row))];
        (!of_row.is_empty()).then(|| label.into_iter().chain(parts.iter().map(cell)).collect::<Vec<_>>())
    };
    let rows: Vec<Vec<Cell>> = evidence.rows(sweep).filter_map(line).collect();
    let (term, blind) = BOUNDS;
    let bounds = parts.iter().any(|part| part.starts_with(term));
    let of_blind = |part: &&str| if part.starts_with(term) { Cell::plain(blind, 3) } else { Cell::default() };
    let label = [Cell::words("blind"), Cell::default()];
    let blind = bounds.then(|| vec![label.into_iter().chain(parts.iter().map(of_blind)).collect::<Vec<_>>()]);
    let names = parts.iter().map(|part| if part.ends_with(SHARE) { format!("{part} (%)") } else { (*part).to_owned() });
    (!parts.is_empty()).then(|| Table {
        name: "terms",
        caption: "Parts of the losses at the best epoch".to_owned(),
        header: ["", "n"].map(str::to_owned).into_iter().chain(names).collect(),
        groups: [rows].into_iter().chain(blind).collect(),
        notes: vec![notes(bounds, parts.iter().any(|part| part.ends_with(SHARE)))],
    })
}

/// What a run's best epoch says.
fn best(run: &Trained) -> Option<&BTreeMap<String, f64>> {
    let of = |event| match event {
        &Event::Epoch { epoch, ref parts, .. }
            if run.result.training.as_ref().is_some_and(|training| training.best_epoch == epoch) =>
        {
            Some(parts)
        }
        _ => None,
    };
    run.history.iter().find_map(of).filter(|parts| !parts.is_empty())
}

fn notes(bounds: bool, shares: bool) -> String {
    let mut note =
        "Means over the steps of each run's best epoch, then over the runs; a part is written TERM.PART.".to_owned();
    if shares {
        note += " within: the share of pairs that lie within the margin; at 0 nothing is pushed apart.";
    }
    if bounds {
        note += " blind: the bound on mutual information, -2 ln 2, of a network that tells no pair from another.";
    }
    note
}
