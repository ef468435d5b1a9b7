//! `corrkd data`: what can be done with data before anything is trained.

mod align;
mod check;
mod describe;
mod embed;
mod fetch;
mod import;
mod place;
mod what;

use crate::failure::Failure;
use clap::Subcommand;

/// What to do with data.
#[derive(Subcommand)]
pub(crate) enum Data {
    /// Align a recipe's files and write computational sequences that the Python SDK loads.
    Align(align::Align),
    /// Find what is wrong with a recipe's files, or with any; exit code 3 where they cannot be used.
    Check(check::Check),
    /// Tell what is in a recipe's files, or in any.
    Describe(describe::Describe),
    /// Make vectors of timestamped words.
    Embed(embed::Embed),
    /// Download a recipe's files.
    Fetch(fetch::Fetch),
    /// Make computational sequences, folds and a recipe of a pickle, an .npz or HDF5 arrays.
    Import(import::Import),
}

impl Data {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Align(align) => align.run(),
            Self::Check(check) => check.run(),
            Self::Describe(describe) => describe.run(),
            Self::Embed(embed) => embed.run(),
            Self::Fetch(fetch) => fetch.run(),
            Self::Import(import) => import.run(),
        }
    }
}
