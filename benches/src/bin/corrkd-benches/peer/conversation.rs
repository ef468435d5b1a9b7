//! A program that waits for requests, each a line on its stdin, and answers each with a line of JSON on its stdout.

use crate::memory::peak_memory;
use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader, Lines, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// A program that has said who it is.
pub(super) struct Conversation {
    /// What we call it.
    pub(super) name: &'static str,
    /// What it calls itself.
    pub(super) introduction: String,
    child: Child,
    requests: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Conversation {
    /// Starts a program and waits until it says who it is.
    ///
    /// # Errors
    /// If it cannot be started, or ends first.
    pub(super) fn start(name: &'static str, mut command: Command) -> Result<Self> {
        let program = command.get_program().display().to_string();
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start {program}"))?;
        let (requests, answers) =
            child.stdin.take().zip(child.stdout.take()).with_context(|| format!("no pipes to {program}"))?;
        let answers = BufReader::new(answers).lines();
        let mut it = Self { name, introduction: String::new(), child, requests, answers };
        let said = it.listen().with_context(|| format!("{program}, as `{name}`"))?;
        it.introduction =
            said["program"].as_str().with_context(|| format!("{name} introduced itself by {said}"))?.into();
        Ok(it)
    }

    /// The answer to a request.
    ///
    /// # Errors
    /// If it says that it cannot, or ends.
    pub(super) fn ask(&mut self, request: &str) -> Result<Value> {
        // One that has ended cannot be written to; listening tells how it ended.
        let _ = writeln!(self.requests, "{request}").and_then(|()| self.requests.flush());
        self.listen().with_context(|| format!("{}: `{request}`", self.name))
    }

    /// The seconds that each of so many repetitions of a work took.
    ///
    /// # Errors
    /// As [`ask`](Self::ask), and if it answers something else.
    pub(super) fn seconds(&mut self, work: &str, repeat: usize) -> Result<Vec<f64>> {
        let answer = self.ask(&format!("{work} repeat={repeat}"))?;
        let seconds = answer["seconds"].as_array().map(|all| all.iter().filter_map(Value::as_f64).collect::<Vec<_>>());
        seconds
            .filter(|seconds| seconds.len() == repeat)
            .with_context(|| format!("{}: `{work}`: expected {repeat} numbers of seconds, got {answer}", self.name))
    }

    fn listen(&mut self) -> Result<Value> {
        let Some(line) = self.answers.next() else {
            let status = self.child.wait().context("cannot wait for it")?;
            bail!("it ended ({status})");
        };
        let line = line.context("cannot read its answer")?;
        let answer: Value = serde_json::from_str(&line).with_context(|| format!("expected JSON, got `{line}`"))?;
        match answer["error"].as_str() {
            Some(error) => Err(anyhow!("{error}")),
            None => Ok(answer),
        }
    }

    /// The most memory that it has held so far, in bytes, where the system tells (Linux).
    pub(super) fn peak_memory(&self) -> Option<u64> {
        peak_memory(self.child.id())
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(all(test, unix))]
pub(super) mod tests {
    use super::*;

    pub(in crate::peer) fn stand_in(name: &'static str, script: &str) -> Result<Conversation> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Conversation::start(name, command)
    }

    fn shell(script: &str) -> Result<Conversation> {
        stand_in("stand-in", script)
    }

    fn error<T>(result: Result<T>) -> String {
        result.err().map(|e| format!("{e:#}")).unwrap_or_default()
    }

    #[test]
    fn requests_are_answered_in_turn() {
        let mut program = shell(
            r#"echo '{"program": "a shell"}'; read line; echo "{\"heard\": \"$line\"}"
               read line; echo '{"seconds": [0.5, 0.25]}'; read line; echo '{"error": "no such work"}'"#,
        )
        .unwrap();
        assert_eq!(program.introduction, "a shell");
        assert_eq!(program.ask("check L=2").unwrap()["heard"], "check L=2");
        assert_eq!(program.seconds("step L=2", 2).unwrap(), [0.5, 0.25]);
        assert_eq!(error(program.ask("sleep")), "stand-in: `sleep`: no such work");
        assert!(error(program.ask("step")).starts_with("stand-in: `step`: it ended (exit status: 0)"));
    }

    #[test]
    fn an_answer_that_is_none_is_told() {
        let mut program =
            shell(r#"echo '{"program": "a shell"}'; read line; echo '{"seconds": [0.5]}'; read line"#).unwrap();
        let said = error(program.seconds("step", 2));
        assert!(said.contains("expected 2 numbers of seconds, got {\"seconds\":[0.5]}"), "{said}");
        assert!(error(shell("exit 2")).contains("sh, as `stand-in`: it ended (exit status: 2)"));
        assert!(error(shell("echo hello")).contains("expected JSON, got `hello`"));
    }
}
