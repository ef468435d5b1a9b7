//! The program as its users meet it, on a tiny data set in real files.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod adversarial;
mod kernels;
mod refusals;
mod same_bits;
mod verify;
mod world;
