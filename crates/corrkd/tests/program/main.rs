//! The program as its users meet it, on a tiny data set in real files.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod adversarial;
mod cases;
mod embed;
mod emotions;
mod ends;
mod export;
mod external;
mod fetch;
mod folds;
mod healing;
mod import;
mod inspect;
mod kernels;
mod learnable;
mod methods;
mod predict;
mod protocol;
mod published;
mod refusals;
mod same_bits;
mod selftest;
#[allow(dead_code, reason = "the library's own tests use more of it")]
#[path = "../../../corrkd-fetch/tests/fetch/server.rs"]
mod server;
mod tensorboard;
mod verify;
mod world;
