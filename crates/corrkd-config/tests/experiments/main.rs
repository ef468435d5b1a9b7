//! Experiment files and the names in them: what they may not ask for, and sets of modalities and conditions by name.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod limits;
mod presence;
