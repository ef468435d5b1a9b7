//! The losses: against PyTorch (the golden file in `tests/golden`), by hand, against finite differences, and what must hold of any
//! batch.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[macro_use]
#[path = "../../../corrkd-nn/tests/layers/proofs.rs"]
mod proofs;
#[allow(dead_code, reason = "losses have no parameters")]
#[path = "../../../corrkd-nn/tests/layers/golden.rs"]
mod golden;

mod definitions;
mod gradients;
mod invariants;
mod pytorch;
