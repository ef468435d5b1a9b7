//! One request and its reply, whose bytes go to the unfinished file (RFC 9110, section 14, range requests).

use std::io::Read as _;
use ureq::http::header::{IF_RANGE, RANGE};
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

use crate::origin::Origin;
use crate::part::{BUFFER, Part};
use crate::{FetchError, Progress, Request, client, reply};

/// Asks for what is missing of a file and receives it to its end.
pub(crate) fn exchange(
    agent: &Agent,
    request: &Request,
    part: &mut Part,
    tell: &mut dyn FnMut(Progress),
) -> Result<(), FetchError> {
    let old = part.goes_on(request).cloned();
    let response = ask(agent, request, old.as_ref().map(|origin| (part.length(), origin)))?;
    match (response.status(), &old) {
        // The whole file: there was none, or it has changed, or the server cannot give a part of it.
        (StatusCode::OK, _) => begin(&response, request, part)?,
        (StatusCode::PARTIAL_CONTENT, Some(origin)) if continues(&response, origin, part.length()) => {}
        // The rest of another file, or no rest. The next request asks for the whole, so this is not come back to.
        (StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE, Some(_)) => {
            part.clear()?;
            return exchange(agent, request, part, tell);
        }
        (status, _) => return Err(reply::refusal(request.url, status, response.headers())),
    }
    receive(response, request, part, tell)
}

/// Asks for the file, or for what follows `from` bytes of it if it is still the same.
fn ask(agent: &Agent, request: &Request, from: Option<(u64, &Origin)>) -> Result<Response<Body>, FetchError> {
    let mut question = agent.get(request.url);
    if let Some((length, origin)) = from {
        question = question.header(RANGE, format!("bytes={length}-"));
        if let Some(version) = &origin.version {
            question = question.header(IF_RANGE, version);
        }
    }
    question.call().map_err(|e| client::error(request.url, e, &request.patience))
}

/// Whether a part follows `length` bytes of the same file.
fn continues(response: &Response<Body>, origin: &Origin, length: u64) -> bool {
    let range = reply::range(response.headers());
    let version = reply::version(response.headers());
    range.is_some_and(|(first, total)| first == length && origin.total.is_none_or(|known| known == total))
        && (version.is_none() || version == origin.version)
}

/// Starts the file anew, with the origin that the reply states.
fn begin(response: &Response<Body>, request: &Request, part: &mut Part) -> Result<(), FetchError> {
    let url = request.url.to_owned();
    let total = reply::length(response.headers());
    if total.is_none() && !reply::is_chunked(response.headers()) && request.sha256.is_none() {
        return Err(FetchError::NoLength { url });
    }
    if let Some(got) = total.filter(|total| *total > request.limit) {
        return Err(FetchError::TooLong { url, limit: request.limit, got });
    }
    part.start(Origin { url, version: reply::version(response.headers()), total })
}

/// Receives the reply's bytes.
fn receive(
    mut response: Response<Body>,
    request: &Request,
    part: &mut Part,
    tell: &mut dyn FnMut(Progress),
) -> Result<(), FetchError> {
    let total = part.total();
    let limit = total.unwrap_or(request.limit);
    let mut body = response.body_mut().as_reader();
    let mut buffer = vec![0; BUFFER];
    loop {
        tell(Progress::Receiving { done: part.length(), total });
        let read = body.read(&mut buffer).map_err(|e| client::error(request.url, e.into(), &request.patience))?;
        if read == 0 {
            break;
        }
        let got = part.length() + read as u64;
        if got > limit {
            return Err(FetchError::TooLong { url: request.url.to_owned(), limit, got });
        }
        part.add(&buffer[..read])?;
        if !part.contents().begins(request.magic) {
            return Err(part.contents().other_kind(request.url, request.magic));
        }
    }
    match total {
        Some(total) if part.length() < total => {
            Err(FetchError::Connection { url: request.url.to_owned(), cause: "only a part came".to_owned() })
        }
        _ => Ok(()),
    }
}
