//! Runs the tasks side by side, one process each; a run that fails costs itself and those that need it, nothing else. What
//! another sweep has in work is waited for, by a process that trains nothing meanwhile and takes nobody's place.

use crate::{
    child,
    devices::VISIBLE,
    failure::Failure,
    inbox::{Inbox, Message},
    program::Program,
    progress::Progress,
    tasks::{State, Task, Tasks},
    tensorboard::Board,
};
use anyhow::{Context, anyhow};
use corrkd_config::Exit;
use corrkd_record::Event;
use std::{
    collections::BTreeMap,
    fs,
    io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom},
    path::Path,
    process::{Child, Stdio},
    sync::mpsc::Sender,
    thread,
    time::Duration,
};

/// How many lines of a failed run's log are shown.
const TAIL: usize = 10;
/// How much of a log is looked at for that, and how long a line of a process may be; bytes.
const LIMIT: u64 = 1 << 16;
/// How often a run is had again that failed because a run that it needs was lost meanwhile.
const AGAIN: usize = 3;
/// How long nothing may happen until the bars are drawn again.
const QUIET: Duration = Duration::from_millis(500);

/// The processes at work, by task, and what is around them.
pub(crate) struct Pool<'a> {
    program: &'a Program,
    inbox: &'a Inbox,
    progress: Progress,
    board: Option<&'a Board>,
    jobs: usize,
    threads: usize,
    /// The cards that runs are spread over; none where they have no card of their own.
    cards: Vec<String>,
    running: BTreeMap<usize, Running>,
    /// How often each task was had again.
    again: BTreeMap<usize, usize>,
    /// Nothing more is started, and who is at work ends behind its step.
    stopping: bool,
}

struct Running {
    child: Child,
    /// The place of its card.
    card: Option<usize>,
    /// It waits for another process that works on the same run.
    waits: bool,
    /// The message of its last `failed` event.
    failure: Option<String>,
}

impl<'a> Pool<'a> {
    /// A pool of at most `jobs` processes of `threads` threads each.
    pub(crate) fn new(
        program: &'a Program,
        inbox: &'a Inbox,
        progress: Progress,
        board: Option<&'a Board>,
        jobs: usize,
        threads: usize,
    ) -> Self {
        Self {
            program,
            inbox,
            progress,
            board,
            jobs,
            threads,
            cards: Vec::new(),
            running: BTreeMap::new(),
            again: BTreeMap::new(),
            stopping: false,
        }
    }

    /// The same, spread over cards.
    pub(crate) fn on(self, cards: Vec<String>) -> Self {
        Self { cards, ..self }
    }

    /// Runs every waiting task, until each is finished or failed.
    ///
    /// # Errors
    /// Exit code 130 on a signal, 75 where it was told to stop in order; the processes are stopped.
    pub(crate) fn run(mut self, tasks: &mut Tasks) -> Result<(), Failure> {
        loop {
            self.give_up(&mut tasks.list);
            while !self.stopping
                && self.at_work() < self.jobs
                && let Some(next) = next(&tasks.list)
            {
                self.start(next, tasks);
            }
            if self.running.is_empty() && ready(&tasks.list).next().is_none() {
                self.progress.close();
                return Ok(());
            }
            if self.running.is_empty() && self.stopping {
                return Err(self.stopped(tasks));
            }
            match self.inbox.next(QUIET) {
                Some(Message::Line { task, line }) => self.heard(task, &line),
                Some(Message::Closed { task }) => self.ended(task, &mut tasks.list),
                Some(Message::Interrupt) => return Err(self.stop(tasks)),
                Some(Message::Stop) => {
                    self.stopping = true;
                    self.running.values_mut().for_each(|running| child::stop(&mut running.child));
                }
                None => self.progress.tick(),
            }
        }
    }

    /// How many processes train.
    fn at_work(&self) -> usize {
        self.running.values().filter(|running| !running.waits).count()
    }

    /// What needs a failed run cannot run.
    fn give_up(&mut self, tasks: &mut [Task]) {
        for index in 0..tasks.len() {
            let failed = |&&need: &&usize| matches!(tasks[need].state, State::Failed(_));
            if let (State::Waiting, Some(&need)) = (&tasks[index].state, tasks[index].needs.iter().find(failed)) {
                let reason = format!("not started: it needs {}, which failed", tasks[need].id);
                self.fail(index, &mut tasks[index], reason, "");
            }
        }
    }

