//! Ten optimizer steps of each method from nothing but the seed, and CorrKD's networks, against PyTorch, from the golden files in
//! the methods' folders.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[macro_use]
#[path = "../../../corrkd-nn/tests/layers/proofs.rs"]
mod proofs;
#[path = "../../../corrkd-nn/tests/layers/golden.rs"]
mod golden;
#[path = "../../src/proof.rs"]
mod proof;
mod steps;

mod corrkd;
mod cubemlp;
mod dmd;
mod gcnet;
mod mctn;
mod network;
mod selfmm;
mod smil;
mod transm;
