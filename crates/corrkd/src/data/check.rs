//! `corrkd data check`: what is wrong with a recipe's files, or with any.

use super::what::What;
use crate::failure::Failure;
use anyhow::anyhow;
use corrkd_config::Exit;

#[derive(clap::Args)]
pub(crate) struct Check {
    #[command(flatten)]
    what: What,
}

impl Check {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let findings = self.what.inspect()?.findings;
        self.what.print(&findings)?;
        match findings.errors {
            0 => Ok(()),
            _ => Err(Failure { exit: Exit::Data, error: anyhow!("these data cannot be used as they are") }),
        }
    }
}
