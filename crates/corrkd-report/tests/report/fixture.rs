//! A sweep whose runs answer what is chosen here.

use crate::finished::{finished, parquet, rewrite, student};
use corrkd_config::{Presence, Task};
use corrkd_record::{Answer, Prediction, RunId, RunResult, RunSpec, Runs, Sweep, SweepRun};
use corrkd_report::write;
use polars::prelude::*;
use std::fs;

/// 20 positive labels, 20 negative, 5 zero.
pub(crate) fn labels() -> Vec<f32> {
    [vec![1.0; 20], vec![-0.5; 20], vec![0.0; 5]].concat()
}

/// Which samples a run calls wrongly: by seed, condition (0 to 6) and sample.
pub(crate) type Wrong = fn(u64, usize, usize) -> bool;

/// Every answer is right.
pub(crate) const RIGHT: Wrong = |_, _, _| false;
/// Every answer is wrong.
pub(crate) const WRONG: Wrong = |_, _, _| true;
/// A tenth of the answers is wrong, which ones depends on seed and condition.
pub(crate) const TENTH: Wrong = |seed, condition, i| (7 * i + 3 * seed as usize + condition).is_multiple_of(10);

/// A sweep of rows over seeds, with its runs on disk.
pub(crate) struct Fixture {
    _root: tempfile::TempDir,
    pub(crate) runs: Runs,
    pub(crate) sweep: Sweep,
}

impl Fixture {
    /// The first row is the reference.
    pub(crate) fn new(rows: &[(&str, Wrong)], seeds: u64) -> Self {
        let root = tempfile::tempdir().unwrap();
        let runs = Runs::open(root.path()).unwrap();
        let names: Vec<String> = rows.iter().map(|(name, _)| (*name).to_owned()).collect();
        let each = (1..=seeds).flat_map(|seed| (0..rows.len()).map(move |row| (seed, row)));
        let list = each.map(|(seed, row)| run(&runs, rows[row].0, row, seed, rows[row].1)).collect();
        let sweep = Sweep {
            name: "made-up".to_owned(),
            title: "Does it matter?".to_owned(),
            dataset: "synthetic".to_owned(),
            reference: names[0].clone(),
            paper: None,
            folds: None,
            rows: names,
            seeds: (1..=seeds).collect(),
            runs: list,
            search: Vec::new(),
        };
        Self { _root: root, runs, sweep }
    }

    pub(crate) fn terminal(&self) -> String {
        write(&self.runs, &self.sweep).unwrap().terminal
    }

    pub(crate) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.runs.report("made-up").join(name)).unwrap()
    }

    /// The warnings on the terminal, each on one line.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.list("Warnings")
    }

    /// What is said of runs without a result.
    pub(crate) fn without_a_result(&self) -> Vec<String> {
        self.list("Without a result")
    }

    fn list(&self, heading: &str) -> Vec<String> {
        let terminal = self.terminal();
        let list = terminal.split(&format!("\n{heading}:\n")).nth(1).unwrap_or_default().replace("\n  ", " ");
        let lines = list.lines().map_while(|line| line.strip_prefix("- "));
        lines.map(str::to_owned).collect()
    }

    /// Changes the results of a row's runs of some seeds.
    pub(crate) fn change(&self, row: &str, seeds: &[u64], change: fn(&mut RunResult)) {
        for run in self.sweep.runs.iter().filter(|r| r.row.as_deref() == Some(row) && seeds.contains(&r.seed)) {
            let dir = self.runs.run(&run.id);
            let mut result = dir.result().unwrap().unwrap();
            change(&mut result);
            dir.write_result(&result).unwrap();
        }
    }

    /// Changes what all runs are, which gives them other names.
    pub(crate) fn become_others(&mut self, change: fn(&mut RunSpec)) {
        let ids: Vec<RunId> = self.sweep.runs.iter().map(|run| run.id.clone()).collect();
        ids.iter().for_each(|id| self.become_other(id, change));
    }

    /// Changes what a run is, which gives it another name.
    pub(crate) fn become_other(&mut self, id: &RunId, change: fn(&mut RunSpec)) {
        let (old, mut result) = (self.runs.run(id), self.runs.run(id).result().unwrap().unwrap());
        change(&mut result.spec);
        result.id = result.spec.id();
        let dir = self.runs.run(&result.id);
        dir.prepare(&result.spec).unwrap();
        fs::copy(old.predictions_path(), dir.predictions_path()).unwrap();
        fs::copy(old.events_path(), dir.events_path()).unwrap();
        dir.write_result(&result).unwrap();
        self.sweep.runs.iter_mut().filter(|run| run.id == *id).for_each(|run| run.id = result.id.clone());
    }

    /// Changes the predictions of a row's runs.
    pub(crate) fn predict(&self, row: &str, change: impl Fn(&mut Vec<Prediction>)) {
        for run in self.sweep.runs.iter().filter(|r| r.row.as_deref() == Some(row)) {
            rewrite(&self.runs, &run.id, &change);
        }
    }

    /// A column of `comparison.parquet`, as numbers, for a row and condition.
    pub(crate) fn compared(&self, row: &str, condition: &str, column: &str) -> f64 {
        self.number("comparison.parquet", &[("row", row), ("condition", condition)], column)
    }

    pub(crate) fn number(&self, file: &str, keys: &[(&str, &str)], column: &str) -> f64 {
        let path = self.runs.report("made-up").join(file);
        let frame = parquet(&path);
        let found = keys.iter().fold(frame.lazy(), |frame, (key, value)| frame.filter(col(*key).eq(lit(*value))));
        let found = found.select([col(column).cast(DataType::Float64)]).collect().unwrap();
        assert_eq!(found.height(), 1, "{file} {keys:?}");
        found.column(column).unwrap().f64().unwrap().get(0).unwrap()
    }
}

/// A finished run, judged under all seven sets of modalities.
fn run(runs: &Runs, row: &str, index: usize, seed: u64, wrong: Wrong) -> SweepRun {
    let labels = labels();
    let mut predictions = Vec::new();
    for (condition, presence) in Presence::ALL.into_iter().enumerate() {
        let called: Vec<bool> =
            labels.iter().enumerate().map(|(i, &label)| (label > 0.0) != wrong(seed, condition, i)).collect();
        // In another order for each seed: samples go by their names.
        let samples = (0..labels.len()).map(|i| (i + seed as usize) % labels.len());
        predictions.extend(samples.map(|i| Prediction {
            condition: presence.to_string(),
            id: format!("sample-{i}"),
            label: labels[i],
            category: usize::from(labels[i] >= 0.0),
            answer: said(called[i]),
        }));
    }
    finished(runs, Some(row), student(Task::Binary, 1.0 + index as f64), seed, 49, &predictions)
}

/// That a sample is positive, or not.
pub(crate) fn said(positive: bool) -> Answer {
    Answer::Categories { probabilities: if positive { vec![0.3, 0.7] } else { vec![0.5, 0.5] }, score: None }
}
