//! How long runs take: those of another seed or fold take as long.

use crate::tasks::{Task, Tasks};
use corrkd_config::{EXTERNAL, Job, Plan};
use std::collections::BTreeMap;

/// The method, the stage, the epochs.
type Kind = (String, String, usize);

/// Seconds by kind.
#[derive(Default)]
pub(crate) struct Times(BTreeMap<Kind, f64>);

impl Times {
    /// As long as the longest finished run of each kind took.
    pub(crate) fn of_finished(tasks: &Tasks) -> Self {
        let mut all = Self::default();
        tasks
            .list
            .iter()
            .for_each(|task| task.seconds.into_iter().for_each(|seconds| all.longest(task.job(), seconds)));
        all
    }

    /// The trainings of a seed and fold, each with the places of those before it that it needs, where one is of a kind that is not
    /// known; otherwise none.
    pub(crate) fn unknown(&self, plan: &Plan, tasks: &Tasks) -> Vec<(Job, Vec<usize>)> {
        let mut jobs: Vec<(Job, Vec<usize>)> = Vec::new();
        let mut place: BTreeMap<usize, usize> = BTreeMap::new();
        for (run, planned) in plan.runs[..plan.part].iter().enumerate() {
            let task = tasks.of_run[run];
            if planned.job.method != EXTERNAL && !place.contains_key(&task) {
                place.insert(task, jobs.len());
                let needs = tasks.list[task].needs.iter().filter_map(|need| place.get(need).copied()).collect();
                jobs.push(((*planned.job).clone(), needs));
            }
        }
        if jobs.iter().all(|(job, _)| self.0.contains_key(&kind(job))) { Vec::new() } else { jobs }
    }

    /// What the trainings were found to take, where it is not known better.
    pub(crate) fn add(&mut self, jobs: &[(Job, Vec<usize>)], seconds: &[f64]) {
        let known: Vec<Kind> = self.0.keys().cloned().collect();
        for ((job, _), &seconds) in jobs.iter().zip(seconds).filter(|((job, _), _)| !known.contains(&kind(job))) {
            self.longest(job, seconds);
        }
    }

    /// How long a run takes, where it is known. Another program's predictions are read, and nothing more.
    pub(super) fn of(&self, task: &Task) -> Option<f64> {
        if task.job().method == EXTERNAL { Some(0.0) } else { self.0.get(&kind(task.job())).copied() }
    }

    fn longest(&mut self, job: &Job, seconds: f64) {
        let longest = self.0.entry(kind(job)).or_default();
        *longest = longest.max(seconds);
    }
}

fn kind(job: &Job) -> Kind {
    (job.method.clone(), job.stage.clone(), job.epochs())
}
