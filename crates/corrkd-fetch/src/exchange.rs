//! One request for a file or a piece of it, and its reply, whose bytes go to the unfinished file (RFC 9110, section 14,
//! range requests).

use std::io::Read as _;
use ureq::http::header::{IF_RANGE, RANGE};
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

use crate::origin::Origin;
use crate::part::{BUFFER, Part};
use crate::{FetchError, Piece, Progress, Request, client, reply};

/// A piece on its way, and the file that it belongs to.
pub(crate) struct Errand<'a> {
    pub(crate) agent: Agent,
    pub(crate) request: &'a Request<'a>,
    pub(crate) piece: Piece<'a>,
    /// Bytes of the whole file, where they are known from the start.
    pub(crate) whole: Option<u64>,
}

/// Asks for what is missing of a piece and receives it to its end.
pub(crate) fn exchange(errand: &Errand, part: &mut Part, tell: &mut dyn FnMut(Progress)) -> Result<(), FetchError> {
    let Errand { request, piece, .. } = errand;
    let old = part.goes_on(request).cloned();
    let response = ask(errand, old.as_ref().map(|origin| (part.length(), origin)))?;
    match (response.status(), &old) {
        // The whole piece: there was none, or it has changed, or the server cannot give a part of it.
        (StatusCode::OK, _) => begin(&response, errand, part)?,
        (StatusCode::PARTIAL_CONTENT, Some(origin)) if continues(&response, origin, part.length()) => {}
        // The rest of another file, or no rest. The next request asks for the whole, so this is not come back to.
        (StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE, Some(_)) => {
            part.clear()?;
            return exchange(errand, part, tell);
        }
        (status, _) => return Err(reply::refusal(piece.url, status, response.headers())),
    }
    receive(response, errand, part, tell)
}

/// Asks for the piece, or for what follows `from` bytes of it if it is still the same.
fn ask(errand: &Errand, from: Option<(u64, &Origin)>) -> Result<Response<Body>, FetchError> {
    let Errand { agent, request, piece, .. } = errand;
    let mut question = agent.get(piece.url);
    if let Some((length, origin)) = from {
        question = question.header(RANGE, format!("bytes={length}-"));
        if let Some(version) = &origin.version {
            question = question.header(IF_RANGE, version);
        }
    }
    question.call().map_err(|e| client::error(piece.url, e, &request.patience))
}

/// Whether a part follows `length` bytes of the same file.
fn continues(response: &Response<Body>, origin: &Origin, length: u64) -> bool {
    let range = reply::range(response.headers());
    let version = reply::version(response.headers());
    range.is_some_and(|(first, total)| first == length && origin.total.is_none_or(|known| known == total))
        && (version.is_none() || version == origin.version)
}

/// Starts the piece anew, with the origin that the reply states.
fn begin(response: &Response<Body>, errand: &Errand, part: &mut Part) -> Result<(), FetchError> {
    let Errand { request, piece, .. } = errand;
    let total = reply::length(response.headers());
    // The sum of many pieces would tell a broken connection only when all of them are there.
    let sum = if request.pieces.len() > 1 { piece.sha256 } else { piece.sha256.or(request.sha256) };
    if total.is_none() && !reply::is_chunked(response.headers()) && sum.is_none() {
        return Err(FetchError::NoLength { url: piece.url.to_owned() });
    }
    let limit = errand.limit(part);
    if let Some(got) = total.filter(|total| *total > limit) {
        return Err(FetchError::TooLong { url: piece.url.to_owned(), limit, got });
    }
    part.start_anew(piece.url, reply::version(response.headers()), total)
}

/// Receives the reply's bytes.
fn receive(
    mut response: Response<Body>,
    errand: &Errand,
    part: &mut Part,
    tell: &mut dyn FnMut(Progress),
) -> Result<(), FetchError> {
    let Errand { request, piece, whole, .. } = errand;
    let url = || piece.url.to_owned();
    let total = part.total();
    let limit = total.unwrap_or(errand.limit(part));
    let mut body = response.body_mut().as_reader();
    let mut buffer = vec![0; BUFFER];
    let all = if request.pieces.len() > 1 { *whole } else { total };
    loop {
        tell(Progress::Receiving { done: part.contents().length, total: all });
        let read = body.read(&mut buffer).map_err(|e| client::error(piece.url, e.into(), &request.patience))?;
        if read == 0 {
            break;
        }
        let got = part.length() + read as u64;
        if got > limit {
            return Err(FetchError::TooLong { url: url(), limit, got });
        }
        part.add(&buffer[..read])?;
        if !part.contents().begins(request.magic) {
            return Err(part.contents().other_kind(piece.url, request.magic));
        }
    }
    match total {
        Some(total) if part.length() < total => {
            Err(FetchError::Connection { url: url(), cause: "only a part came".to_owned() })
        }
        _ => Ok(()),
    }
}

impl Errand<'_> {
    /// The most bytes that the piece may have.
    fn limit(&self, part: &Part) -> u64 {
        self.request.limit.saturating_sub(part.start())
    }
}
