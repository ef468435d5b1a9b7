//! How far what was submitted of an experiment is, and its end.

use super::{
    cluster,
    element::JobId,
    folder::{Folder, Work},
    submit::job_name,
};
use crate::failure::{Failure, OrExit};
use anyhow::{Context, anyhow};
use corrkd_config::Exit;
use corrkd_record::{Event, RunDir, RunId, Runs};
use corrkd_system::{err, to_out};
use std::collections::{BTreeMap, BTreeSet};

/// A run that was submitted.
struct Submitted {
    what: String,
    /// The runs that it needs.
    needs: Vec<RunId>,
    /// The last job that it was given, and the submission's folder.
    job: Option<(JobId, Folder)>,
}

/// How far a run is.
enum Far {
    Finished,
    /// `running` or `pending`, and where or why.
    OnItsWay(&'static str, String),
    Failed(String),
    Missing,
}

/// Says how far the runs of an experiment are.
///
/// # Errors
/// Exit code 2 where nothing of it was submitted or Slurm cannot be asked, 3 where a folder cannot be read.
pub(crate) fn status(runs: &Runs, name: &str) -> Result<(), Failure> {
    let folders = of(runs, name)?;
    let queue = cluster::queue()?;
    let all = submitted(&folders)?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lines = Vec::new();
    let mut waits: BTreeMap<String, usize> = BTreeMap::new();
    let mut failed: BTreeSet<&RunId> = BTreeSet::new();
    for (id, Submitted { what, needs, job }) in &all {
        let queued = job.as_ref().and_then(|(job, _)| queue.elements.get(job));
        let mut far = far(&runs.run(id), job.as_ref(), queued);
        if let Far::Failed(reason) = &mut far {
            failed.insert(id);
            if let Some(need) = needs.iter().find(|need| failed.contains(need)) {
                *reason = format!("not started: it needs {need}, which failed");
            }
        }
        let state = match &far {
            Far::Finished => "finished",
            Far::OnItsWay(state, _) => state,
            Far::Failed(_) => "failed",
            Far::Missing => "not submitted",
        };
        *counts.entry(state).or_default() += 1;
        match far {
            Far::OnItsWay("pending", reason) => *waits.entry(reason).or_default() += 1,
            Far::OnItsWay(_, place) => {
                let job = job.as_ref().map(|(job, _)| job.to_string()).unwrap_or_default();
                lines.push(format!("running  {what}  {id}  job {job} on {place}"));
            }
            Far::Failed(reason) => lines.push(format!("failed   {what}  {id}: {reason}")),
            Far::Finished | Far::Missing => {}
        }
    }
    let order = ["finished", "running", "pending", "failed", "not submitted"];
    let counted = order.iter().filter_map(|state| Some(format!("{} {state}", counts.get(state)?)));
    let mut text = format!("{name}: {} runs: {}\n", all.len(), counted.collect::<Vec<_>>().join(", "));
    lines.iter().for_each(|line| text += &format!("{line}\n"));
    waits.iter().for_each(|(reason, count)| text += &format!("pending  {count} runs {reason}\n"));
    let report = folders.last().and_then(|(folder, _)| folder.jobs().1);
    if let Some(state) = report.and_then(|report| queue.names.get(&report).map(|_| report)) {
        text += &format!("the report is job {state}, behind them\n");
    }
    to_out(text).context("cannot say the status").or_exit(Exit::Data)
}

/// Ends what was submitted of an experiment and has not ended.
///
/// # Errors
/// As [`status`].
pub(crate) fn cancel(runs: &Runs, name: &str) -> Result<(), Failure> {
    let folders = of(runs, name)?;
    let queue = cluster::queue()?;
    let mut jobs = BTreeSet::new();
    for (folder, _) in &folders {
        let (arrays, report) = folder.jobs();
        jobs.extend(arrays.into_values().chain(report));
    }
    // A number that is in use again is another's job: its name says so.
    let ours = job_name(name, "");
    jobs.retain(|job| queue.names.get(job).is_some_and(|found| found.starts_with(&ours)));
    cluster::cancel(&jobs.iter().copied().collect::<Vec<_>>())?;
    err(format_args!(
        "ended {} jobs and arrays of {name}; what they had trained stays, and --slurm goes on",
        jobs.len()
    ));
    Ok(())
}

/// The submissions of an experiment, the earliest first.
fn of(runs: &Runs, name: &str) -> Result<Vec<(Folder, Work)>, Failure> {
    let mut all = Vec::new();
    for folder in Folder::all(runs) {
        let work = folder.work()?;
        if work.experiment == name {
            all.push((folder, work));
        }
    }
    match all.is_empty() {
        false => Ok(all),
        true => {
            let place = runs.path().join("slurm");
            let error = anyhow!("nothing of {name} was submitted from {}; --slurm does", place.display());
            Err(Failure::new(Exit::Input, error))
        }
    }
}

/// All runs of the experiment, in the order of the last plan.
fn submitted(folders: &[(Folder, Work)]) -> Result<Vec<(RunId, Submitted)>, Failure> {
    let mut jobs: BTreeMap<RunId, (JobId, Folder)> = BTreeMap::new();
    for (folder, _) in folders {
        for (job, runs) in folder.elements()? {
            jobs.extend(runs.into_iter().map(|run| (run, (job.clone(), folder.clone()))));
        }
    }
    let Some((last, _)) = folders.last() else { return Ok(Vec::new()) };
    let runs = last.runs()?.map(|run| {
        let job = jobs.remove(&run.id);
        let fold = run.fold.map(|fold| format!(" fold {fold}")).unwrap_or_default();
        (run.id, Submitted { what: format!("{} seed {}{fold}", run.row, run.seed), needs: run.needs, job })
    });
    Ok(runs.collect())
}

fn far(dir: &RunDir, job: Option<&(JobId, Folder)>, queued: Option<&cluster::Queued>) -> Far {
    if matches!(dir.result(), Ok(Some(_))) {
        return Far::Finished;
    }
    match (queued, job) {
        (Some(queued), _) if queued.state == "RUNNING" => Far::OnItsWay("running", queued.reason.clone()),
        (Some(queued), _) => Far::OnItsWay("pending", queued.reason.clone()),
        (None, Some((job, folder))) => {
            let log = folder.0.join("logs").join(format!("{job}.log"));
            let why = failure(dir).or_else(|| folder.failed(dir.id()));
            let why = why.unwrap_or_else(|| "its job ended without a result".to_owned());
            Far::Failed(format!("{why}; see {}", log.display()))
        }
        (None, None) => Far::Missing,
    }
}

/// Why a run failed, where it said so last.
pub(super) fn failure(dir: &RunDir) -> Option<String> {
    match dir.events().ok()?.pop()? {
        Event::Failed { message } => Some(message),
        _ => None,
    }
}
