//! `corrkd ablate` and `corrkd reproduce`: what they may be told, and how they start, stop, resume and report runs.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod command_line;
#[cfg(unix)]
mod ends;
mod experiments;
#[cfg(unix)]
mod folds;
#[cfg(unix)]
mod fresh;
mod limits;
#[cfg(unix)]
mod real_program;
#[cfg(unix)]
mod reproduce;
#[cfg(unix)]
mod search;
#[cfg(unix)]
mod side_by_side;
#[cfg(unix)]
mod stand_in;
#[cfg(unix)]
mod sweep;
