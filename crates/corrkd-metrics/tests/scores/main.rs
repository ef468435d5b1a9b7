//! Scores, intervals and tests: against scikit-learn and SciPy, by simulation, and what must hold of any.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod coverage;
mod properties;
mod scikit_learn;
mod scipy;
