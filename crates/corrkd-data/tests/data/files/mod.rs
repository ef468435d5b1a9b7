//! From files to samples, over small data sets that are written for each test.

mod cache;
mod errors;
mod fixture;
mod nature;
mod proof;
mod samples;
mod settings;
mod texts;
mod unaligned;
