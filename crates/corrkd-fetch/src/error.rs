//! What can go wrong with a download.

use std::path::PathBuf;
use std::time::Duration;

/// A file that cannot be had. Unless it says otherwise, what was received is kept and the next call goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is none.
    #[error("`{url}`: expected an address such as https://HOST/FILE: {reason}")]
    Url {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The server replies that it will not or cannot give the file.
    #[error("{url}: the server answers {status}: {meaning}")]
    Status {
        /// The address.
        url: String,
        /// Code and phrase, as `404 Not Found`.
        status: String,
        /// What that means.
        meaning: String,
        /// Whether the same request may succeed later.
        passing: bool,
        /// The pause that the server asks for.
        pause: Option<Duration>,
    },
    /// There is no connection, or it broke.
    #[error("{url}: {cause}")]
    Connection {
        /// The address.
        url: String,
        /// What happened.
        cause: String,
    },
    /// As many attempts in a row as there may be have failed.
    #[error("{last}; {attempts} attempts in a row have failed")]
    GaveUp {
        /// How many.
        attempts: u32,
        /// Why the last one failed.
        last: Box<FetchError>,
    },
    /// The server does not keep to the protocol, or its certificate is not trusted.
    #[error("{url}: {cause}")]
    Protocol {
        /// The address.
        url: String,
        /// What happened.
        cause: String,
    },
    /// The file is longer than it may be. Nothing is kept of it.
    #[error("{url}: expected at most {limit} bytes, got at least {got}: this is another file")]
    TooLong {
        /// The address.
        url: String,
        /// The most bytes it may have: as many as the server stated, or the request's limit.
        limit: u64,
        /// The bytes that were stated, or had come.
        got: u64,
    },
    /// The file would be whole when the connection ends, which a broken connection looks like as well.
    #[error(
        "{url}: expected a stated length, got none: without it a broken connection cannot be told from the end; state \
         the file's sha256, or take it from another server"
    )]
    NoLength {
        /// The address.
        url: String,
    },
    /// The file is of another kind, often a web page with a login or an apology. Nothing is kept of it.
    #[error("{url}: expected a file that begins with \"{expected}\", got \"{got}\"{}", remark(got))]
    Kind {
        /// The address.
        url: String,
        /// The first bytes that it should have, escaped.
        expected: String,
        /// The first bytes that it has, escaped.
        got: String,
    },
    /// The file is another one than the one that was meant. Nothing is kept of it.
    #[error(
        "{url}: expected sha256 {expected}, got {got}: the server has another file, or it arrived damaged; try once \
         more, then take it from elsewhere, or correct the sha256 if this is the file that you want"
    )]
    Sha256 {
        /// The address.
        url: String,
        /// The sum that was asked for.
        expected: String,
        /// The sum of what arrived.
        got: String,
    },
    /// A file with the target's name is there, and it is another one. It was not touched.
    #[error(
        "{} is there already, but it is another file: expected {expected}, got {got}; move it away, then fetch again",
        path.display()
    )]
    Occupied {
        /// The file.
        path: PathBuf,
        /// The sum, or the first bytes, that it should have.
        expected: String,
        /// Those that it has.
        got: String,
    },
    /// Another process receives the same file.
    #[error("{}: another process is fetching this file; wait for it", path.display())]
    Busy {
        /// The unfinished file.
        path: PathBuf,
    },
    /// The system refuses to read or write a file.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
}

impl FetchError {
    /// Whether the address is at fault rather than what is found there.
    #[must_use]
    pub const fn is_user_input(&self) -> bool {
        matches!(self, Self::Url { .. })
    }
}

/// What to make of a file of another kind.
fn remark(got: &str) -> &'static str {
    if got.trim_start().starts_with('<') {
        ": a web page, not the file; open the address in a browser to see what it wants"
    } else {
        ""
    }
}
