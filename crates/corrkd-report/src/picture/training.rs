//! Training, epoch by epoch: each named term of the loss, their total and the validation loss, each in a panel of its own;
//! means over the seeds with bands of ± one standard deviation.

use super::Picture;
use super::canvas::{WIDTH, Words, picture};
use super::legend::{self, Legend};
use super::lines::{Line, Plot, Spot};
use super::mark::Mark;
use super::text::{From, NORMAL, put};
use crate::ReportError;
use crate::evidence::Evidence;
use corrkd_metrics::{mean, standard_deviation};
use corrkd_record::Event;
use plotters::prelude::BLACK;
use std::collections::{BTreeMap, BTreeSet};

const COLUMNS: usize = 3;
const PANEL: [i32; 2] = [WIDTH / COLUMNS as i32, 270];
const HEAD: i32 = 24;
/// The terms come by name but for these, which come last.
const LAST: [&str; 2] = ["total", VALIDATION];
const VALIDATION: &str = "validation loss";

/// A run's epochs: each term's value, by epoch from 1.
struct Trained {
    best_epoch: usize,
    epochs: BTreeMap<usize, BTreeMap<String, f64>>,
}

/// The curves; none where no run has left two epochs.
pub(super) fn draw(evidence: &Evidence, marks: &[(&str, Mark)]) -> Result<Option<Picture>, ReportError> {
    let mut rows: Vec<(&str, Mark, Vec<Trained>)> = Vec::new();
    for &(row, mark) in marks {
        let of_row = evidence.trained.iter().filter(|run| run.row == row);
        let trained: Vec<Trained> = of_row
            .map(|run| Trained {
                best_epoch: run.result.training.as_ref().map_or(0, |training| training.best_epoch),
                epochs: epochs(&run.history),
            })
            .collect();
        if trained.iter().any(|run| run.epochs.len() > 1) {
            rows.push((row, mark, trained));
        }
    }
    if rows.is_empty() {
        return Ok(None);
    }
    let terms = terms(&rows);
    let longest = rows.iter().flat_map(|(.., runs)| runs).map(|run| run.epochs.len()).max().unwrap_or(0);
    let words = Words {
        name: "training".to_owned(),
        title: "Terms of the loss and validation loss by epoch: means over the seeds, with bands of ± one standard \
                deviation; a marker shows the best epoch"
            .to_owned(),
        description: told(&rows),
    };
    let entries: Vec<(Mark, &str)> = rows.iter().map(|(row, mark, _)| (*mark, *row)).collect();
    let legend = Legend::new(&entries, WIDTH);
    let height = terms.len().div_ceil(COLUMNS) as i32 * PANEL[1];
    picture(words, [WIDTH, height + legend.height()], |area| {
        for (place, term) in terms.iter().enumerate() {
            let (left, top) = (PANEL[0] * (place % COLUMNS) as i32, PANEL[1] * (place / COLUMNS) as i32);
            put(area, term, NORMAL, &BLACK, From::Middle, (left + PANEL[0] / 2 + 20, top + HEAD / 2 + 4))?;
            let plot = Plot {
                x: "epoch",
                y: "",
                ticks: [longest.min(6), 6],
                decimals: 0,
                lines: rows.iter().filter_map(|(_, mark, trained)| line(trained, *mark, term)).collect(),
            };
            plot.draw(area, [left, top + HEAD, PANEL[0], PANEL[1] - HEAD])?;
        }
        legend.draw(area, height, |mark, at| legend::line(area, mark, at))
    })
    .map(Some)
}

fn epochs(events: &[Event]) -> BTreeMap<usize, BTreeMap<String, f64>> {
    let epoch = |event: &Event| match event {
        Event::Epoch { epoch, losses, validation, .. } => {
            let validation = (VALIDATION.to_owned(), validation.loss);
            Some((*epoch, losses.clone().into_iter().chain([validation]).collect()))
        }
        _ => None,
    };
    events.iter().filter_map(epoch).collect()
}

/// The terms that any run has, by name, then the sums.
fn terms(rows: &[(&str, Mark, Vec<Trained>)]) -> Vec<String> {
    let epochs = rows.iter().flat_map(|(.., trained)| trained).flat_map(|run| run.epochs.values());
    let names: BTreeSet<&String> = epochs.flat_map(BTreeMap::keys).collect();
    let (last, first): (Vec<String>, Vec<String>) =
        names.into_iter().cloned().partition(|name| LAST.contains(&&**name));
    first.into_iter().chain(last).collect()
}

/// A row's mean over the runs that came to an epoch, marked at its best one where it is the validation loss.
fn line(trained: &[Trained], mark: Mark, term: &str) -> Option<Line> {
    let best = median(trained.iter().map(|run| run.best_epoch).collect());
    let spot = |epoch: usize| {
        let values: Vec<f64> = trained.iter().filter_map(|run| run.epochs.get(&epoch)?.get(term).copied()).collect();
        let sd = standard_deviation(&values).unwrap_or(0.0);
        Some(Spot { x: epoch as f64, mean: mean(&values)?, sd, marked: term == VALIDATION && epoch == best })
    };
    let epochs: BTreeSet<usize> = trained.iter().flat_map(|run| run.epochs.keys().copied()).collect();
    let points: Vec<Spot> = epochs.into_iter().filter_map(spot).collect();
    (!points.is_empty()).then_some(Line { mark, points })
}

/// The middle one, the earlier of two.
fn median(mut epochs: Vec<usize>) -> usize {
    epochs.sort_unstable();
    epochs.get(epochs.len().saturating_sub(1) / 2).copied().unwrap_or(0)
}

fn told(rows: &[(&str, Mark, Vec<Trained>)]) -> String {
    let row = |(row, mark, trained): &(&str, Mark, Vec<Trained>)| {
        let line = line(trained, *mark, VALIDATION)?;
        let best = line.points.iter().find(|spot| spot.marked)?;
        let last = line.points.last()?;
        Some(format!(
            "{row}: validation loss {:.3} at its best epoch {} (median over the seeds), {:.3} after epoch {}",
            best.mean, best.x, last.mean, last.x
        ))
    };
    format!("{}.", rows.iter().filter_map(row).collect::<Vec<_>>().join("; "))
}
