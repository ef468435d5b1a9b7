//! The plan as a list to read: what `--dry-run` prints.

use corrkd_config::{Experiment, Plan, PlannedRun};
use std::fmt;

/// A plan with the experiment it answers.
pub(crate) struct Outline<'a> {
    pub(crate) experiment: &'a Experiment,
    pub(crate) plan: &'a Plan,
}

impl fmt::Display for Outline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { experiment, plan } = self;
        writeln!(f, "{}", experiment.title)?;
        writeln!(f, "dataset {}, reference row {}\n", experiment.dataset, experiment.reference)?;
        let name = |run: &PlannedRun| run.row.clone().unwrap_or("-".to_owned());
        let width = plan.runs.iter().map(|run| name(run).len()).max().unwrap_or(0).max("row".len());
        writeln!(f, "{:<8} {:<width$} {:>4} {:>6}", "role", "row", "seed", "epochs")?;
        for run in &plan.runs {
            let epochs = run.job.training().epochs;
            writeln!(f, "{:<8} {:<width$} {:>4} {epochs:>6}", run.job.role(), name(run), run.seed)?;
        }
        let teachers = plan.runs.iter().filter(|run| run.row.is_none()).count();
        writeln!(
            f,
            "\n{} runs: {teachers} teachers, {} students ({} rows, {} seeds)",
            plan.runs.len(),
            plan.runs.len() - teachers,
            experiment.rows.len(),
            experiment.seeds.len(),
        )
    }
}
