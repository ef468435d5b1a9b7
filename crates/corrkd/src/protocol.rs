//! `corrkd protocol`: what the models of an experiment meet, for models that are none of ours.

use crate::failure::Failure;
use crate::say::say;
use crate::watch::Watch;
use clap::Subcommand;
use corrkd_protocol::Request;
use corrkd_runner::{Chosen, Known};
use indicatif::DecimalBytes;
use std::path::PathBuf;

/// What to do with an experiment's protocol.
#[derive(Subcommand)]
pub(crate) enum Protocol {
    /// Write an experiment's samples, orders and masks as .npz and Parquet files.
    Export(Export),
}

#[derive(clap::Args)]
pub(crate) struct Export {
    /// The experiment: a file, or the name of one that the program carries
    experiment: PathBuf,
    #[command(flatten)]
    chosen: Chosen,
    /// The folder that holds the recipe's files
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where generated files and aligned samples are kept
    #[arg(long, value_name = "DIR", default_value = "runs/cache")]
    cache: PathBuf,
    /// The folder to write, new or empty
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How many epochs of training [default: the most of any row]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    epochs: Option<u16>,
    /// Write the features, too
    #[arg(long)]
    features: bool,
}

impl Protocol {
    pub(crate) fn run(self, known: Known<'_>) -> Result<(), Failure> {
        let Self::Export(export) = self;
        let (name, experiment, _) = export.chosen.read(&export.experiment, known)?;
        let request = Request {
            name: &name,
            experiment: &experiment,
            source: export.data.as_deref(),
            cache: &export.cache,
            epochs: export.epochs.map(usize::from),
            features: export.features,
            code: &corrkd_methods::code(),
        };
        let watch = Watch::new("exporting the protocol");
        let step = |done, all| watch.step(done, all);
        let tell = |bytes| corrkd_system::err(format_args!("{name}: about {} of files", DecimalBytes(bytes)));
        let files = corrkd_protocol::export(&request, &export.out, &tell, &step)?;
        drop(watch); // its bar goes before anything else is said
        say("Written:")?;
        files.iter().try_for_each(|file| say(format_args!("  {}", export.out.join(file).display())))
    }
}
