//! A sweep's runs, submitted: what is missing and not on its way already.

use super::{
    cluster::{self, Queue, Queued, Refused},
    element::{Before, Element, JobId},
    folder::{Folder, REPORT, Work},
    pack::{ENOUGH, Need, Wanted, arrays, pack},
    script::{self, Place},
    times::Times,
};
use crate::{
    failure::{Failure, OrExit},
    inbox::Inbox,
    tasks::{State, Task, Tasks},
};
use anyhow::{Context, anyhow};
use corrkd_config::{Exit, Slurm};
use corrkd_record::{RunId, Runs, Sweep};
use corrkd_system::{err, out};
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// What is to be submitted, and how.
pub(crate) struct Submission<'a> {
    pub(crate) name: &'a str,
    pub(crate) tasks: &'a Tasks,
    /// How long they take.
    pub(crate) times: &'a Times,
    /// What the report is of; none where there is to be no report yet.
    pub(crate) sweep: &'a Sweep,
    pub(crate) reports: bool,
    pub(crate) slurm: &'a Slurm,
    pub(crate) runs: &'a Runs,
    pub(crate) data: Option<&'a Path>,
    pub(crate) program: &'a Path,
    pub(crate) inbox: &'a Inbox,
    /// Write the scripts and print the calls, and submit nothing.
    pub(crate) dry_run: bool,
}

/// A run that is on its way.
struct OnItsWay {
    job: JobId,
    /// Whether it is the only run of its job.
    alone: bool,
}

/// What a call names that is not known before the call is made.
enum Job {
    Known(u64),
    /// The job that this array will be, in what a dry run prints.
    Of(usize),
}

