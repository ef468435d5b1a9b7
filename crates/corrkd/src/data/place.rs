//! Where a recipe's files are.

use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct DataOptions {
    /// The size of a generated data set: small, mosi or mosei; `synthetic` has mosei-x4 and mosei-x16, too.
    #[arg(long)]
    pub(super) size: Option<String>,
    /// The folder that holds the recipe's files.
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Where generated files and aligned samples are kept.
    #[arg(long, value_name = "DIR", default_value = "runs/cache")]
    pub(super) cache: PathBuf,
}
