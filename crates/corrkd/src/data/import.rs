//! `corrkd data import`: computational sequences of the files that are passed around instead.

use crate::failure::Failure;
use crate::watch::Watch;
use corrkd_config::Exit;
use corrkd_import::ImportError;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Import {
    /// A pickle or .npz of MulT, MultiBench, MMSA or LMF, or a folder: of one such file for each fold, or of MFN's
    /// X_train.h5, y_train.h5 and so on.
    file: PathBuf,
    /// The folder to write, new or empty: language.csd, audio.csd, vision.csd, labels.csd, folds.toml, recipe.toml.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Import {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let watch = Watch::new("reading samples");
        let report = corrkd_import::import(&self.file, &self.out, &|done, all| watch.step(done, all))?;
        println!("{report}");
        Ok(())
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        let exit = match error {
            ImportError::Interrupted => Exit::Interrupted,
            _ if error.is_user_input() => Exit::Input,
            _ => Exit::Data,
        };
        Self { exit, error: error.into() }
    }
}
