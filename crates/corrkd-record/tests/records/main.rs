//! What a run leaves behind, written, read and proved; the scores of predictions.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod answers;
mod external;
mod fixture;
mod history;
mod proof;
mod run;
mod scoring;
