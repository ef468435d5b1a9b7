//! Missingness beyond the paper: the scores under every further condition that the runs were judged under, and what each
//! takes from a network that sees everything. The gaps of a map are on its picture instead.

use crate::evidence::{Evidence, Finished};
use crate::measure::{Measure, shown};
use crate::standing::mark_best;
use crate::summary::Estimate;
use crate::table::{Cell, Table};
use corrkd_config::{Condition, Mechanism, Presence};
use corrkd_record::{RunId, Sweep};

/// For each measure a line for each condition and a column for each row, then the losses; none where there is no further
/// condition.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence, measures: &[Measure]) -> Option<Table> {
    let conditions = further(evidence);
    let rows: Vec<&str> = evidence.rows(sweep).collect();
    let complete = Presence::COMPLETE.to_string();
    let complete = evidence.called(&complete);
    let line = |label: String, cell: &dyn Fn(&str) -> Cell| {
        [Cell::words(label)].into_iter().chain(rows.iter().map(|row| cell(row))).collect::<Vec<_>>()
    };
    let scores = |measure: &Measure, condition: Condition| {
        let name = if condition == Condition::COMPLETE { complete.to_owned() } else { condition.to_string() };
        let mut line = line(measure.label(&name), &|row| {
            let score = |run: &Finished| measure.of(run, evidence, condition);
            of_runs(evidence, row, &score, |estimate| measure.cell(estimate))
        });
        mark_best(&mut line[1..=sweep.rows.len()], measure.low_is_good);
        line
    };
    let losses = |measure: &Measure, condition: Condition| {
        line(measure.label(&format!("{condition} vs {complete}")), &|row| {
            let loss = |run: &Finished| {
                Some(measure.of(run, evidence, condition)? - measure.of(run, evidence, Condition::COMPLETE)?)
            };
            of_runs(evidence, row, &loss, |estimate| measure.difference(estimate))
        })
    };
    let groups = measures.iter().flat_map(|measure| {
        let judged = [Condition::COMPLETE].into_iter().chain(conditions.iter().copied());
        let scores = judged.map(|condition| scores(measure, condition)).collect();
        [scores, conditions.iter().map(|&condition| losses(measure, condition)).collect::<Vec<_>>()]
    });
    let counts = vec![line("n".to_owned(), &|row| Cell::words(evidence.count_of_planned(row)))];
    (!conditions.is_empty()).then(|| Table {
        name: "beyond",
        caption: format!("Missingness beyond the paper: {}", shown(measures)),
        header: [""].into_iter().chain(rows.iter().copied()).map(str::to_owned).collect(),
        groups: [counts].into_iter().chain(groups).collect(),
        notes: notes(&conditions, complete),
    })
}

/// A number for each seed of a row that has one: their mean and spread.
fn of_runs(
    evidence: &Evidence,
    row: &str,
    number: &dyn Fn(&Finished) -> Option<f64>,
    cell: impl Fn(Option<Estimate>) -> Cell,
) -> Cell {
    let (runs, numbers): (Vec<&[RunId]>, Vec<f64>) =
        evidence.runs(row).filter_map(|run| Some((&*run.runs, number(run)?))).unzip();
    cell(Estimate::of(&numbers)).of(&runs.concat())
}

/// The conditions that are neither sets of modalities nor on the paper's curve nor on a map of gaps, in the order they were
/// judged in.
fn further(evidence: &Evidence) -> Vec<Condition> {
    let mapped = evidence.mapped();
    let mut conditions: Vec<Condition> = Vec::new();
    for condition in evidence.conditions() {
        let damaged = condition.damage.iter().any(|(_, damage)| damage.is_some());
        let shown = condition.curve_ratio().is_some() || mapped.contains(&condition);
        if damaged && !shown && !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    conditions
}

fn notes(conditions: &[Condition], complete: &str) -> Vec<String> {
    let met = |mechanism: &Mechanism| {
        let of = |condition: &Condition| {
            condition.damage.iter().any(|(_, damage)| damage.is_some_and(|damage| damage.mechanism == *mechanism))
        };
        conditions.iter().any(of)
    };
    let told: Vec<&str> = Mechanism::ALL.into_iter().filter(met).map(told).collect();
    vec![
        format!(
            "A condition is written SET@MECHANISM-STREAMS:RATIO: the modalities that are there, what happens to their \
             frames, to those of which modalities where not of all, and how much; + between what happens to different \
             modalities. \"vs {complete}\": what it changes for the same runs, in percentage points, or in the measure's unit."
        ),
        format!("Mechanisms: {}.", told.join("; ")),
    ]
}

/// What a mechanism does at ratio p.
const fn told(mechanism: Mechanism) -> &'static str {
    match mechanism {
        Mechanism::Frames => "frames, each frame is missing with probability p, whatever the others are",
        Mechanism::Bursts => "bursts, blocks of consecutive frames are missing, each with probability p",
        Mechanism::Tail => "tail, the last share p of the frames is missing",
        Mechanism::Gap => {
            "gap, the share p of the frames is missing at one place, drawn for each sample or given behind the ratio, from 0, \
             the start, to 1, the end"
        }
        Mechanism::Delay => {
            "delay, the stream comes late by the share p of its frames, and what would come after the end is lost"
        }
        Mechanism::Noise => "noise, the share p of each feature's variance is noise, and no frame is missing",
        Mechanism::Mean => {
            "mean, frames as by frames, but the training split's mean stands in for each that is missing"
        }
        Mechanism::Words => {
            "words, recognition errors: each word is wrong with probability p, two of three wrong ones being another word and \
             one missing"
        }
        Mechanism::Label => "label, frames are missing with a probability that falls as the label rises, p on average",
        Mechanism::Energy => {
            "energy, frames are missing with a probability that falls as their energy rises, p on average"
        }
    }
}
