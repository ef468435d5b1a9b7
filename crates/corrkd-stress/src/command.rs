//! Processes: started with their output kept, waited for within a limit, signalled, and looked for.

use anyhow::{Context, Result, bail, ensure};
use corrkd_config::Exit;
use std::fs::{self, File};
use std::io::{Read, Seek};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// No command here takes so long, even where all cores are busy.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);

/// A process at work.
pub(crate) struct Running {
    pub(crate) child: Child,
    out: File,
    err: File,
    line: String,
    started: Instant,
}

/// A process that ended.
pub(crate) struct Ended {
    /// Its exit code; none where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) seconds: f64,
    line: String,
}

impl Running {
    /// Starts a command; output that has no other place is kept.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let (out, err) = (kept()?, kept()?);
        command.stdout(out.try_clone()?).stderr(err.try_clone()?);
        Self::with(command, out, err)
    }

    /// As [`start`](Self::start), with the standard output, or the error, in a pipe that the child has.
    pub(crate) fn piped(command: &mut Command, error: bool) -> Result<Self> {
        let (out, err) = (kept()?, kept()?);
        command.stdout(if error { out.try_clone()?.into() } else { Stdio::piped() });
        command.stderr(if error { Stdio::piped() } else { err.try_clone()?.into() });
        Self::with(command, out, err)
    }

    fn with(command: &mut Command, out: File, err: File) -> Result<Self> {
        let words = [command.get_program()].into_iter().chain(command.get_args());
        let line = words.map(|word| short(&word.to_string_lossy())).collect::<Vec<_>>().join(" ");
        let child = command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start {line}"))?;
        Ok(Self { child, out, err, line, started: Instant::now() })
    }

    /// How long it has been at work.
    pub(crate) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Waits for its end. It never may panic or leave a raw escape in what it says.
    pub(crate) fn end(mut self, limit: Duration) -> Result<Ended> {
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if self.started.elapsed() > limit {
                let _ = self.child.kill();
                let _ = self.child.wait();
                bail!("still at work after {} s: {}\n{}", limit.as_secs(), self.line, tail(&text(&mut self.err)?));
            }
            thread::sleep(Duration::from_millis(4));
        };
        let seconds = self.started.elapsed().as_secs_f64();
        let (out, err) = (text(&mut self.out)?, text(&mut self.err)?);
        let ended = Ended { code: status.code(), out, err, seconds, line: self.line };
        for said in [&ended.out, &ended.err] {
            ensure!(!said.contains("panicked at"), "it panicked: {}", ended.told());
            ensure!(!said.contains(['\u{1b}', '\u{9b}']), "a raw escape in what it says: {}", ended.told());
        }
        ensure!(ended.code != Some(101), "it ended as after a panic: {}", ended.told());
        Ok(ended)
    }
}

impl Ended {
    /// Its exit code must be one of these.
    pub(crate) fn expect(&self, codes: &[Exit]) -> Result<()> {
        let good = codes.iter().any(|exit| self.code == Some(exit.code().into()));
        ensure!(
            good,
            "expected exit {:?}, got {}",
            codes.iter().map(|exit| exit.code()).collect::<Vec<_>>(),
            self.told()
        );
        Ok(())
    }

    /// All that it said.
    pub(crate) fn said(&self) -> String {
        format!("{}\n{}", self.out, self.err)
    }

    /// Command, exit and last words.
    pub(crate) fn told(&self) -> String {
        let code = self.code.map_or("a signal".to_owned(), |code| code.to_string());
        format!("{code} of `{}`: {}", self.line, tail(if self.err.is_empty() { &self.out } else { &self.err }))
    }
}

/// Does a command within [`LIMIT`].
pub(crate) fn run(command: &mut Command) -> Result<Ended> {
    Running::start(command)?.end(LIMIT)
}

/// Does a command that must end with 0.
pub(crate) fn done(command: &mut Command) -> Result<Ended> {
    let ended = run(command)?;
    ended.expect(&[Exit::Done])?;
    Ok(ended)
}

/// A command under limits of the shell, such as `ulimit -v 1000000`.
pub(crate) fn limited(limits: &str, command: &Command) -> Command {
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("{limits}; exec \"$0\" \"$@\"")]).arg(command.get_program()).args(command.get_args());
    limited
}

/// Does something by a tool of the system, which must succeed.
pub(crate) fn tool(name: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new(name).args(arguments).output().with_context(|| format!("cannot start {name}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name} {}: {}", arguments.join(" "), said.trim());
    Ok(())
}

/// Copies a file or folder with its times and rights.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    tool("cp", &["-a", &from.to_string_lossy(), &to.to_string_lossy()])
}

/// Sends a signal; whether there was a process to hear it.
pub(crate) fn signal(process: u32, name: &str) -> bool {
    tool("sh", &["-c", &format!("kill -s {name} {process}")]).is_ok()
}

/// The processes that a process started.
pub(crate) fn children(of: u32) -> Vec<u32> {
    // After the name, which may hold blanks: the state, and who started it.
    let parent = |process: u32| -> Option<u32> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
    };
    processes().filter(|&process| parent(process) == Some(of)).collect()
}

/// The processes that work in a folder, by their command lines.
pub(crate) fn working_in(folder: &Path) -> Vec<String> {
    let folder = folder.to_string_lossy();
    let line = |process| fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let lines = processes().map(|process| String::from_utf8_lossy(&line(process)).replace('\0', " "));
    lines.filter(|line| line.contains(&*folder)).collect()
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// A file without a name, removed with its last holder.
fn kept() -> Result<File> {
    let path = std::env::temp_dir().join(format!("corrkd-stress-{}-{:?}", std::process::id(), thread::current().id()));
    let file = File::options().read(true).append(true).create(true).open(&path)?;
    fs::remove_file(path)?;
    Ok(file)
}

fn text(file: &mut File) -> Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The end of what was said, in a line.
fn tail(said: &str) -> String {
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    short(&lines[lines.len().saturating_sub(4)..].join(" | "))
}

fn short(text: &str) -> String {
    match text.char_indices().nth_back(600) {
        Some((at, _)) => format!("..{}", &text[at..]),
        None => text.to_owned(),
    }
}
