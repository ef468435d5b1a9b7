//! Reports of made-up runs.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod comparison;
mod finished;
mod pictures;
mod tables;
