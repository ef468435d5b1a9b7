//! Reports of made-up runs.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod altered;
mod beyond;
mod browser;
mod comparison;
mod emotions;
mod finished;
mod fixture;
mod folds;
mod gaps;
mod known;
mod labels;
mod latex;
mod marks;
mod methods;
mod odd;
mod page;
mod pictures;
mod ranks;
mod tables;