impl Submission<'_> {
    /// Submits what is missing; false where nothing is, and nothing is on its way: the report can be written here.
    ///
    /// # Errors
    /// Exit code 2 where Slurm refuses, 3 where the folder cannot be written, 75 where the cluster takes no more for now, 130 on a
    /// signal. What was submitted stays so.
    pub(crate) fn submit(&self) -> Result<bool, Failure> {
        let queue = if self.dry_run { cluster::queue().unwrap_or_default() } else { cluster::queue()? };
        let on_their_way = self.on_their_way(&queue)?;
        let wanted = self.wanted(&on_their_way);
        if wanted.is_empty() {
            let waits = self.tasks.list.iter().filter(|task| on_their_way.contains_key(&task.id)).count();
            if waits > 0 {
                let (finished, all) = (self.tasks.finished(), self.tasks.list.len());
                err(format_args!("nothing to submit: of {all} runs {finished} are finished, {waits} on their way"));
            }
            return Ok(waits > 0);
        }
        let elements = pack(&wanted);
        let arrays = arrays(&elements, cluster::array_limit());
        self.told_unknown(&wanted);
        let folder = self.folder(&elements, &arrays)?;
        let mut jobs: Vec<Job> = Vec::with_capacity(arrays.len());
        let mut place_of: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for (number, array) in arrays.iter().enumerate() {
            let options = self.options(&elements, array, &place_of, &jobs);
            array.iter().enumerate().for_each(|(index, &place)| _ = place_of.insert(place, (number, index)));
            let script = folder.0.join("task.sh");
            if self.dry_run {
                say(&cluster::call_of(&options, &script, Some(&number.to_string())))?;
                jobs.push(Job::Of(number));
                continue;
            }
            self.inbox.pause(Duration::ZERO, "arrays were being submitted")?;
            match cluster::submit(&options, &script, Some(&number.to_string())) {
                Ok(job) => {
                    folder.submitted(&number.to_string(), job)?;
                    jobs.push(Job::Known(job));
                }
                Err(Refused::Other(failure)) => return Err(failure),
                Err(Refused::Limit(said)) => {
                    let done: usize = arrays[..number].iter().map(Vec::len).sum();
                    return Err(self.limit(done, elements.len(), &said));
                }
            }
        }
        if self.reports {
            let mut before: Vec<String> = jobs.iter().map(Job::name).collect();
            let ours = self.tasks.list.iter().filter_map(|task| on_their_way.get(&task.id));
            let arrays: BTreeSet<u64> = ours.map(|run| run.job.array).collect();
            before.extend(arrays.iter().map(u64::to_string));
            self.submit_report(&folder, &before)?;
        }
        if !self.dry_run {
            let (all, runs) = (elements.len(), wanted.len());
            err(format_args!(
                "submitted {runs} runs as {all} jobs in {} arrays: {}; --status says how far they are, --cancel ends them",
                arrays.len(),
                folder.0.display()
            ));
        }
        Ok(true)
    }

    fn submit_report(&self, folder: &Folder, before: &[String]) -> Result<(), Failure> {
        let options = vec![
            "--parsable".to_owned(),
            format!("--job-name={}", job_name(self.name, REPORT)),
            format!("--dependency=afterany:{}", before.join(":")),
        ];
        let script = folder.0.join("report.sh");
        if self.dry_run {
            return say(&cluster::call_of(&options, &script, None));
        }
        match cluster::submit(&options, &script, None) {
            Ok(job) => folder.submitted(REPORT, job),
            Err(Refused::Other(failure)) => Err(failure),
            Err(Refused::Limit(said)) => {
                let error = anyhow!(
                    "all runs are submitted, but the cluster takes no more of yours for the report: {said}. Once they are done, \
                     the same command writes it"
                );
                Err(Failure::new(Exit::Unfinished, error))
            }
        }
    }

    fn limit(&self, done: usize, all: usize, said: &str) -> Failure {
        let error = anyhow!(
            "submitted {done} of {all} jobs, and the cluster takes no more of yours for now: {said}. Once some are done, the same \
             command submits the others, and the report"
        );
        Failure::new(Exit::Unfinished, error)
    }

    /// The runs that an earlier submission has brought on their way, of any experiment: they are the same runs.
    fn on_their_way(&self, queue: &Queue) -> Result<BTreeMap<RunId, OnItsWay>, Failure> {
        let mut all = BTreeMap::new();
        for folder in Folder::all(self.runs) {
            let (arrays, _) = folder.jobs();
            // A number that is in use again is another's job: its name says so.
            let ours = |job: &u64| queue.names.get(job).is_some_and(|name| name.starts_with(OURS));
            if !arrays.values().any(ours) {
                continue;
            }
            for (job, runs) in folder.elements()? {
                if matches!(queue.elements.get(&job), Some(Queued { state, .. }) if state != "COMPLETED") {
                    let alone = runs.len() == 1;
                    all.extend(runs.into_iter().map(|run| (run, OnItsWay { job: job.clone(), alone })));
                }
            }
        }
        Ok(all)
    }

    fn wanted(&self, on_their_way: &BTreeMap<RunId, OnItsWay>) -> Vec<Wanted> {
        let list = &self.tasks.list;
        let need = |&need: &usize| match on_their_way.get(&list[need].id) {
            Some(OnItsWay { job, alone }) => Need::Queued(job.clone(), *alone),
            None => Need::Task(need),
        };
        let missing = |task: &Task| task.state != State::Finished && !on_their_way.contains_key(&task.id);
        let wanted = list.iter().enumerate().filter(|(_, task)| missing(task)).map(|(place, task)| Wanted {
            task: place,
            part: (task.seed, task.part()),
            seconds: self.times.of(task),
            needs: task.needs.iter().filter(|&&need| list[need].state != State::Finished).map(need).collect(),
        });
        wanted.collect()
    }

    fn told_unknown(&self, wanted: &[Wanted]) {
        let unknown = wanted.iter().filter(|run| run.seconds.is_none()).count();
        if unknown > 0 {
            err(format_args!(
                "of {unknown} runs it is not known how long they take: each has a job of its own. Where they are short, have \
                 one seed first (--seeds): then {} minutes of them share a job",
                ENOUGH / 60.0
            ));
        }
    }

    /// The folder with all that the jobs read.
    fn folder(&self, elements: &[Element], arrays: &[Vec<usize>]) -> Result<Folder, Failure> {
        let folder = Folder::create(self.runs, self.name, &stamp())?;
        let work = Work {
            experiment: self.name.to_owned(),
            runs: self.runs.path().to_owned(),
            data: self.data.map(Path::to_owned),
            head: self.tasks.head(),
        };
        folder.write(&work, self.tasks, (elements, arrays), self.sweep)?;
        let from: PathBuf = env::current_dir().context("this folder is not there").or_exit(Exit::Input)?;
        let program = folder.take(self.program)?;
        let place = Place { name: self.name, folder: &folder.0, from: &from, program: &program };
        folder.script("task.sh", &script::task(&place, self.slurm))?;
        folder.script("report.sh", &script::report(&place, self.slurm))?;
        Ok(folder)
    }

    /// The options of an array's call.
    fn options(
        &self,
        elements: &[Element],
        array: &[usize],
        place_of: &BTreeMap<usize, (usize, usize)>,
        jobs: &[Job],
    ) -> Vec<String> {
        let throttle = self.slurm.array_parallelism.map(|most| format!("%{most}")).unwrap_or_default();
        let mut stages = array.iter().flat_map(|&place| &elements[place].runs);
        let first = stages.next().map(|&run| self.tasks.list[run].job().stage.clone()).unwrap_or_default();
        let same = stages.all(|&run| self.tasks.list[run].job().stage == first);
        let mut options = vec![
            "--parsable".to_owned(),
            format!("--job-name={}", job_name(self.name, if same { &first } else { "runs" })),
            format!("--array=0-{}{throttle}", array.len().saturating_sub(1)),
        ];
        let (mut ok, mut any) = (Vec::new(), Vec::new());
        for before in array.first().map(|&place| &elements[place].after).into_iter().flatten() {
            // Of a job of several runs each is waited for by what needs it, which looks whether it has its result.
            let (name, alone) = match before {
                Before::Here(place) => {
                    let Some(&(array, index)) = place_of.get(place) else { continue };
                    (format!("{}_{index}", jobs[array].name()), elements[*place].runs.len() == 1)
                }
                Before::Queued(job, alone) => (job.to_string(), *alone),
            };
            if alone { ok.push(name) } else { any.push(name) }
        }
        let clauses = [("afterok", ok), ("afterany", any)].into_iter().filter(|(_, names)| !names.is_empty());
        let clauses: Vec<String> = clauses.map(|(kind, names)| format!("{kind}:{}", names.join(":"))).collect();
        if !clauses.is_empty() {
            options.push(format!("--dependency={}", clauses.join(",")));
        }
        options
    }
}

impl Job {
    fn name(&self) -> String {
        match self {
            Self::Known(job) => job.to_string(),
            Self::Of(array) => format!("<job of array {array}>"),
        }
    }
}

/// Prints a call.
fn say(call: &str) -> Result<(), Failure> {
    out(call).context("cannot say the calls").or_exit(Exit::Data)
}

/// How the names of our jobs begin.
const OURS: &str = "corrkd-";

/// What a job is called.
pub(super) fn job_name(experiment: &str, what: &str) -> String {
    format!("{OURS}{experiment}-{what}").replace(char::is_whitespace, "_")
}

/// Seconds since 1970, which sort.
fn stamp() -> String {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()).to_string()
}
