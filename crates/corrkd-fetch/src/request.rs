//! What is asked for.

use std::path::Path;
use std::time::Duration;

use crate::{FetchError, url};

/// One file to be fetched.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Where it comes from: one address, or several whose bytes follow one another in the file. Where there are several,
    /// `sha256` is known: nothing else tells that they belong together.
    pub pieces: &'a [Piece<'a>],
    /// The file to be written, in a folder that exists.
    pub to: &'a Path,
    /// Its SHA-256 in hexadecimal digits, where it is known.
    pub sha256: Option<&'a str>,
    /// The bytes that a file of this kind begins with; may be empty.
    pub magic: &'a [u8],
    /// The most bytes that it may have.
    pub limit: u64,
    /// How long to wait, and how often to try again.
    pub patience: Patience,
}

impl Request<'_> {
    /// Whether there is an address, each is one, and pieces can be proved to belong together.
    pub(crate) fn check(&self) -> Result<(), FetchError> {
        self.pieces.iter().try_for_each(|piece| url::parse(piece.url).map(drop))?;
        match (self.pieces, self.sha256) {
            ([], _) => Err(FetchError::Url { url: String::new(), reason: "there is none".to_owned() }),
            ([first, _, ..], None) => Err(FetchError::Url {
                url: first.url.to_owned(),
                reason: "it is one of several pieces, whose whole must have a sha256".to_owned(),
            }),
            _ => Ok(()),
        }
    }
}

/// A file on a server: the one to be fetched, or a piece of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Its address, `http://` or `https://`.
    pub url: &'a str,
    /// The piece's own SHA-256 in hexadecimal digits, where it is known.
    pub sha256: Option<&'a str>,
}

/// How long to wait for a server, and how often to try again.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Failures in a row, without a mebibyte between them, after which to give up.
    pub attempts: u32,
    /// The pause after the first failure; it doubles with each further one.
    pub pause: Duration,
    /// The longest pause, also one that a server may ask for.
    pub longest: Duration,
    /// How long to wait for a connection.
    pub connect: Duration,
    /// How long to wait for a reply, or for further bytes; fewer than a kibibyte for each second of it are none.
    pub stall: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 5,
            pause: Duration::from_secs(1),
            longest: Duration::from_secs(60),
            connect: Duration::from_secs(20),
            stall: Duration::from_secs(30),
        }
    }
}

impl Patience {
    /// The pause after so many failures in a row, unless the server asked for another.
    pub(crate) fn pause_after(&self, failures: u32) -> Duration {
        let doubled = 2_u32.checked_pow(failures.saturating_sub(1)).and_then(|factor| self.pause.checked_mul(factor));
        doubled.unwrap_or(self.longest).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let patience = Patience::default();
        let pauses = [1, 2, 3, 6, 7, 40, u32::MAX].map(|failures| patience.pause_after(failures).as_secs());
        assert_eq!(pauses, [1, 2, 4, 32, 60, 60, 60]);
    }
}
