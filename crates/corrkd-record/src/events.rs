//! `events.jsonl`: one event for each line, only ever added to, except where a run resumes. Whoever writes holds the run's lock.

use crate::digest::hash;
use crate::{Event, RecordError, replace};
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// More than the events of any run have.
const LIMIT: u64 = 1 << 30;
/// How the line begins that ends the history of a training.
const JUDGING: &[u8] = b"{\"event\":\"evaluating\"";

/// All events whose line is complete.
pub(crate) fn read(path: &Path) -> Result<Vec<Event>, RecordError> {
    match bytes(path) {
        Err(RecordError::Io { cause, .. }) if cause.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        bytes => parse(path, &bytes?),
    }
}

/// The events up to the judging of the test split, if their lines have the hash `expected`.
pub(crate) fn history(path: &Path, expected: &str) -> Result<Vec<Event>, RecordError> {
    let bytes = bytes(path)?;
    let history = before_judging(&bytes);
    match hash(history) == expected {
        true => parse(path, history),
        false => Err(RecordError::damaged(path, "it tells of another training than the run's result names")),
    }
}

/// BLAKE3 of the lines before the one that says that the test split is judged.
pub(crate) fn history_hash(path: &Path) -> Result<String, RecordError> {
    Ok(hash(before_judging(&bytes(path)?)))
}

/// BLAKE3 of the lines up to and including the last epoch that is not after `epoch`.
pub(crate) fn hash_until(path: &Path, epoch: usize) -> Result<String, RecordError> {
    Ok(hash(until(&bytes(path)?, epoch)))
}

/// Adds a line in one write, so that readers see whole lines; what a process that was killed left of one goes.
pub(crate) fn append(path: &Path, event: &Event) -> Result<(), RecordError> {
    let mut line = serde_json::to_vec(event).map_err(|reason| RecordError::damaged(path, reason))?;
    line.push(b'\n');
    File::options()
        .create(true)
        .read(true)
        .append(true)
        .open(path)
        .and_then(|mut file| {
            cut(&mut file)?;
            file.write_all(&line)
        })
        .map_err(RecordError::io(path, "add to it"))
}

/// Keeps the lines up to and including the last epoch that is not after `epoch`.
pub(crate) fn truncate(path: &Path, epoch: usize) -> Result<(), RecordError> {
    match bytes(path) {
        Err(RecordError::Io { cause, .. }) if cause.kind() == ErrorKind::NotFound => Ok(()),
        bytes => replace(path, until(&bytes?, epoch)),
    }
}

/// Cuts off what stands behind the last end of a line.
fn cut(file: &mut File) -> io::Result<()> {
    let length = file.metadata()?.len();
    let mut last = [b'\n'];
    if length > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    if last == [b'\n'] {
        return Ok(());
    }
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    file.set_len(whole(&bytes).len() as u64)
}

fn bytes(path: &Path) -> Result<Vec<u8>, RecordError> {
    corrkd_system::read(path, LIMIT).map_err(RecordError::read(path))
}

/// The lines that are complete.
fn whole(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
    &bytes[..end]
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    whole(bytes).split_inclusive(|&byte| byte == b'\n')
}

fn before_judging(bytes: &[u8]) -> &[u8] {
    let end = lines(bytes).take_while(|line| !line.starts_with(JUDGING)).map(<[u8]>::len).sum();
    &bytes[..end]
}

/// The lines up to and including the last epoch that is not after `epoch`.
fn until(bytes: &[u8], epoch: usize) -> &[u8] {
    let (mut at, mut end) = (0, 0);
    for line in lines(bytes) {
        at += line.len();
        if matches!(serde_json::from_slice(line), Ok(Event::Epoch { epoch: told, .. }) if told <= epoch) {
            end = at;
        }
    }
    &bytes[..end]
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<Event>, RecordError> {
    let event = |(index, line)| {
        serde_json::from_slice(line).map_err(|e| RecordError::damaged(path, format!("line {}: {e}", index + 1)))
    };
    lines(bytes).enumerate().map(event).collect()
}
