//! What `corrkd data describe` and `corrkd data check` look at, and how they print what they saw.

use super::place::DataOptions;
use crate::failure::Failure;
use crate::say::{say, say_json};
use crate::watch::Watch;
use anyhow::anyhow;
use corrkd_config::{DatasetRef, Exit};
use corrkd_inspect::{Inspection, Target, inspect};
use serde::Serialize;
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// Endings of files that hold sequences.
const ENDINGS: [&str; 3] = ["csd", "h5", "hdf5"];

#[derive(clap::Args)]
pub(crate) struct What {
    /// A recipe (a name in datasets/, or a path to a TOML file), or any number of .csd files.
    #[arg(required = true, value_name = "RECIPE or FILE")]
    what: Vec<PathBuf>,
    #[command(flatten)]
    place: DataOptions,
    /// Print everything as JSON; nothing else goes to the standard output.
    #[arg(long)]
    json: bool,
}

impl What {
    /// Reads all files.
    pub(crate) fn inspect(&self) -> Result<Inspection, Failure> {
        let wrong = |error| Failure { exit: Exit::Input, error };
        let watch = Watch::new("reading data");
        let step = |done, all| watch.step(done, all);
        match &self.what[..] {
            files if files.iter().all(|path| is_sequence(path)) => {
                if self.place.data.is_some() || self.place.size.is_some() {
                    return Err(wrong(anyhow!("--data and --size belong to a recipe, and files were given")));
                }
                Ok(inspect(Target::Files(files), &step)?)
            }
            [folder] if folder.is_dir() && corrkd_data::recipe(&folder.display().to_string()).is_err() => {
                let name = folder.display();
                let way = format!(
                    "name its sequences ({name}/*.csd), or make some with `corrkd data import {name} --out DIR`"
                );
                Err(Failure {
                    exit: Exit::Data,
                    error: anyhow!("{name}: is a folder, expected a recipe or files; {way}"),
                })
            }
            [recipe] => {
                let dataset =
                    DatasetRef { name: recipe.display().to_string(), size: self.place.size.clone(), fold: None };
                let target =
                    Target::Recipe { dataset: &dataset, source: self.place.data.as_deref(), cache: &self.place.cache };
                Ok(inspect(target, &step)?)
            }
            several => {
                let got = several.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ");
                Err(wrong(anyhow!("expected one recipe, or only files that end in .csd, got {got}")))
            }
        }
    }

    /// Prints what was seen, as text or as JSON.
    pub(crate) fn print(&self, seen: &(impl Serialize + Display)) -> Result<(), Failure> {
        if self.json { say_json(seen) } else { say(seen) }
    }
}

/// Whether a path is meant to be a sequence's.
fn is_sequence(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    ENDINGS.iter().any(|&known| ending == known) || (path.is_file() && ending != "toml")
}
