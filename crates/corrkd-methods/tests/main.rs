//! The methods: what each must keep, what experiments make of them, their first steps and networks against PyTorch.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[macro_use]
#[path = "../../corrkd-nn/tests/layers/proofs.rs"]
mod proofs;
#[path = "../../corrkd-nn/tests/layers/golden.rs"]
mod golden;
#[path = "../src/proof.rs"]
mod proof;
#[path = "pytorch/steps.rs"]
mod steps;

mod conformance;
mod experiment;
mod experiments;
mod network;
mod pytorch;
