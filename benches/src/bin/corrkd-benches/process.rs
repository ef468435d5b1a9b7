//! A program from its start to its end: how long it took, the most memory it held, what it said.

use crate::memory::peak_memory;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A program that has ended well.
#[derive(Debug)]
pub(super) struct Process {
    /// From its start to its end.
    pub(super) seconds: f64,
    /// In bytes, where the system tells.
    pub(super) memory: Option<u64>,
    /// What it printed.
    said: String,
}

impl Process {
    /// Runs a program.
    ///
    /// # Errors
    /// If it cannot be started or fails.
    pub(super) fn run(command: &mut Command) -> Result<Self> {
        let name = command.get_program().display().to_string();
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let start = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let process = child.id();
        let memory = thread::spawn(move || last(|| peak_memory(process)));
        let output = child.wait_with_output().with_context(|| format!("cannot wait for {name}"))?;
        let seconds = start.elapsed().as_secs_f64();
        if !output.status.success() {
            bail!("{name} failed ({})", output.status);
        }
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(Self { seconds, memory: memory.join().ok().flatten(), said })
    }

    /// The seconds that it says some of its parts took, together.
    ///
    /// # Errors
    /// If it says no such thing.
    pub(super) fn of_parts(&self, parts: &[&str]) -> Result<f64> {
        let answer = self.answer()?;
        let part = |part: &&str| answer["seconds"][*part].as_f64().with_context(|| format!("no seconds of `{part}`"));
        parts.iter().map(part).sum::<Result<f64>>().with_context(|| self.said.clone())
    }

    /// What it says as JSON.
    ///
    /// # Errors
    /// If that is none.
    pub(super) fn answer(&self) -> Result<Value> {
        serde_json::from_str(&self.said).with_context(|| format!("expected JSON, got `{}`", self.said.trim_end()))
    }
}

/// How often memory is looked at.
const OFTEN: Duration = Duration::from_millis(2);

/// The last number there is before there are no more.
fn last(mut number: impl FnMut() -> Option<u64>) -> Option<u64> {
    let mut last = None;
    while let Some(now) = number() {
        last = Some(now);
        thread::sleep(OFTEN);
    }
    last
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Result<Process> {
        Process::run(Command::new("sh").args(["-c", script]))
    }

    #[test]
    fn parts_are_added_up() {
        let process = shell(r#"sleep 0.05; echo '{"seconds": {"gather": 0.5, "cut": 0.25}, "videos": 3}'"#).unwrap();
        assert_eq!(process.of_parts(&["gather", "cut"]).unwrap(), 0.75);
        assert_eq!(process.answer().unwrap()["videos"], 3);
        assert!(process.seconds >= 0.05);
        let error = format!("{:#}", process.of_parts(&["cut", "align"]).unwrap_err());
        assert!(error.contains(r#""gather": 0.5"#) && error.ends_with("no seconds of `align`"), "{error}");
    }

    #[test]
    fn what_went_wrong_is_told() {
        assert!(shell("exit 3").unwrap_err().to_string().contains("sh failed (exit status: 3)"));
        let error = format!("{:#}", shell("echo hello").unwrap().answer().unwrap_err());
        assert!(error.starts_with("expected JSON, got `hello`"), "{error}");
        let error = Process::run(&mut Command::new("/no/such/program")).unwrap_err().to_string();
        assert_eq!(error, "cannot start /no/such/program");
    }

    #[test]
    fn the_last_number_counts() {
        let mut numbers = [1, 5, 9].into_iter();
        assert_eq!(last(|| numbers.next()), Some(9));
        assert_eq!(last(|| None), None);
    }
}
