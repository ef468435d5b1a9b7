//! What is told of hand-made, generated and genuine data.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod any;
mod cases;
mod clocks;
mod files;
mod genuine;
mod meaning;
mod missing;
mod recipes;
mod synthetic;
mod text;
mod world;
