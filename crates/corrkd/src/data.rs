//! `corrkd data`: what can be done with data before anything is trained.

use crate::failure::Failure;
use clap::Subcommand;

/// What to do with data.
#[derive(Subcommand)]
pub(crate) enum Data {}

impl Data {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {}
    }
}
