//! Words become vectors: what the look-up finds, what becomes of the rest, and what is refused.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod genuine;
mod golden;
mod refused;
mod world;
