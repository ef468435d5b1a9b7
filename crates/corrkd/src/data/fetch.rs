//! `corrkd data fetch`: a recipe's files from the addresses in it, or from a mirror.

mod teller;

use crate::failure::Failure;
use anyhow::anyhow;
use corrkd_config::Exit;
use corrkd_data::Download;
use corrkd_fetch::{FetchError, Fetched, Patience, Request};
use signal_hook::consts::SIGINT;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use teller::Teller;

/// How an HDF5 file begins (HDF5 file format specification, section II.A). A server that has lost a file, or wants a
/// login, often sends a web page in its place.
const HDF5: &[u8] = b"\x89HDF\r\n\x1a\n";
/// Endings of HDF5 files.
const HDF5_ENDINGS: [&str; 3] = ["csd", "h5", "hdf5"];
/// The most bytes of one file, far above any sequence in the field: a server at fault must not fill the disk for ever.
const LIMIT: u64 = 1 << 38;

#[derive(clap::Args)]
pub(crate) struct Fetch {
    /// The recipe: a name in datasets/, or a path to a TOML file.
    recipe: String,
    /// The folder to write to; files that are there already are left alone.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Take each file from URL/FILE instead of the address in the recipe.
    #[arg(long, value_name = "URL")]
    mirror: Option<String>,
}

impl Fetch {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let wrong = |error| Failure { exit: Exit::Input, error };
        let recipe = corrkd_data::recipe(&self.recipe)?;
        if recipe.generate.is_some() {
            return Err(wrong(anyhow!("`{}` is generated where it is used; there is nothing to fetch", self.recipe)));
        }
        let mut names = BTreeSet::new();
        let wanted: Vec<Download<'_>> = recipe.downloads().filter(|wanted| names.insert(wanted.file)).collect();
        let urls = wanted.iter().map(|wanted| self.url(wanted)).collect::<Result<Vec<_>, _>>();
        let urls = urls.map_err(|error| wrong(anyhow!(error).context("--mirror")))?;
        let absent = || wanted.iter().map(|wanted| wanted.file).filter(|file| !self.to.join(file).exists());
        if urls.iter().all(Option::is_none) && absent().next().is_some() {
            return Err(wrong(anyhow!(
                "recipe `{}` says of no file where it can be downloaded; give --mirror URL, or get {} by hand \
                 (datasets/README.md says where)",
                self.recipe,
                absent().collect::<Vec<_>>().join(", ")
            )));
        }
        // At once and at any moment: what has come so far lies in its part, which is gone on with the next time.
        let _ = signal_hook::flag::register_conditional_shutdown(
            SIGINT,
            Exit::Interrupted.code().into(),
            Arc::new(AtomicBool::new(true)),
        );
        let outcomes = wanted.iter().zip(&urls).map(|(wanted, url)| {
            let outcome = fetch(wanted, url.as_deref(), &self.to);
            if let Err(error) = &outcome {
                eprintln!("{}: {error:#}", wanted.file);
            }
            (*wanted, outcome)
        });
        conclude(&outcomes.collect::<Vec<_>>())
    }

    /// Where a file comes from.
    fn url(&self, wanted: &Download<'_>) -> Result<Option<String>, FetchError> {
        match &self.mirror {
            Some(mirror) => corrkd_fetch::below(mirror, wanted.file).map(Some),
            None => Ok(wanted.url.map(str::to_owned)),
        }
    }
}

/// Fetches one file into a folder.
fn fetch(wanted: &Download<'_>, url: Option<&str>, folder: &Path) -> anyhow::Result<Fetched> {
    let to = folder.join(wanted.file);
    let Some(url) = url.or_else(|| to.exists().then_some("")) else {
        return Err(anyhow!("the recipe does not say where it can be downloaded"));
    };
    if let Some(folder) = to.parent() {
        let made = std::fs::create_dir_all(folder);
        made.map_err(|cause| anyhow!("{}: the folder cannot be made: {cause}", folder.display()))?;
    }
    let ending = to.extension().map(|ending| ending.to_ascii_lowercase());
    let magic = if ending.is_some_and(|ending| HDF5_ENDINGS.iter().any(|&other| ending == other)) { HDF5 } else { b"" };
    let (sha256, patience) = (wanted.sha256, Patience::default());
    let mut teller = Teller::new(wanted.file);
    let request = Request { url, to: &to, sha256, magic, limit: LIMIT, patience };
    Ok(corrkd_fetch::fetch(&request, &mut |progress| teller.hear(progress))?)
}

/// The table of all files, what to add to the recipe, and the exit.
fn conclude(outcomes: &[(Download<'_>, anyhow::Result<Fetched>)]) -> Result<(), Failure> {
    let width = outcomes.iter().map(|(wanted, _)| wanted.file.chars().count()).max().unwrap_or(0);
    for (Download { file, .. }, outcome) in outcomes {
        match outcome {
            Ok(Fetched { bytes, there_already: false, .. }) => {
                println!("{file:width$}  fetched        {bytes:>14} bytes")
            }
            Ok(Fetched { bytes, there_already: true, .. }) => {
                println!("{file:width$}  there already  {bytes:>14} bytes")
            }
            Err(_) => println!("{file:width$}  failed"),
        }
    }
    let unproved = |(wanted, outcome): &(Download<'_>, anyhow::Result<Fetched>)| {
        let fetched = outcome.as_ref().ok().filter(|_| wanted.sha256.is_none())?;
        Some(format!("sha256 = \"{}\" # {}", fetched.sha256, wanted.file))
    };
    let unproved: Vec<String> = outcomes.iter().filter_map(unproved).collect();
    if !unproved.is_empty() {
        println!("\nThe recipe has no sha256 to prove these with. To have the same files ever after, add:");
        unproved.iter().for_each(|line| println!("{line}"));
    }
    let failed: Vec<&str> = outcomes.iter().filter(|(_, o)| o.is_err()).map(|(wanted, _)| wanted.file).collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure {
        exit: Exit::Data,
        error: anyhow!(
            "{} of {} files could not be had: {}; the same command tries again and goes on where it stopped. The CMU \
             Multimodal SDK's own servers are closed: give another one with --mirror URL, or get the files by hand \
             (datasets/README.md says where)",
            failed.len(),
            outcomes.len(),
            failed.join(", ")
        ),
    })
}
