//! Files fetched from a server on this machine that does what servers do.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod hostile;
mod lies;
mod pieces;
mod places;
mod refusals;
mod resume;
mod server;
mod splice;
mod target;
mod world;
