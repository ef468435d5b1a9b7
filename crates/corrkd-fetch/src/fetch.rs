//! The whole way of a file: is it there, receive it with patience, prove it, give it its name.

use std::fs::File;
use std::io::ErrorKind;
use ureq::Agent;

use crate::exchange::exchange;
use crate::part::{Contents, Part, io};
use crate::{FetchError, Progress, Request, client, sha256, url};

/// So many bytes between two failures show that it is worth going on.
const GAIN: u64 = 1 << 20;

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256, 64 digits in lower case.
    pub sha256: String,
    /// Whether it was there before and nothing was received.
    pub there_already: bool,
}

/// Fetches a file unless it is there, and tells how it goes.
///
/// A file that is there is never touched. If its SHA-256 is known and another one, that is an error; if none is known,
/// the file is taken for the right one. Otherwise bytes go to `NAME.part`, which becomes the file once it has the length
/// that the server states and the right SHA-256. What an earlier call left there is gone on with if it comes from the
/// same address and the server says that the file is still the same, or the SHA-256 will show it.
///
/// Connections that break or stall, and replies that ask for patience (408, 429, 5xx), are tried again.
///
/// # Errors
/// [`FetchError`]; after most of them a later call goes on from the byte reached.
pub fn fetch(request: &Request, tell: &mut dyn FnMut(Progress)) -> Result<Fetched, FetchError> {
    if let Some(fetched) = there(request, tell)? {
        return Ok(fetched);
    }
    let agent = client::client(&url::parse(request.url)?, &request.patience);
    let mut part = Part::open(request.to)?;
    let fetched = complete(&agent, request, &mut part, tell);
    let useless =
        matches!(fetched, Err(FetchError::Kind { .. } | FetchError::Sha256 { .. } | FetchError::TooLong { .. }));
    if useless || (part.length() == 0 && fetched.is_err()) {
        part.remove();
    }
    fetched
}

/// Receives and proves the file, and gives it its name.
fn complete(
    agent: &Agent,
    request: &Request,
    part: &mut Part,
    tell: &mut dyn FnMut(Progress),
) -> Result<Fetched, FetchError> {
    // Another process may have finished it before the part was ours.
    if let Some(fetched) = there(request, tell)? {
        part.remove();
        return Ok(fetched);
    }
    part.take_up(request, tell)?;
    receive(agent, request, part, tell)?;
    let contents = part.contents();
    if !contents.is_kind(request.magic) {
        return Err(contents.other_kind(request.url, request.magic));
    }
    let fetched = Fetched { bytes: contents.length, sha256: contents.sum.hex(), there_already: false };
    if let Some(expected) = request.sha256.filter(|expected| !sha256::same(expected, &fetched.sha256)) {
        let (url, expected) = (request.url.to_owned(), expected.to_owned());
        return Err(FetchError::Sha256 { url, expected, got: fetched.sha256 });
    }
    // Nor may a file be overwritten that came there meanwhile.
    if let Some(fetched) = there(request, tell)? {
        part.remove();
        return Ok(fetched);
    }
    part.finish(request.to)?;
    Ok(fetched)
}

/// The file that is there already, if it may be the one that is meant.
fn there(request: &Request, tell: &mut dyn FnMut(Progress)) -> Result<Option<Fetched>, FetchError> {
    let mut file = match File::open(request.to) {
        Ok(file) => file,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(io(request.to)(cause)),
    };
    let contents = Contents::read(&mut file, tell).map_err(io(request.to))?;
    let occupied = |expected, got| FetchError::Occupied { path: request.to.to_owned(), expected, got };
    if !contents.is_kind(request.magic) {
        let expected = format!("a file that begins with \"{}\"", request.magic.escape_ascii());
        return Err(occupied(expected, format!("\"{}\"", contents.head().escape_ascii())));
    }
    let sum = contents.sum.hex();
    if let Some(expected) = request.sha256.filter(|expected| !sha256::same(expected, &sum)) {
        return Err(occupied(format!("sha256 {expected}"), sum));
    }
    Ok(Some(Fetched { bytes: contents.length, sha256: sum, there_already: true }))
}

/// Receives what is missing, in as many attempts as it takes while some of them bring something.
fn receive(
    agent: &Agent,
    request: &Request,
    part: &mut Part,
    tell: &mut dyn FnMut(Progress),
) -> Result<(), FetchError> {
    let patience = &request.patience;
    let mut failures = 0;
    let mut reached = part.length();
    while !part.is_whole() {
        let error = match exchange(agent, request, part, tell) {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let asked = match &error {
            FetchError::Connection { .. } => None,
            FetchError::Status { passing: true, pause, .. } => *pause,
            _ => return Err(error),
        };
        if part.length() >= reached + GAIN {
            reached = part.length();
            failures = 0;
        }
        failures += 1;
        let pause = asked.unwrap_or_else(|| patience.pause_after(failures));
        if pause > patience.longest || failures >= patience.attempts {
            return Err(FetchError::GaveUp { attempts: failures, last: Box::new(error) });
        }
        tell(Progress::Waiting { cause: &error, pause });
        std::thread::sleep(pause);
    }
    Ok(())
}
