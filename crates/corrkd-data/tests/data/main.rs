//! From files to batches: samples, what goes missing of them, recipes, and what is aligned as the SDK does.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod export;
mod files;
mod missing;
mod real;
mod recipes;
mod sdk;