    /// The card that the fewest runs are on.
    fn free_card(&self) -> Option<usize> {
        let load = |card: &usize| self.running.values().filter(|running| running.card == Some(*card)).count();
        (0..self.cards.len()).min_by_key(load)
    }

    fn start(&mut self, index: usize, tasks: &mut Tasks) {
        let card = self.free_card();
        match self.spawn(index, tasks, card) {
            Ok(child) => {
                tasks.list[index].state = State::Running;
                self.running.insert(index, Running { child, card, waits: false, failure: None });
                self.progress.started(index);
            }
            // The system has no place for one more: it is started when another has ended.
            Err(error) if !self.running.is_empty() && is_full(&error) => self.jobs = self.at_work(),
            Err(error) => self.fail(index, &mut tasks.list[index], format!("not started: {error:#}"), ""),
        }
    }

    /// Starts the process; what it says on stdout comes to the inbox, what it says on stderr goes to its log.
    fn spawn(&self, index: usize, tasks: &Tasks, card: Option<usize>) -> anyhow::Result<Child> {
        let task = &tasks.list[index];
        task.dir.prepare(&tasks.spec(index).map_err(|failure| failure.error)?)?;
        let path = task.dir.log_path();
        let log = fs::OpenOptions::new().create(true).append(true).open(&path);
        let log = log.with_context(|| format!("cannot write {}", path.display()))?;
        let mut command = self.program.train(&task.id, self.threads);
        command.stdout(Stdio::piped()).stderr(log);
        if let Some(card) = card {
            command.env(VISIBLE, &self.cards[card]);
        }
        // In a group of its own, a terminal's Ctrl-C reaches it through this pool alone.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = child::start(&mut command).context("cannot start corrkd")?;
        let stdout = child.stdout.take().context("its output is not connected")?;
        let sender = self.inbox.sender.clone();
        let listens = thread::Builder::new().spawn(move || forward(index, BufReader::new(stdout), &sender));
        match listens {
            Ok(_) => Ok(child),
            Err(error) => {
                child::end([&mut child]);
                Err(error).context("cannot start a thread")
            }
        }
    }

    fn heard(&mut self, index: usize, line: &str) {
        let Ok(event) = serde_json::from_str::<Event>(line) else { return self.progress.remark(index, line) };
        self.progress.event(index, &event);
        if let (Some(board), Event::Epoch { .. }) = (self.board, &event) {
            board.update(index);
        }
        let Some(running) = self.running.get_mut(&index) else { return };
        match event {
            Event::Waiting => running.waits = true,
            Event::Failed { message } => running.failure = Some(message),
            _ => running.waits = false,
        }
    }

    fn ended(&mut self, index: usize, tasks: &mut [Task]) {
        let Some(mut running) = self.running.remove(&index) else { return };
        let status = running.child.wait();
        let proved = tasks[index].dir.proved();
        let reason = match (proved, status) {
            // Whoever had it run.
            (Ok(Some(_)), _) => {
                tasks[index].state = State::Finished;
                self.progress.finished(index);
                return;
            }
            (Ok(None), Ok(status)) if self.stopping && status.code() == Some(Exit::Unfinished.code().into()) => {
                tasks[index].state = State::Waiting;
                self.progress.stopped(index);
                return;
            }
            (_, Err(error)) => format!("lost sight of its process: {error}"),
            (Ok(None), Ok(status)) if status.success() => "ended without a result".to_owned(),
            (Err(error), Ok(status)) if status.success() => format!("its result cannot be used: {error}"),
            (_, Ok(status)) => match running.failure {
                Some(message) => format!("{status}: {message}"),
                None => status.to_string(),
            },
        };
        if !self.have_again(index, tasks) {
            let log = tail(&tasks[index].dir.log_path());
            self.fail(index, &mut tasks[index], reason, &log);
        }
    }

