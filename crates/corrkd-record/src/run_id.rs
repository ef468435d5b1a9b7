//! The name of a run, which is also the name of its directory.

use crate::RecordError;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Stage, seed and 12 hexadecimal digits of the specification's hash: `student-s3-0a1b2c3d4e5f`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RunId(String);

impl RunId {
    /// The name of the run whose specification hashes to `hash`.
    pub(crate) fn new(stage: &str, seed: u64, hash: &blake3::Hash) -> Self {
        Self(format!("{stage}-s{seed}-{}", &hash.to_hex()[..12]))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for RunId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for RunId {
    type Err = RecordError;

    /// Accepts the three parts only, so that no text leads out of the runs' directory.
    fn from_str(text: &str) -> Result<Self, RecordError> {
        let mut parts = text.rsplitn(3, '-');
        let good = match (parts.next(), parts.next(), parts.next()) {
            (Some(hash), Some(seed), Some(stage)) => {
                let word =
                    |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
                stage.split('-').all(word)
                    && seed.strip_prefix('s').is_some_and(|seed| seed.parse::<u64>().is_ok())
                    && hash.len() == 12
                    && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
            }
            _ => false,
        };
        if good { Ok(Self(text.to_owned())) } else { Err(RecordError::RunId { got: text.to_owned() }) }
    }
}

corrkd_config::spelled!(RunId, RecordError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_runs() {
        for good in ["student-s3-0a1b2c3d4e5f", "smil-complete-s3-0a1b2c3d4e5f"] {
            assert_eq!(good.parse::<RunId>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "student",
            "student-3-0a1b2c3d4e5f",
            "student-s3-0A1b2c3d4e5f",
            "X-s3-0a1b2c3d4e5f",
            "-s3-0a1b2c3d4e5f",
            "../a-s1-b",
            "../a-s3-0a1b2c3d4e5f",
        ] {
            assert!(bad.parse::<RunId>().is_err(), "{bad}");
        }
    }
}
