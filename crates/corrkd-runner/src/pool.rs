//! Runs the tasks side by side, one process each; a run that fails costs itself and those that need it, nothing else.

use crate::{
    failure::Failure,
    inbox::{Inbox, Message},
    program::Program,
    progress::Progress,
    tasks::{State, Task, Tasks},
};
use anyhow::{Context, anyhow};
use corrkd_config::Exit;
use corrkd_record::Event;
use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    sync::mpsc::Sender,
    thread,
};

/// How many lines of a failed run's log are shown.
const TAIL: usize = 10;

/// The processes at work, by task, and what is around them.
pub(crate) struct Pool<'a> {
    program: &'a Program,
    inbox: &'a Inbox,
    progress: Progress,
    jobs: usize,
    threads: usize,
    running: BTreeMap<usize, Running>,
}

struct Running {
    child: Child,
    /// The message of its last `failed` event.
    failure: Option<String>,
}

impl<'a> Pool<'a> {
    /// A pool of at most `jobs` processes of `threads` threads each.
    pub(crate) fn new(program: &'a Program, inbox: &'a Inbox, progress: Progress, jobs: usize, threads: usize) -> Self {
        Self { program, inbox, progress, jobs, threads, running: BTreeMap::new() }
    }

    /// Runs every waiting task, until each is finished or failed.
    ///
    /// # Errors
    /// Exit code 130 on Ctrl-C; the processes are stopped.
    pub(crate) fn run(mut self, tasks: &mut Tasks) -> Result<(), Failure> {
        loop {
            self.give_up(&mut tasks.list);
            while self.running.len() < self.jobs
                && let Some(next) = ready(&tasks.list)
            {
                self.start(next, &mut tasks.list[next]);
            }
            if self.running.is_empty() && ready(&tasks.list).is_none() {
                self.progress.close();
                return Ok(());
            }
            match self.inbox.receiver.recv().context("nobody is left to hear from")? {
                Message::Line { task, line } => self.heard(task, &line),
                Message::Closed { task } => self.ended(task, &mut tasks.list[task]),
                Message::Interrupt => return Err(self.stop(tasks)),
            }
        }
    }

    /// What needs a failed run cannot run.
    fn give_up(&mut self, tasks: &mut [Task]) {
        for index in 0..tasks.len() {
            let failed = |&&need: &&usize| matches!(tasks[need].state, State::Failed(_));
            if let (State::Waiting, Some(&need)) = (&tasks[index].state, tasks[index].needs.iter().find(failed)) {
                let reason = format!("not started: it needs {}, which failed", tasks[need].id);
                self.fail(index, &mut tasks[index], reason, &[]);
            }
        }
    }

    fn start(&mut self, index: usize, task: &mut Task) {
        match self.spawn(index, task) {
            Ok(child) => {
                task.state = State::Running;
                self.running.insert(index, Running { child, failure: None });
                self.progress.started(index);
            }
            Err(error) => self.fail(index, task, format!("not started: {error:#}"), &[]),
        }
    }

    /// Starts the process; what it says on stdout comes to the inbox, what it says on stderr goes to its log.
    fn spawn(&self, index: usize, task: &Task) -> anyhow::Result<Child> {
        task.dir.prepare(&task.spec)?;
        let path = task.dir.log_path();
        let log = fs::OpenOptions::new().create(true).append(true).open(&path);
        let log = log.with_context(|| format!("cannot write {}", path.display()))?;
        let mut command = self.program.train(&task.id, self.threads);
        command.stdout(Stdio::piped()).stderr(log);
        // In a group of its own, a terminal's Ctrl-C reaches it through this pool alone.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().context("cannot start corrkd")?;
        let stdout = child.stdout.take().context("its output is not connected")?;
        let sender = self.inbox.sender.clone();
        thread::spawn(move || forward(index, BufReader::new(stdout), &sender));
        Ok(child)
    }

    fn heard(&mut self, index: usize, line: &str) {
        match serde_json::from_str::<Event>(line) {
            Ok(event) => {
                self.progress.event(index, &event);
                if let (Event::Failed { message, .. }, Some(running)) = (event, self.running.get_mut(&index)) {
                    running.failure = Some(message);
                }
            }
            Err(_) => self.progress.remark(index, line),
        }
    }

