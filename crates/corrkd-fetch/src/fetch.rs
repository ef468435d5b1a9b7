//! The whole way of a file: is it there, receive it with patience, piece behind piece, prove it, give it its name.

use std::io::ErrorKind;

use crate::exchange::{Errand, exchange};
use crate::part::{Contents, Part, io};
use crate::{FetchError, Piece, Progress, Request, client, sha256, size, url};

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
/// A file in several pieces is received the same way, one piece behind the other: those that are whole stay, whatever
/// happens to the next, and the SHA-256 of the whole proves that they belong together.
///
/// Connections that break or stall, and replies that ask for patience (408, 429, 5xx), are tried again.
///
/// # Errors
/// [`FetchError`]; after most of them a later call goes on from the byte reached.
pub fn fetch(request: &Request, tell: &mut dyn FnMut(Progress)) -> Result<Fetched, FetchError> {
    if let Some(fetched) = there(request, tell)? {
        return Ok(fetched);
    }
    request.check()?;
    let mut part = Part::open(request.to)?;
    let fetched = complete(request, &mut part, tell);
    if fetched.is_err() && part.contents().length == 0 {
        part.remove();
    }
    fetched
}

/// Receives and proves the file, and gives it its name.
fn complete(request: &Request, part: &mut Part, tell: &mut dyn FnMut(Progress)) -> Result<Fetched, FetchError> {
    // Another process may have finished it before the part was ours.
    if let Some(fetched) = there(request, tell)? {
        part.remove();
        return Ok(fetched);
    }
    part.take_up(request, tell)?;
    let pieces = request.pieces.len();
    let mut whole = None;
    if pieces > 1 {
        whole = size::total(request, part)?;
        tell(Progress::Ahead { pieces, done: part.contents().length, total: whole });
    }
    for (number, piece) in request.pieces.iter().enumerate().skip(part.pieces()) {
        let agent = client::client(&url::parse(piece.url)?, &request.patience);
        let received = receive(&Errand { agent, request, piece: *piece, whole }, part, tell);
        // What is of no use goes: the pieces before it stay.
        if let Err(FetchError::Kind { .. } | FetchError::Sha256 { .. } | FetchError::TooLong { .. }) = &received {
            part.clear()?;
        }
        received?;
        if let Some(next) = request.pieces.get(number + 1) {
            part.next(next.url)?;
        }
    }
    let contents = part.contents();
    let url = request.pieces.first().map_or("", |piece| piece.url);
    let fetched = Fetched { bytes: contents.length, sha256: contents.sum.hex(), there_already: false };
    let wrong = request.sha256.filter(|expected| !sha256::same(expected, &fetched.sha256));
    let proved = match wrong.map(str::to_owned) {
        _ if !contents.is_kind(request.magic) => Err(contents.other_kind(url, request.magic)),
        Some(expected) => {
            let url = if pieces > 1 { format!("{url} and what follows it") } else { url.to_owned() };
            Err(FetchError::Sha256 { url, expected, got: fetched.sha256.clone() })
        }
        None => Ok(()),
    };
    if proved.is_err() {
        part.remove();
    }
    proved?;
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
    let mut file = match corrkd_system::open(request.to) {
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

/// Receives what is missing of a piece, in as many attempts as it takes while some of them bring something, and proves
/// it.
fn receive(errand: &Errand, part: &mut Part, tell: &mut dyn FnMut(Progress)) -> Result<(), FetchError> {
    let Errand { request: Request { patience, .. }, piece, .. } = errand;
    let mut failures = 0;
    let mut reached = part.length();
    while !part.is_whole() {
        let error = match exchange(errand, part, tell) {
            Ok(()) => break,
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
    let Piece { url, sha256: Some(expected) } = *piece else { return Ok(()) };
    let got = part.sum(tell)?.hex();
    if sha256::same(expected, &got) {
        return Ok(());
    }
    Err(FetchError::Sha256 { url: url.to_owned(), expected: expected.to_owned(), got })
}
