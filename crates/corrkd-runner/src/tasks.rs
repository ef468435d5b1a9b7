//! The plan with identities: each planned run becomes a task, and runs that are the same become one.

use crate::failure::{Failure, OrExit};
use anyhow::anyhow;
use corrkd_config::{Cross, Device, Exit, Experiment, Kernels, Plan};
use corrkd_record::{Prepared, RunDir, RunId, RunSpec, Runs};
use std::collections::BTreeSet;

/// How far a task is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Not started.
    Waiting,
    /// A process is at it.
    Running,
    /// Its result is there.
    Finished,
    /// It ended without a result; why.
    Failed(String),
}

/// A run to be had.
pub(crate) struct Task {
    /// The table's row; for a stage on the way to one, its name.
    pub(crate) row: String,
    /// The seed.
    pub(crate) seed: u64,
    /// The fold that it is tested on, where there are several.
    pub(crate) fold: Option<String>,
    /// The epochs it trains for at most.
    pub(crate) epochs: usize,
    /// The indices of the tasks that it needs.
    pub(crate) needs: Vec<usize>,
    /// What it is.
    pub(crate) spec: RunSpec,
    /// What it is, as a name.
    pub(crate) id: RunId,
    /// Where it lives.
    pub(crate) dir: RunDir,
    /// How far it is.
    pub(crate) state: State,
}

/// All tasks of a plan, each after those that it needs.
pub(crate) struct Tasks {
    /// The tasks, no two alike.
    pub(crate) list: Vec<Task>,
    /// For each run of the plan, the index of its task.
    pub(crate) of_run: Vec<usize>,
}

impl Tasks {
    /// Gives every planned run its identity and finds those that are finished; `prepared` is what was said of the data of
    /// each fold, one where there are no folds. With a set in `forget`, those that are not in it forget what earlier
    /// attempts left behind, so that they run again, and are put into it.
    ///
    /// # Errors
    /// Exit code 3 if a result that is there cannot be read, or is to be forgotten while another process works on the run;
    /// 2 if the program has not the method of a run.
    pub(crate) fn of(
        plan: &Plan,
        experiment: &Experiment,
        prepared: &[Prepared],
        device: Device,
        kernels: Kernels,
        runs: &Runs,
        mut forget: Option<&mut BTreeSet<RunId>>,
    ) -> Result<Self, Failure> {
        let mut list: Vec<Task> = Vec::new();
        let mut of_run: Vec<usize> = Vec::new();
        let datasets = experiment.datasets();
        for run in &plan.runs {
            let fold = run.fold.unwrap_or(0);
            let (dataset, prepared) = (&datasets[fold], &prepared[fold]);
            let needs: Vec<usize> = run.needs.iter().map(|&index| of_run[index]).collect();
            let spec = RunSpec {
                job: run.job.clone(),
                seed: run.seed,
                dataset: dataset.clone(),
                labels: prepared.labels.clone(),
                fingerprint: prepared.fingerprint.clone(),
                code: code(prepared, &run.job.method)?,
                device,
                kernels,
                needs: needs.iter().map(|&index| list[index].id.clone()).collect(),
            };
            let id = spec.id();
            let same = list.iter().position(|task| task.id == id);
            of_run.push(same.unwrap_or(list.len()));
            if same.is_none() {
                let dir = runs.run(&id);
                let forgets = forget.as_mut().is_some_and(|forgotten| forgotten.insert(id.clone()));
                if forgets && dir.path().is_dir() {
                    let _lock = dir.lock().or_exit(Exit::Data)?;
                    dir.clear().or_exit(Exit::Data)?;
                }
                let state = if dir.result().or_exit(Exit::Data)?.is_some() { State::Finished } else { State::Waiting };
                list.push(Task {
                    row: run.row.clone().unwrap_or_else(|| run.job.stage.clone()),
                    seed: run.seed,
                    fold: experiment.folds.as_ref().zip(run.fold).map(|(cross, fold)| short(cross, fold)),
                    epochs: run.job.epochs(),
                    needs,
                    spec,
                    id,
                    dir,
                    state,
                });
            }
        }
        Ok(Self { list, of_run })
    }

    /// The number of finished tasks.
    pub(crate) fn finished(&self) -> usize {
        self.list.iter().filter(|task| task.state == State::Finished).count()
    }

    /// The failed tasks with their reasons.
    pub(crate) fn failed(&self) -> impl Iterator<Item = (&Task, &str)> {
        self.list.iter().filter_map(|task| match &task.state {
            State::Failed(reason) => Some((task, reason.as_str())),
            _ => None,
        })
    }
}

/// What a fold is called where there is little room: its group, or its number from 1.
pub(crate) fn short(cross: &Cross, fold: usize) -> String {
    match cross {
        Cross::Parts(_) => (fold + 1).to_string(),
        Cross::Groups(_) => cross.name(fold),
    }
}

/// The version of the code that decides a method's results.
fn code(prepared: &Prepared, method: &str) -> Result<String, Failure> {
    prepared.code.get(method).cloned().ok_or_else(|| {
        let known: Vec<&str> = prepared.code.keys().map(String::as_str).collect();
        let error = anyhow!("--program: that corrkd has no method `{method}`, only {}", known.join(", "));
        Failure::new(Exit::Input, error)
    })
}
