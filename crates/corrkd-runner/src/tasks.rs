//! The plan with identities: each planned run becomes a task, and runs that are the same become one.

use crate::external;
use crate::failure::{Failure, OrExit};
use anyhow::anyhow;
use corrkd_config::{Cross, DatasetRef, Device, EXTERNAL, Exit, Experiment, Job, Kernels, Plan};
use corrkd_record::{EXTERNAL_CODE, Prepared, RecordError, RunDir, RunId, RunResult, RunSpec, Runs};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
    panic::resume_unwind,
    ptr,
    sync::Arc,
    thread,
};

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
    /// How long its training took, where it is finished.
    pub(crate) seconds: Option<f64>,
    /// What it does.
    job: Arc<Job>,
    /// The place of its fold.
    part: usize,
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
    folds: Vec<Fold>,
    device: Device,
    kernels: Kernels,
}

/// What runs are made of, as a submission's folder holds it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Head {
    jobs: Vec<Job>,
    folds: Vec<Fold>,
    pub(crate) device: Device,
    kernels: Kernels,
}

/// A run, as a submission's folder holds it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Written {
    pub(crate) id: RunId,
    pub(crate) row: String,
    pub(crate) seed: u64,
    pub(crate) fold: Option<String>,
    /// The runs that it needs.
    pub(crate) needs: Vec<RunId>,
    /// The place of its job in the head.
    job: usize,
    part: usize,
}

/// The data of a fold, or all of them, and what was said of them.
#[derive(Clone, Serialize, Deserialize)]
struct Fold {
    dataset: DatasetRef,
    prepared: Prepared,
}

impl Tasks {
    /// Gives every planned run its identity; `prepared` is what was said of the data of each fold, one where there are no
    /// folds. Which are finished is not known before they are [looked at](Self::look).
    ///
    /// # Errors
    /// Exit code 2 if the program has not the method of a run, or if another program's predictions cannot be used.
    pub(crate) fn of(
        plan: &Plan,
        experiment: &Experiment,
        prepared: Vec<Prepared>,
        device: Device,
        kernels: Kernels,
        runs: &Runs,
    ) -> Result<Self, Failure> {
        let folds = experiment.datasets().into_iter().zip(prepared);
        let folds = folds.map(|(dataset, prepared)| Fold { dataset, prepared }).collect();
        let mut tasks = Self { list: Vec::new(), of_run: Vec::new(), folds, device, kernels };
        let mut known: BTreeMap<RunId, usize> = BTreeMap::new();
        for run in &plan.runs {
            let needs: Vec<usize> = run.needs.iter().map(|&index| tasks.of_run[index]).collect();
            let part = run.fold.unwrap_or(0);
            let row = run.row.as_ref().unwrap_or(&run.job.stage);
            let job = external::job(row, &run.job, run.seed, &tasks.folds[part].prepared.labels)?;
            let id = tasks.spec_of(&job, run.seed, part, &needs)?.id();
            let next = tasks.list.len();
            let index = *known.entry(id.clone()).or_insert(next);
            tasks.of_run.push(index);
            if index == next {
                tasks.list.push(Task {
                    row: row.clone(),
                    seed: run.seed,
                    fold: experiment.folds.as_ref().zip(run.fold).map(|(cross, fold)| short(cross, fold)),
                    epochs: job.epochs(),
                    needs,
                    job,
                    part,
                    dir: runs.run(&id),
                    id,
                    state: State::Waiting,
                    seconds: None,
                });
            }
        }
        Ok(tasks)
    }

    /// What the runs are made of.
    pub(crate) fn head(&self) -> Head {
        let jobs = self.jobs().into_iter().cloned().collect();
        Head { jobs, folds: self.folds.clone(), device: self.device, kernels: self.kernels }
    }

    /// The runs, one at a time; they name their jobs by the places in the [head](Self::head).
    pub(crate) fn written(&self) -> impl Iterator<Item = Written> {
        let jobs = self.jobs();
        let places: BTreeMap<*const Job, usize> =
            jobs.iter().enumerate().map(|(place, &job)| (ptr::from_ref(job), place)).collect();
        self.list.iter().map(move |task| Written {
            id: task.id.clone(),
            row: task.row.clone(),
            seed: task.seed,
            fold: task.fold.clone(),
            needs: task.needs.iter().map(|&need| self.list[need].id.clone()).collect(),
            job: places.get(&Arc::as_ptr(&task.job)).copied().unwrap_or_default(),
            part: task.part,
        })
    }

    /// Each job once: seeds and folds share them.
    fn jobs(&self) -> Vec<&Job> {
        let mut known: BTreeSet<*const Job> = BTreeSet::new();
        let jobs = self.list.iter().map(|task| &*task.job);
        jobs.filter(|&job| known.insert(ptr::from_ref(job))).collect()
    }

