//! Where the bytes of an unfinished file come from: `NAME.part.json`.
//!
//! Bytes of two versions of a file must never be joined. So an unfinished file is gone on with only if this record says
//! that it comes from the same addresses, and the server confirms the version (RFC 9110, section 13.1.5, `If-Range`).

use serde::{Deserialize, Serialize};
use std::path::Path;

use crate::Request;

/// A record beyond this length is none.
const LONGEST: u64 = 1 << 16;

/// The pieces that are whole, and address, version and length of the piece that the bytes behind them belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Origin {
    /// The pieces before this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) before: Vec<Whole>,
    /// The address.
    pub(crate) url: String,
    /// The server's name for this version: an entity tag, or else the time of the last change.
    pub(crate) version: Option<String>,
    /// Bytes of the whole piece.
    pub(crate) total: Option<u64>,
}

/// A piece that is there from its first byte to its last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Whole {
    /// The address.
    pub(crate) url: String,
    /// How many bytes it has.
    pub(crate) bytes: u64,
}

impl Origin {
    /// The record in a file; none where it is absent or damaged, so that a fetch starts anew.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&corrkd_system::read(path, LONGEST).ok()?).ok()
    }

    /// Writes the record in the place of an older one: whenever the process is stopped, one of the two is there.
    pub(crate) fn write(&self, path: &Path) -> std::io::Result<()> {
        corrkd_system::replace(path, &serde_json::to_vec(self)?)
    }

    /// Whether these are the first pieces of what is asked for, in its order.
    pub(crate) fn belongs(&self, request: &Request) -> bool {
        let mut wanted = request.pieces.iter().map(|piece| piece.url);
        let urls = self.before.iter().map(|whole| whole.url.as_str()).chain([self.url.as_str()]);
        urls.into_iter().all(|url| wanted.next() == Some(url))
    }

    /// Bytes of the pieces before this one.
    pub(crate) fn start(&self) -> u64 {
        self.before.iter().fold(0, |sum, whole| sum.saturating_add(whole.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Patience, Piece};

    #[test]
    fn a_record_that_is_cut_short_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.part.json");
        let before = vec![Whole { url: "http://host/a".into(), bytes: 7 }];
        let origin = Origin { before, url: "http://host/b".into(), version: Some("\"v1\"".into()), total: Some(3) };
        origin.write(&path).unwrap();
        let whole = std::fs::read(&path).unwrap();
        assert_eq!(Origin::read(&path), Some(origin));
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(Origin::read(&path), None, "{length} bytes");
        }
        std::fs::remove_file(&path).unwrap();
        assert_eq!(Origin::read(&path), None);
    }

    #[test]
    fn pieces_belong_in_their_order() {
        let belong = |before: &[&str], url: &str| {
            let before = before.iter().map(|url| Whole { url: (*url).to_owned(), bytes: 1 }).collect();
            let origin = Origin { before, url: url.to_owned(), ..Origin::default() };
            let pieces = ["a", "b"].map(|url| Piece { url, sha256: None });
            origin.belongs(&Request {
                pieces: &pieces,
                to: Path::new("c"),
                sha256: None,
                magic: b"",
                limit: 9,
                patience: Patience::default(),
            })
        };
        assert!(belong(&[], "a") && belong(&["a"], "b"));
        assert!(!belong(&[], "b") && !belong(&["b"], "a") && !belong(&["a"], "a") && !belong(&["a", "b"], "c"));
    }
}