    fn ended(&mut self, index: usize, task: &mut Task) {
        let Some(mut running) = self.running.remove(&index) else { return };
        let status = match running.child.wait() {
            Ok(status) => status,
            Err(error) => return self.fail(index, task, format!("lost sight of its process: {error}"), &[]),
        };
        let reason = match task.dir.result() {
            Ok(Some(_)) if status.success() => {
                task.state = State::Finished;
                self.progress.finished(index);
                return;
            }
            Ok(_) if status.success() => "ended without a result".to_owned(),
            Err(error) if status.success() => format!("its result cannot be read: {error}"),
            _ => match running.failure {
                Some(message) => format!("{status}: {message}"),
                None => status.to_string(),
            },
        };
        let log = fs::read_to_string(task.dir.log_path()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        self.fail(index, task, reason, &lines[lines.len().saturating_sub(TAIL)..]);
    }

    fn fail(&mut self, index: usize, task: &mut Task, reason: String, tail: &[&str]) {
        self.progress.failed(index, &reason, tail, &task.dir.log_path());
        task.state = State::Failed(reason);
    }

    /// Stops the processes. Runs write by renaming and resume from their last checkpoint, so none is harmed.
    fn stop(mut self, tasks: &Tasks) -> Failure {
        for running in self.running.values_mut() {
            // It may have ended by itself in between, which is as good.
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
        self.progress.close();
        let (finished, total) = (tasks.finished(), tasks.list.len());
        Failure::new(
            Exit::Interrupted,
            anyhow!(
                "interrupted: {finished} of {total} runs are finished, {} stopped; the same command resumes",
                self.running.len()
            ),
        )
    }
}

/// The first waiting task that has all it needs.
fn ready(tasks: &[Task]) -> Option<usize> {
    let supplied = |task: &Task| task.needs.iter().all(|&need| tasks[need].state == State::Finished);
    tasks.iter().position(|task| task.state == State::Waiting && supplied(task))
}

/// Passes a process's lines on until it closes its output. Nobody listens any more once the runner ends.
fn forward(task: usize, output: impl BufRead, sender: &Sender<Message>) {
    for line in output.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        if sender.send(Message::Line { task, line }).is_err() {
            return;
        }
    }
    let _ = sender.send(Message::Closed { task });
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_config::{
        ConfigError, Cuts, Device, Experiment, Kernels, Labels, MethodPlan, Plan, Protocol, Scale, Stage,
    };
    use corrkd_record::{Prepared, Runs, SplitSizes};

    /// Two stages that need nothing, and one that needs both.
    struct Two;

    impl MethodPlan for Two {
        fn name(&self) -> &'static str {
            "two"
        }

        fn defaults(&self) -> toml::Table {
            toml::Table::new()
        }

        fn stages(&self, _: &str, settings: toml::Table, _: &Protocol) -> Result<Vec<Stage>, ConfigError> {
            let stage = |name, needs| {
                let settings = settings.clone();
                Stage { name, training: "training", settings, sees_missing: false, needs }
            };
            Ok(vec![stage("left", vec![]), stage("right", vec![]), stage("both", vec![0, 1])])
        }
    }

    #[test]
    fn a_run_waits_for_all_that_it_needs() {
        let text = "title = \"t\"\ndataset = \"d\"\nseeds = [1]\nreference = \"row\"\n\
                    [[variant]]\nname = \"row\"\nmethod = \"two\"\n";
        let experiment = Experiment::parse(text, &BTreeMap::new(), &[&Two]).unwrap();
        let samples = SplitSizes { train: 1, valid: 1, test: 1 };
        let code = BTreeMap::from([("two".to_owned(), "v2".to_owned())]);
        let labels = Labels::Score(Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() });
        let prepared = Prepared { fingerprint: "f".to_owned(), code, labels, aligned: true, samples };
        let folder = tempfile::tempdir().unwrap();
        let runs = Runs::open(folder.path()).unwrap();
        let plan = Plan::of(&experiment);
        let prepared = [prepared];
        let tasks = Tasks::of(&plan, &experiment, &prepared, Device::Cpu, Kernels::Fused, &runs, None).unwrap();
        let mut list = tasks.list;
        assert_eq!(list[2].spec.needs, [list[0].id.clone(), list[1].id.clone()]);
        assert!(list.iter().all(|task| task.spec.code == "v2"));
        // While one goes on, or has ended alone, the third is not ready.
        assert_eq!(ready(&list), Some(0));
        list[0].state = State::Running;
        assert_eq!(ready(&list), Some(1));
        list[1].state = State::Finished;
        assert_eq!(ready(&list), None);
        list[0].state = State::Finished;
        assert_eq!(ready(&list), Some(2));
    }
}
