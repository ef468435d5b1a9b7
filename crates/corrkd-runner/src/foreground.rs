//! A child that is run to its end before anything else happens: the preparation, the report.

use crate::{
    failure::Failure,
    inbox::{Inbox, Message},
};
use anyhow::{Context, anyhow};
use corrkd_config::Exit;
use std::{
    io::Read,
    process::{Command, ExitStatus, Stdio},
    sync::mpsc::RecvTimeoutError,
    thread,
    time::Duration,
};

/// Where the child's stdout goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stdout {
    /// To ours.
    Shown,
    /// Into the returned text.
    Kept,
}

/// Runs the child to its end, or stops it on Ctrl-C.
///
/// # Errors
/// Exit code 1 if it cannot be started, 130 if it was stopped.
pub(crate) fn run(command: &mut Command, stdout: Stdout, inbox: &Inbox) -> Result<(ExitStatus, String), Failure> {
    let name = command.get_program().display().to_string();
    command.stdin(Stdio::null());
    if stdout == Stdout::Kept {
        command.stdout(Stdio::piped());
    }
    let mut child = command.spawn().with_context(|| format!("cannot start {name}"))?;
    let text = child.stdout.take().map(|mut pipe| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            // A pipe that breaks ends the text; the exit status tells the rest.
            let _ = pipe.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        })
    });
    let status = loop {
        if let Some(status) = child.try_wait().with_context(|| format!("cannot wait for {name}"))? {
            break status;
        }
        if let Ok(Message::Interrupt) | Err(RecvTimeoutError::Disconnected) =
            inbox.receiver.recv_timeout(Duration::from_millis(10))
        {
            // It may have ended by itself in between, which is as good.
            let _ = child.kill();
            let _ = child.wait();
            return Err(interrupted(&name));
        }
    };
    if status.code().is_none() {
        // A signal: a terminal's Ctrl-C reaches the child as well, and often before us.
        if let Ok(Message::Interrupt) = inbox.receiver.recv_timeout(Duration::from_millis(200)) {
            return Err(interrupted(&name));
        }
    }
    let text = text.map(|reader| reader.join().unwrap_or_default()).unwrap_or_default();
    Ok((status, text))
}

fn interrupted(name: &str) -> Failure {
    Failure::new(Exit::Interrupted, anyhow!("interrupted while {name} was at work; the same command starts it again"))
}
