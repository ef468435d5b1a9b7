//! Where the bytes of an unfinished file come from: `NAME.part.json`.
//!
//! Bytes of two versions of a file must never be joined. So an unfinished file is gone on with only if this record says
//! that it comes from the same address, and the server confirms the version (RFC 9110, section 13.1.5, `If-Range`).

use serde::{Deserialize, Serialize};
use std::io::Read;
use std::path::Path;

/// A record beyond this length is none.
const LONGEST: u64 = 1 << 16;

/// Address, version and length of the file that the bytes belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Origin {
    /// The address.
    pub(crate) url: String,
    /// The server's name for this version: an entity tag, or else the time of the last change.
    pub(crate) version: Option<String>,
    /// Bytes of the whole file.
    pub(crate) total: Option<u64>,
}

impl Origin {
    /// The record in a file; none where it is absent or damaged, so that a fetch starts anew.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        let mut text = String::new();
        std::fs::File::open(path).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Writes the record. One cut short is no JSON and counts as absent.
    pub(crate) fn write(&self, path: &Path) -> std::io::Result<()> {
        std::fs::write(path, serde_json::to_vec(self)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_cut_short_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.part.json");
        let origin = Origin { url: "http://host/a".into(), version: Some("\"v1\"".into()), total: Some(3) };
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
}
