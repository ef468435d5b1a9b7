//! `corrkd prepare`: everything that can be wrong before the first run starts.

use crate::failure::Failure;
use crate::watch::Watch;
use corrkd_config::{DatasetRef, Device};
use corrkd_record::Prepared;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Prepare {
    /// The recipe: a name in datasets/, or a path to a TOML file.
    #[arg(long, value_name = "RECIPE")]
    dataset: String,
    /// The size of a generated data set: small, mosi or mosei.
    #[arg(long)]
    size: Option<String>,
    /// The folder that holds the recipe's files.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where generated files and aligned samples are kept.
    #[arg(long, value_name = "DIR")]
    cache: PathBuf,
    /// cpu, cuda, cuda:INDEX or metal.
    #[arg(long, default_value = "cpu")]
    device: Device,
}

impl Prepare {
    pub(crate) fn run(self) -> Result<(), Failure> {
        corrkd_train::open_device(self.device)?;
        let dataset = DatasetRef { name: self.dataset, size: self.size };
        let watch = Watch::new("preparing data");
        let data = corrkd_data::load(&dataset, self.data.as_deref(), &self.cache, &|done, all| watch.step(done, all))?;
        drop(watch); // its bar goes before anything else is said
        eprintln!("{}", data.summary);
        let samples = corrkd_train::sizes(&data);
        let prepared = Prepared { fingerprint: data.fingerprint, code: corrkd_methods::code(), samples };
        println!("{}", serde_json::to_string(&prepared)?);
        Ok(())
    }
}
