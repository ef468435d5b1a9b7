//! `corrkd data align`: the aligned sequences as files that the Python SDK loads.

use super::place::DataOptions;
use crate::failure::Failure;
use crate::say::say;
use crate::watch::Watch;
use corrkd_config::DatasetRef;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Align {
    /// The recipe: a name in datasets/, or a path to a TOML file.
    recipe: String,
    #[command(flatten)]
    place: DataOptions,
    /// The folder to write, new or empty.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write the padded and scaled samples, too, as .npy arrays in DIR/tensors.
    #[arg(long)]
    tensors: bool,
}

impl Align {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let watch = Watch::new("aligning data");
        let dataset = DatasetRef { name: self.recipe, size: self.place.size, fold: None };
        let step = |done, all| watch.step(done, all);
        let data = self.place.data.as_deref();
        let exported = corrkd_data::export(&dataset, data, &self.place.cache, &self.out, self.tensors, &step)?;
        drop(watch); // its bar goes before anything else is said
        say(format_args!("{}\nWritten:", exported.summary))?;
        exported.files.iter().try_for_each(|file| say(format_args!("  {}", file.display())))
    }
}
