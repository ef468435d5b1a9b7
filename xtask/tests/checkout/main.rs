//! What the checkout keeps to, and how its commands build and hand over.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod architecture;
mod cuda;
mod dist;
mod hand_over;
mod rules;

/// Says that a test does nothing here. Not `eprintln!`, which the harness hides in a test that passes.
fn skipped(why: &str) {
    let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("skipped: {why}\n").as_bytes());
}
