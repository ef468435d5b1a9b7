//! `corrkd data`: what can be done with data before anything is trained.

mod align;
mod embed;
mod fetch;
mod import;

use crate::failure::Failure;
use clap::Subcommand;

/// What to do with data.
#[derive(Subcommand)]
pub(crate) enum Data {
    /// Align a recipe's files and write computational sequences that the Python SDK loads.
    Align(align::Align),
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
            Self::Embed(embed) => embed.run(),
            Self::Fetch(fetch) => fetch.run(),
            Self::Import(import) => import.run(),
        }
    }
}
