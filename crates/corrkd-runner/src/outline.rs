//! The plan as a list to read: what `--dry-run` prints.

use crate::{
    memory::{self, Largest},
    tasks::short,
};
use corrkd_config::{Experiment, Plan, PlannedRun};
use std::fmt;

/// A plan with the experiment it answers.
pub(crate) struct Outline<'a> {
    pub(crate) experiment: &'a Experiment,
    pub(crate) plan: &'a Plan,
    /// The run that takes the most memory.
    pub(crate) largest: Option<&'a Largest>,
}

impl Outline<'_> {
    /// `teacher 2, student 8`: how often each stage is run, in the order in which they come.
    fn stages(&self) -> String {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        // Each seed and fold has the same.
        let parts = self.plan.runs.len() / self.plan.part.max(1);
        for run in &self.plan.runs[..self.plan.part] {
            let stage = run.job.stage.as_str();
            match counts.iter_mut().find(|(known, _)| *known == stage) {
                Some((_, count)) => *count += parts,
                None => counts.push((stage, parts)),
            }
        }
        counts.iter().map(|(stage, count)| format!("{stage} {count}")).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Outline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { experiment, plan, largest } = self;
        writeln!(f, "{}", experiment.title)?;
        writeln!(f, "dataset {}, reference row {}\n", experiment.dataset, experiment.reference)?;
        let name = |run: &PlannedRun| run.row.clone().unwrap_or("-".to_owned());
        let longest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
        let part = &plan.runs[..plan.part];
        let stages = longest(&mut part.iter().map(|run| run.job.stage.chars().count())).max("stage".len());
        let rows = longest(&mut part.iter().map(|run| name(run).chars().count())).max("row".len());
        let fold = |run: &PlannedRun| experiment.folds.as_ref().zip(run.fold).map(|(cross, fold)| short(cross, fold));
        let folds = longest(&mut plan.runs.iter().filter_map(fold).map(|fold| fold.chars().count() + 1));
        let folds = if folds > 0 { folds.max(" fold".len()) } else { 0 };
        let head = if folds > 0 { " fold" } else { "" };
        writeln!(f, "{:<stages$} {:<rows$} {:>4}{head:>folds$} {:>6}", "stage", "row", "seed", "epochs")?;
        for run in &plan.runs {
            let (stage, epochs, fold) = (&run.job.stage, run.job.epochs(), fold(run).unwrap_or_default());
            writeln!(f, "{stage:<stages$} {:<rows$} {:>4}{fold:>folds$} {epochs:>6}", name(run), run.seed)?;
        }
        let (rows, seeds) = (experiment.rows.len(), experiment.seeds.len());
        let folds = experiment.folds.as_ref().map(|cross| format!(", {} folds", cross.parts())).unwrap_or_default();
        if let Some(run) = largest.filter(|run| run.bytes > 0) {
            write!(f, "\na run takes at least {} of memory", memory::text(run.bytes))?;
        }
        writeln!(f, "\n{} runs: {} ({rows} rows, {seeds} seeds{folds})", plan.runs.len(), self.stages())
    }
}
