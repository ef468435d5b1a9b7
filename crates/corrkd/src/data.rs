//! `corrkd data`: what can be done with data before anything is trained.

mod align;
mod fetch;

use crate::failure::Failure;
use clap::Subcommand;

/// What to do with data.
#[derive(Subcommand)]
pub(crate) enum Data {
    /// Align a recipe's files and write computational sequences that the Python SDK loads.
    Align(align::Align),
    /// Download a recipe's files.
    Fetch(fetch::Fetch),
}

impl Data {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Align(align) => align.run(),
            Self::Fetch(fetch) => fetch.run(),
        }
    }
}
