//! The records of a sweep: what its finished runs scored, and why the others did not.

use crate::ReportError;
use crate::answers::{Answers, Sample, same};
use crate::target::{Target, targets};
use corrkd_config::{Condition, Task};
use corrkd_record::{RecordError, RunId, RunResult, Runs, Sweep, SweepRun};

/// A finished run.
pub(crate) struct Finished {
    /// Its row, or its stage on the way to one.
    pub(crate) row: String,
    /// What it left behind; the seed is in its specification.
    pub(crate) result: RunResult,
    /// What it answers to the test split, and what that scores.
    pub(crate) answers: Answers,
}

impl Finished {
    /// Its weighted F1 of a target under a condition; none where it was not judged under it.
    pub(crate) fn f1(&self, condition: Condition, target: &Target) -> Option<f64> {
        let answered = self.answers.under.iter().find(|answered| answered.condition == condition)?;
        answered.scores.f1_targets.get(target.index).copied()
    }
}

/// A run without a result.
pub(crate) struct Failed {
    /// Its row, or its stage on the way to one.
    pub(crate) row: String,
    /// Its seed.
    pub(crate) seed: u64,
    /// Its name.
    pub(crate) id: RunId,
    /// Why.
    pub(crate) message: String,
}

/// All that a report is made of.
pub(crate) struct Evidence {
    /// The runs with a result, in the sweep's order.
    pub(crate) finished: Vec<Finished>,
    /// The runs without, in the sweep's order.
    pub(crate) failed: Vec<Failed>,
    /// The questions that weighted F1 is reported of, at least one: sentiment's where no run is finished.
    pub(crate) targets: Vec<Target>,
    /// What all runs predict, where any is finished.
    pub(crate) task: Option<Task>,
    /// The test split's true labels in the order of the samples' names, N, where any run is finished.
    pub(crate) labels: Vec<f32>,
}

impl Evidence {
    /// Reads the records.
    pub(crate) fn gather(runs: &Runs, sweep: &Sweep) -> Result<Self, ReportError> {
        let mut evidence =
            Self { finished: Vec::new(), failed: Vec::new(), targets: Vec::new(), task: None, labels: Vec::new() };
        let mut first: Option<(RunId, Task, Vec<Sample>)> = None;
        for run in &sweep.runs {
            let row = row_of(run).to_owned();
            let mut failed = |message| {
                evidence.failed.push(Failed { row: row.clone(), seed: run.seed, id: run.id.clone(), message })
            };
            if let Some(message) = &run.failure {
                failed(message.clone());
                continue;
            }
            let dir = runs.run(&run.id);
            let Some(result) = dir.result()? else {
                failed("it has left no result".to_owned());
                continue;
            };
            let task = result.spec.job.task;
            let answers = Answers::read(&dir, &result)?;
            let (id, asked, known) = first.get_or_insert_with(|| (run.id.clone(), task, answers.samples.clone()));
            if !same(known, &answers.samples) || asked.targets() != task.targets() {
                let reason = format!("its test samples, or what it says of them, are not those of {id}");
                return Err(RecordError::Damaged { path: dir.predictions_path(), reason }.into());
            }
            evidence.finished.push(Finished { row, result, answers });
        }
        if let Some((_, task, samples)) = first {
            evidence.labels = samples.into_iter().map(|(_, label)| label).collect();
            evidence.task = Some(task);
        }
        evidence.targets = targets(evidence.task.unwrap_or_default(), &evidence.labels);
        Ok(evidence)
    }

    /// The finished runs of a row, in the sweep's order.
    pub(crate) fn runs<'a>(&'a self, row: &str) -> impl Iterator<Item = &'a Finished> + Clone {
        self.finished.iter().filter(move |run| run.row == row)
    }

    /// The finished runs of a row beside those of another with the same seeds, in the order of these.
    pub(crate) fn pairs<'a>(&'a self, sweep: &Sweep, row: &str, other: &str) -> Vec<(&'a Finished, &'a Finished)> {
        let run = |row: &str, seed: u64| self.runs(row).find(|run| run.result.spec.seed == seed);
        sweep.seeds.iter().filter_map(|&seed| Some((run(row, seed)?, run(other, seed)?))).collect()
    }

    /// The names of the runs that a row's differences from the reference row come from.
    pub(crate) fn paired(&self, sweep: &Sweep, row: &str) -> Vec<RunId> {
        let pairs = self.pairs(sweep, row, &sweep.reference);
        pairs.into_iter().flat_map(|(a, b)| [a.result.id.clone(), b.result.id.clone()]).collect()
    }

    /// How many runs of a row are finished.
    pub(crate) fn count(&self, row: &str) -> usize {
        self.runs(row).count()
    }

    /// `5`, or `4/5` where one of five runs of a row has no result.
    pub(crate) fn count_of_planned(&self, row: &str) -> String {
        let count = self.count(row);
        match self.failed.iter().filter(|run| run.row == row).count() {
            0 => count.to_string(),
            failed => format!("{count}/{}", count + failed),
        }
    }

    /// The rows that have runs: the sweep's, then the stages on the way to them.
    pub(crate) fn rows<'a>(&self, sweep: &'a Sweep) -> impl Iterator<Item = &'a str> {
        sweep.rows.iter().map(String::as_str).chain(stages(sweep))
    }

    /// The conditions that runs were judged under, run by run, in the order in which each was.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = Condition> {
        self.finished.iter().flat_map(|run| &run.answers.under).map(|answered| answered.condition)
    }

    /// The frame-drop ratios that any run was judged at with all modalities, rising.
    pub(crate) fn ratios(&self) -> Vec<f64> {
        let mut ratios: Vec<f64> = self.conditions().filter_map(|condition| condition.curve_ratio()).collect();
        ratios.sort_by(f64::total_cmp);
        ratios.dedup();
        ratios
    }
}

/// What a run is listed as: its row, or its stage on the way to one.
pub(crate) fn row_of(run: &SweepRun) -> &str {
    run.row.as_deref().unwrap_or(&run.stage)
}

/// The stages on the way to the sweep's rows, in the order of their runs.
pub(crate) fn stages(sweep: &Sweep) -> Vec<&str> {
    let mut stages: Vec<&str> = Vec::new();
    for run in sweep.runs.iter().filter(|run| run.row.is_none()) {
        if !stages.contains(&run.stage.as_str()) {
            stages.push(&run.stage);
        }
    }
    stages
}