    /// A run that failed because one that it needs is not there any more, or damaged, is had again when that one is.
    fn have_again(&mut self, index: usize, tasks: &mut [Task]) -> bool {
        let lost = |&need: &usize| !matches!(tasks[need].dir.proved(), Ok(Some(_)));
        let lost: Vec<usize> = tasks[index].needs.iter().copied().filter(lost).collect();
        let times = self.again.entry(index).or_default();
        if lost.is_empty() || *times == AGAIN {
            return false;
        }
        *times += 1;
        for other in lost.into_iter().filter(|&need| tasks[need].state == State::Finished).collect::<Vec<_>>() {
            tasks[other].state = State::Waiting;
            self.progress.lost(other, tasks[other].epochs);
        }
        tasks[index].state = State::Waiting;
        self.progress.put_off(index, tasks[index].epochs);
        true
    }

    fn fail(&mut self, index: usize, task: &mut Task, reason: String, log: &str) {
        let lines: Vec<&str> = log.lines().collect();
        let tail = &lines[lines.len().saturating_sub(TAIL)..];
        self.progress.failed(index, &reason, tail, &task.dir.log_path());
        task.state = State::Failed(reason);
    }

    /// Told to stop in order, and stopped.
    fn stopped(mut self, tasks: &Tasks) -> Failure {
        self.progress.close();
        let (finished, total) = (tasks.finished(), tasks.list.len());
        let error = anyhow!("told to stop: {finished} of {total} runs are finished; the same job goes on where it is");
        Failure::new(Exit::Unfinished, error)
    }

    /// Stops the processes. Runs write by renaming and resume from their last checkpoint, so none is harmed.
    fn stop(mut self, tasks: &Tasks) -> Failure {
        child::end(self.running.values_mut().map(|running| &mut running.child));
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

/// The waiting tasks that have all they need.
fn ready(tasks: &[Task]) -> impl Iterator<Item = usize> {
    let supplied = |task: &Task| task.needs.iter().all(|&need| tasks[need].state == State::Finished);
    (0..tasks.len()).filter(move |&index| tasks[index].state == State::Waiting && supplied(&tasks[index]))
}

/// The first ready task that no other process works on, or else the first.
fn next(tasks: &[Task]) -> Option<usize> {
    ready(tasks).find(|&index| !tasks[index].dir.is_held()).or_else(|| ready(tasks).next())
}

/// Whether the system has no process or thread left to give.
fn is_full(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::WouldBlock)
}

/// The end of a log.
fn tail(path: &Path) -> String {
    let mut bytes = Vec::new();
    let read = corrkd_system::open(path).and_then(|mut file| {
        let length = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(length.saturating_sub(LIMIT)))?;
        file.take(LIMIT).read_to_end(&mut bytes)
    });
    // Where it cannot be read, the reason alone is told.
    read.map_or_else(|_| String::new(), |_| String::from_utf8_lossy(&bytes).into_owned())
}

/// Passes a process's lines on until it closes its output; what is too long for a line is cut into several. Nobody listens any
/// more once the runner ends.
fn forward(task: usize, mut output: impl BufRead, sender: &Sender<Message>) {
    let mut bytes = Vec::new();
    while output.by_ref().take(LIMIT).read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
        let line = String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned();
        bytes.clear();
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
                Stage { name, training: "training", settings, sees_missing: false, needs, is_part: false }
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
        let prepared = Prepared { fingerprint: "f".to_owned(), code, labels, aligned: true, samples, seconds: vec![] };
        let folder = tempfile::tempdir().unwrap();
        let runs = Runs::open(folder.path()).unwrap();
        let plan = Plan::of(&experiment);
        let tasks = Tasks::of(&plan, &experiment, vec![prepared], Device::Cpu, Kernels::Fused, &runs).unwrap();
        let specs = [0, 1, 2].map(|index| tasks.spec(index).unwrap());
        let mut list = tasks.list;
        assert_eq!(specs[2].needs, [list[0].id.clone(), list[1].id.clone()]);
        assert!(specs.iter().zip(&list).all(|(spec, task)| spec.code == "v2" && spec.id() == task.id));
        // What another process works on comes after what nobody does.
        assert_eq!(next(&list), Some(0));
        let held = list[0].dir.lock().unwrap();
        assert_eq!(next(&list), Some(1));
        let both = [held, list[1].dir.lock().unwrap()];
        assert_eq!(next(&list), Some(0));
        drop(both);
        // While one goes on, or has ended alone, the third is not ready.
        list[0].state = State::Running;
        assert_eq!(next(&list), Some(1));
        list[1].state = State::Finished;
        assert_eq!(next(&list), None);
        list[0].state = State::Finished;
        assert_eq!(next(&list), Some(2));
    }
}