    /// Some of the runs as they were written, each behind those of them that it needs.
    ///
    /// # Errors
    /// Exit code 3 where they are not of that head.
    pub(crate) fn again(head: Head, written: Vec<Written>, runs: &Runs) -> Result<Self, Failure> {
        let Head { jobs, folds, device, kernels } = head;
        let jobs: Vec<Arc<Job>> = jobs.into_iter().map(Arc::new).collect();
        let mut list: Vec<Task> = Vec::with_capacity(written.len());
        for Written { id, row, seed, fold, needs, job, part } in written {
            let (Some(job), true) = (jobs.get(job), part < folds.len()) else {
                return Err(Failure::new(
                    Exit::Data,
                    anyhow!("{id}: the submission's folder does not say what it does"),
                ));
            };
            list.push(Task {
                row,
                seed,
                fold,
                epochs: job.epochs(),
                needs: needs.iter().filter_map(|need| list.iter().position(|task| task.id == *need)).collect(),
                seconds: None,
                job: Arc::clone(job),
                part,
                dir: runs.run(&id),
                id,
                state: State::Waiting,
            });
        }
        Ok(Self { of_run: (0..list.len()).collect(), list, folds, device, kernels })
    }

    /// What a task is.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub(crate) fn spec(&self, index: usize) -> Result<RunSpec, Failure> {
        let Task { job, seed, part, needs, .. } = &self.list[index];
        self.spec_of(job, *seed, *part, needs)
    }

    fn spec_of(&self, job: &Arc<Job>, seed: u64, part: usize, needs: &[usize]) -> Result<RunSpec, Failure> {
        let Fold { dataset, prepared } = &self.folds[part];
        Ok(RunSpec {
            job: Job::clone(job),
            seed,
            dataset: dataset.clone(),
            labels: prepared.labels.clone(),
            fingerprint: prepared.fingerprint.clone(),
            code: code(prepared, &job.method)?,
            device: self.device,
            kernels: self.kernels,
            needs: needs.iter().map(|&index| self.list[index].id.clone()).collect(),
        })
    }

    /// Finds the tasks that are finished: those whose result is there, with every file that it names as it was written. Of
    /// one that is damaged, `say` is told that it is made again.
    ///
    /// # Errors
    /// Exit code 3 if a record cannot be read.
    pub(crate) fn look(&mut self, say: impl Fn(&str)) -> Result<(), Failure> {
        let proofs = self.proofs();
        for (task, proof) in self.list.iter_mut().zip(proofs) {
            match proof {
                Ok(Some(seconds)) => {
                    task.state = State::Finished;
                    task.seconds = seconds;
                }
                Ok(None) => {}
                Err(error @ RecordError::Damaged { .. }) => say(&format!("{error}; the run is made again")),
                Err(error) => return Err(error).or_exit(Exit::Data),
            }
        }
        Ok(())
    }

    /// Whether each run is finished, and how long its training took, found out on all cores: every file of every run is read.
    fn proofs(&self) -> Vec<Result<Option<Option<f64>>, RecordError>> {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let size = self.list.len().div_ceil(cores).max(1);
        let seconds = |result: RunResult| result.training.map(|training| training.seconds);
        let proof = |task: &Task| task.dir.proved().map(|result| result.map(seconds));
        thread::scope(|scope| {
            let mut threads = Vec::with_capacity(cores);
            for some in self.list.chunks(size) {
                threads.push(scope.spawn(move || some.iter().map(proof).collect::<Vec<_>>()));
            }
            // A thread that panics ends the program, as it would here.
            threads.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
        })
    }

    /// Counts as finished what failed here, or was not started, and has been had run by another sweep since.
    pub(crate) fn look_again(&mut self) {
        for task in self.list.iter_mut().filter(|task| matches!(task.state, State::Failed(_))) {
            if matches!(task.dir.proved(), Ok(Some(_))) {
                task.state = State::Finished;
            }
        }
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

impl Task {
    /// What it does.
    pub(crate) fn job(&self) -> &Job {
        &self.job
    }

    /// The place of its fold.
    pub(crate) fn part(&self) -> usize {
        self.part
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
    if method == EXTERNAL {
        return Ok(EXTERNAL_CODE.to_owned());
    }
    prepared.code.get(method).cloned().ok_or_else(|| {
        let known: Vec<&str> = prepared.code.keys().map(String::as_str).collect();
        let error = anyhow!("--program: that corrkd has no method `{method}`, only {}", known.join(", "));
        Failure::new(Exit::Input, error)
    })
}
