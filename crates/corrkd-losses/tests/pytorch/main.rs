//! The losses against PyTorch: values and gradients, from the golden file in `tests/golden`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[macro_use]
#[path = "../../../corrkd-nn/tests/pytorch/proofs.rs"]
mod proofs;
#[allow(dead_code, reason = "losses have no parameters")]
#[path = "../../../corrkd-nn/tests/pytorch/golden.rs"]
mod golden;

mod losses;
