//! `corrkd data describe`: what is in a recipe's files, or in any.

use super::what::What;
use crate::failure::Failure;
use anyhow::anyhow;
use corrkd_config::Exit;

#[derive(clap::Args)]
pub(crate) struct Describe {
    #[command(flatten)]
    what: What,
}

impl Describe {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let description = self.what.inspect()?.description;
        self.what.print(&description)?;
        match description.files.iter().filter(|file| file.problem.is_some()).count() {
            0 => Ok(()),
            absent => Err(Failure {
                exit: Exit::Data,
                error: anyhow!("{absent} of {} files could not be read", description.files.len()),
            }),
        }
    }
}
