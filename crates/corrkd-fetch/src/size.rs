//! How large a file in pieces will be, asked before anything is received.

use ureq::http::StatusCode;
use ureq::http::header::RANGE;

use crate::part::Part;
use crate::{FetchError, Request, client, reply, url};

/// Bytes of the whole file: those of its pieces that are there, and what the servers state of the others. None where one
/// of them does not say; nothing depends on it but what is told.
pub(crate) fn total(request: &Request, part: &Part) -> Result<Option<u64>, FetchError> {
    let mut total = part.start();
    for (number, piece) in request.pieces.iter().enumerate().skip(part.pieces()) {
        let known = part.total().filter(|_| number == part.pieces());
        let Some(bytes) = known.map_or_else(|| stated(request, piece.url), |bytes| Ok(Some(bytes)))? else {
            return Ok(None);
        };
        total = total.saturating_add(bytes);
    }
    if total > request.limit {
        let url = request.pieces.first().map_or("", |piece| piece.url).to_owned();
        return Err(FetchError::TooLong { url, limit: request.limit, got: total });
    }
    Ok(Some(total))
}

/// The length that a server states beside the first byte. It is asked for that byte, not for the headers alone, since
/// addresses that are signed for a download (model hubs lead to such) give nothing else.
fn stated(request: &Request, address: &str) -> Result<Option<u64>, FetchError> {
    let agent = client::client(&url::parse(address)?, &request.patience);
    let Ok(response) = agent.get(address).header(RANGE, "bytes=0-0").call() else { return Ok(None) };
    Ok(match response.status() {
        StatusCode::PARTIAL_CONTENT => reply::range(response.headers()).map(|(_, total)| total),
        // The whole file would follow, which nobody waits for.
        StatusCode::OK => reply::length(response.headers()),
        _ => None,
    })
}
