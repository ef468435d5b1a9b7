//! Missingness beyond the paper: weighted F1 under every further condition that the runs were judged under, and what each
//! takes from a network that sees everything.

use crate::evidence::{Evidence, Finished};
use crate::standing::mark_best;
use crate::summary::Estimate;
use crate::table::{Cell, Table};
use crate::target::Target;
use corrkd_config::{Condition, Mechanism};
use corrkd_record::{RunId, Sweep};

/// For each target a line for each condition and a column for each row, then the losses; none where there is no further
/// condition.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence) -> Option<Table> {
    let conditions = further(evidence);
    let rows: Vec<&str> = evidence.rows(sweep).collect();
    let line = |label: String, cell: &dyn Fn(&str) -> Cell| {
        [Cell::words(label)].into_iter().chain(rows.iter().map(|row| cell(row))).collect::<Vec<_>>()
    };
    let scores = |target: &Target, condition: Condition| {
        let mut line = line(target.label(&condition.to_string()), &|row| {
            let f1 = |run: &Finished| run.f1(condition, target);
            of_runs(evidence, row, &f1, Cell::percent)
        });
        mark_best(&mut line[1..=sweep.rows.len()], false);
        line
    };
    let losses = |target: &Target, condition: Condition| {
        line(target.label(&format!("{condition} vs lav")), &|row| {
            let loss = |run: &Finished| Some(run.f1(condition, target)? - run.f1(Condition::COMPLETE, target)?);
            of_runs(evidence, row, &loss, Cell::points)
        })
    };
    let groups = evidence.targets.iter().flat_map(|target| {
        let complete = std::iter::once(Condition::COMPLETE);
        let scores = complete.chain(conditions.iter().copied()).map(|condition| scores(target, condition)).collect();
        [scores, conditions.iter().map(|&condition| losses(target, condition)).collect::<Vec<_>>()]
    });
    let counts = vec![line("n".to_owned(), &|row| Cell::words(evidence.count_of_planned(row)))];
    (!conditions.is_empty()).then(|| Table {
        name: "beyond",
        caption: "Missingness beyond the paper: weighted F1 (%)".to_owned(),
        header: [""].into_iter().chain(rows.iter().copied()).map(str::to_owned).collect(),
        groups: [counts].into_iter().chain(groups).collect(),
        notes: notes(&conditions),
    })
}

/// A number for each run of a row that has one: their mean and spread.
fn of_runs(
    evidence: &Evidence,
    row: &str,
    number: &dyn Fn(&Finished) -> Option<f64>,
    cell: fn(Option<Estimate>) -> Cell,
) -> Cell {
    let (runs, numbers): (Vec<RunId>, Vec<f64>) =
        evidence.runs(row).filter_map(|run| Some((run.result.id.clone(), number(run)?))).unzip();
    cell(Estimate::of(&numbers)).of(&runs)
}

/// The conditions that are neither sets of modalities nor on the paper's curve, in the order they were judged in.
fn further(evidence: &Evidence) -> Vec<Condition> {
    let mut conditions: Vec<Condition> = Vec::new();
    for condition in evidence.conditions() {
        if condition.damage.is_some() && condition.curve_ratio().is_none() && !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    conditions
}

fn notes(conditions: &[Condition]) -> Vec<String> {
    let met = |mechanism: &Mechanism| {
        conditions.iter().any(|condition| condition.damage.is_some_and(|damage| damage.mechanism == *mechanism))
    };
    let told: Vec<&str> = Mechanism::ALL.into_iter().filter(met).map(told).collect();
    vec![
        "A condition is written SET@MECHANISM-STREAMS:RATIO: the modalities that are there, what happens to their frames, \
         to those of which modalities where not of all, and how much. \"vs lav\": what it changes for the same runs, in \
         percentage points."
            .to_owned(),
        format!("Mechanisms: {}.", told.join("; ")),
    ]
}

/// What a mechanism does at ratio p.
const fn told(mechanism: Mechanism) -> &'static str {
    match mechanism {
        Mechanism::Frames => "frames, each frame is missing with probability p, whatever the others are",
        Mechanism::Bursts => "bursts, blocks of consecutive frames are missing, each with probability p",
        Mechanism::Tail => "tail, the last share p of the frames is missing",
        Mechanism::Delay => {
            "delay, the stream comes late by the share p of its frames, and what would come after the end is lost"
        }
        Mechanism::Noise => "noise, the share p of each feature's variance is noise, and no frame is missing",
        Mechanism::Label => "label, frames are missing with a probability that falls as the label rises, p on average",
        Mechanism::Energy => {
            "energy, frames are missing with a probability that falls as their energy rises, p on average"
        }
    }
}
