//! What the settings tests of all methods hold a refusal to.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::proof::table;
use corrkd_config::Protocol;
use corrkd_train::Method;

/// Settings that a row with this method cannot have, each with the key that the refusal names.
pub(crate) fn refuses(method: &dyn Method, cases: &[(&str, &str)]) {
    for (lines, key) in cases {
        let error = method.stages("a row", table(lines), &Protocol::default()).unwrap_err().to_string();
        assert!(error.starts_with("a row: ") && error.contains(key), "{lines}: {error}");
    }
}
