//! Addresses: which are taken, and that of a file below another address.

use ureq::http::Uri;

use crate::FetchError;

/// An address with `http` or `https` and a host.
pub(crate) fn parse(url: &str) -> Result<Uri, FetchError> {
    let wrong = |reason: String| FetchError::Url { url: url.to_owned(), reason };
    let uri: Uri = url.parse().map_err(|e| wrong(format!("{e}")))?;
    match uri.scheme_str() {
        Some("http" | "https") if uri.host().is_some_and(|host| !host.is_empty()) => Ok(uri),
        Some("http" | "https") => Err(wrong("it has no host".to_owned())),
        _ => Err(wrong("it begins with neither http:// nor https://".to_owned())),
    }
}

/// Whether the host is this machine, which no proxy can stand for.
pub(crate) fn is_local(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

/// The address of `file` in the folder at `base`; what would end the path in a name is escaped.
///
/// # Errors
/// [`FetchError::Url`] where `base` is no address of a folder.
pub fn below(base: &str, file: &str) -> Result<String, FetchError> {
    parse(base)?;
    if base.contains(['?', '#']) {
        let reason = "it has a `?` or `#`, after which no file can be named".to_owned();
        return Err(FetchError::Url { url: base.to_owned(), reason });
    }
    let mut url = format!("{}/", base.trim_end_matches('/'));
    for byte in file.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => url.push(char::from(byte)),
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_with_a_host_is_taken() {
        for url in ["http://host/a", "https://host:81/a?b=c", "HTTP://host"] {
            assert!(parse(url).is_ok(), "{url}");
        }
        for url in ["", "host/a", "/a", "ftp://host/a", "file:///a", "http:///a", "http://host/a b"] {
            assert!(matches!(parse(url), Err(FetchError::Url { .. })), "{url}");
        }
    }

    #[test]
    fn this_machine_by_its_names() {
        let local = |url: &str| is_local(&url.parse().unwrap());
        assert!(["http://localhost:1/", "http://127.0.0.9/", "http://[::1]:80/"].into_iter().all(local));
        assert!(!["http://localhost.example/", "http://10.0.0.1/", "http://[::2]/"].into_iter().any(local));
    }

    #[test]
    fn names_are_escaped() {
        assert_eq!(below("http://host/a//", "b c#1?%é.csd").unwrap(), "http://host/a/b%20c%231%3F%25%C3%A9.csd");
        assert_eq!(below("http://host", "sub/b.csd").unwrap(), "http://host/sub/b.csd");
        for base in ["host/a", "http://host/a?b=c", "http://host/#a", "file:///a"] {
            assert!(matches!(below(base, "b"), Err(FetchError::Url { .. })), "{base}");
        }
    }
}
