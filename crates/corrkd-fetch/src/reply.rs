//! What a reply's status and headers say (RFC 9110).

use std::time::{Duration, SystemTime};
use ureq::http::header::{
    CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderName, LAST_MODIFIED, RETRY_AFTER, TRANSFER_ENCODING,
};
use ureq::http::{HeaderMap, StatusCode};

use crate::FetchError;

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// The server's name for this version of the file: a strong entity tag, or else the time of the last change.
pub(crate) fn version(headers: &HeaderMap) -> Option<String> {
    let tag = text(headers, ETAG).filter(|tag| tag.starts_with('"'));
    tag.or_else(|| text(headers, LAST_MODIFIED)).map(str::to_owned)
}

/// The length that is stated for the body; none where it comes in chunks.
pub(crate) fn length(headers: &HeaderMap) -> Option<u64> {
    if is_chunked(headers) { None } else { text(headers, CONTENT_LENGTH)?.parse().ok() }
}

/// Whether the body comes in chunks, whose end can be told from a broken connection.
pub(crate) fn is_chunked(headers: &HeaderMap) -> bool {
    text(headers, TRANSFER_ENCODING).is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"))
}

/// Where a part begins, and the length of the whole file: `bytes 100-199/200`.
pub(crate) fn range(headers: &HeaderMap) -> Option<(u64, u64)> {
    let (range, total) = text(headers, CONTENT_RANGE)?.strip_prefix("bytes ")?.split_once('/')?;
    let (first, _) = range.split_once('-')?;
    Some((first.trim().parse().ok()?, total.trim().parse().ok()?))
}

/// The error that a status is.
pub(crate) fn refusal(url: &str, status: StatusCode, headers: &HeaderMap) -> FetchError {
    let passing = matches!(status.as_u16(), 408 | 429 | 500..=599);
    let pause = if passing { text(headers, RETRY_AFTER).and_then(pause) } else { None };
    let meaning = match (status.as_u16(), pause) {
        (_, Some(pause)) => format!("it asks to wait for {} s", pause.as_secs()),
        (401, _) => "it wants a login, which this program cannot give; get the file with a browser".to_owned(),
        (403, _) => {
            "it does not give this file to everybody, or no longer; get it with a browser, or from elsewhere".to_owned()
        }
        (404 | 410, _) => "it does not have this file, or no longer; get it from elsewhere".to_owned(),
        (407, _) => "the proxy wants a login; put it into HTTPS_PROXY as http://USER:PASSWORD@HOST:PORT".to_owned(),
        (429, _) => "too many requests; try again later".to_owned(),
        (500..=599, _) => "it is at fault itself; try again later".to_owned(),
        _ => "expected 200 OK".to_owned(),
    };
    FetchError::Status { url: url.to_owned(), status: status.to_string(), meaning, passing, pause }
}

/// `Retry-After`: seconds, or the time at which to come back.
fn pause(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = httpdate::parse_http_date(text).ok()?;
    Some(at.duration_since(SystemTime::now()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn ranges_of_known_length_only() {
        let range = |value: &str| range(&headers(CONTENT_RANGE, value));
        assert_eq!(range("bytes 100-199/200"), Some((100, 200)));
        for value in ["bytes 100-199/*", "bytes */200", "items 1-2/3", "bytes -1-2/3", "bytes 1-2", ""] {
            assert_eq!(range(value), None, "{value}");
        }
    }

    #[test]
    fn weak_tags_name_no_version() {
        assert_eq!(version(&headers(ETAG, "\"a\"")).as_deref(), Some("\"a\""));
        assert_eq!(version(&headers(ETAG, "W/\"a\"")), None);
        let mut both = headers(ETAG, "W/\"a\"");
        both.insert(LAST_MODIFIED, "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap());
        assert_eq!(version(&both).as_deref(), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    }

    #[test]
    fn pauses_in_seconds_or_until_a_time() {
        assert_eq!(pause("7"), Some(Duration::from_secs(7)));
        assert_eq!(pause("soon"), None);
        assert_eq!(pause("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        let at = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(100));
        assert!((90..=100).contains(&pause(&at).unwrap().as_secs()));
    }
}
