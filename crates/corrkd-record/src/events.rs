//! `events.jsonl`: one event for each line, only ever added to, except where a run resumes.

use crate::{Event, RecordError, replace};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// All events whose line is complete.
pub(crate) fn read(path: &Path) -> Result<Vec<Event>, RecordError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(RecordError::io(path, "read it")(error)),
    };
    text.split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
        .enumerate()
        .map(|(index, line)| {
            serde_json::from_str(line).map_err(|e| RecordError::damaged(path, format!("line {}: {e}", index + 1)))
        })
        .collect()
}

/// Adds a line in one write, so that readers see whole lines.
pub(crate) fn append(path: &Path, event: &Event) -> Result<(), RecordError> {
    let line = line(path, event)?;
    File::options()
        .create(true)
        .append(true)
        .open(path)
        .and_then(|mut file| file.write_all(&line))
        .map_err(RecordError::io(path, "add to it"))
}

/// Keeps the lines up to and including the last epoch that is not after `after_epoch`.
pub(crate) fn truncate(path: &Path, after_epoch: usize) -> Result<(), RecordError> {
    let mut events = read(path)?;
    let kept = |event: &Event| matches!(event, Event::Epoch { epoch, .. } if *epoch <= after_epoch);
    events.truncate(events.iter().rposition(kept).map_or(0, |last| last + 1));
    let lines: Vec<Vec<u8>> = events.iter().map(|event| line(path, event)).collect::<Result<_, _>>()?;
    replace(path, &lines.concat())
}

fn line(path: &Path, event: &Event) -> Result<Vec<u8>, RecordError> {
    let mut line = serde_json::to_vec(event).map_err(|reason| RecordError::damaged(path, reason))?;
    line.push(b'\n');
    Ok(line)
}
