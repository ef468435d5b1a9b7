//! Sequences: what h5py and the SDK write is read, what is written is read by them, and damage is named.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod arrays;
mod check;
mod damage;
mod expected;
mod genuine;
mod h5py;
mod mutations;
mod round_trip;
mod sign;
mod varieties;
mod writer;
