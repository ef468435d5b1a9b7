//! `corrkd data fetch`: a recipe's files, or the published one that they are imported from, from the addresses in it or
//! from a mirror.

mod teller;

use crate::failure::Failure;
use crate::say::say;
use anyhow::anyhow;
use corrkd_config::Exit;
use corrkd_config::Scale;
use corrkd_data::{Download, LabelKind, Recipe};
use corrkd_fetch::{FetchError, Fetched, Patience, Piece, Request};
use corrkd_system::err;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use teller::Teller;

/// How an HDF5 file begins (HDF5 file format specification, section II.A). A server that has lost a file, or wants a
/// login, often sends a web page in its place.
const HDF5: &[u8] = b"\x89HDF\r\n\x1a\n";
/// How a pickle begins since protocol 2, and an `.npz` (a zip archive).
const PICKLE: &[u8] = b"\x80";
const ZIP: &[u8] = b"PK";
/// Endings of files that begin so.
const ENDINGS: [(&[u8], &[&str]); 3] = [(HDF5, &["csd", "h5", "hdf5"]), (PICKLE, &["pkl", "pickle"]), (ZIP, &["npz"])];
/// The most bytes of one file, far above any sequence in the field: a server at fault must not fill the disk for ever.
const LIMIT: u64 = 1 << 38;

#[derive(clap::Args)]
pub(crate) struct Fetch {
    /// The recipe: a name in datasets/, or a path to a TOML file.
    recipe: String,
    /// The folder to write to; files that are there already are left alone.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Take each file from URL/FILE instead of the address in the recipe, and each part of one by its own name.
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
        let wanted: Vec<Download<'_>> = recipe.published().filter(|wanted| names.insert(wanted.file)).collect();
        let urls = wanted.iter().map(|wanted| self.urls(wanted)).collect::<Result<Vec<_>, _>>();
        let urls = urls.map_err(|error| wrong(anyhow!(error).context("--mirror")))?;
        let absent = || wanted.iter().map(|wanted| wanted.file).filter(|file| !self.to.join(file).exists());
        if urls.iter().all(Vec::is_empty) && absent().next().is_some() {
            let import = import(&recipe, &self.to).map_or(String::new(), |command| format!("; then: {command}"));
            return Err(wrong(anyhow!(
                "recipe `{}` says of no file where it can be downloaded; give --mirror URL, or get {} by hand \
                 (datasets/README.md says where){import}",
                self.recipe,
                absent().collect::<Vec<_>>().join(", ")
            )));
        }
        let outcomes = wanted.iter().zip(&urls).map(|(wanted, urls)| {
            let outcome = fetch(wanted, urls, &self.to);
            if let Err(error) = &outcome {
                err(format_args!("{}: {error:#}", wanted.file));
            }
            (*wanted, outcome)
        });
        conclude(&outcomes.collect::<Vec<_>>())?;
        if let Some(command) = import(&recipe, &self.to) {
            say(format_args!("\nThe sequences are made of it, and need about as much room again:\n  {command}"))?;
        }
        Ok(())
    }

    /// Where a file comes from, or each of its parts; nothing where that is not known.
    fn urls(&self, wanted: &Download<'_>) -> Result<Vec<String>, FetchError> {
        let parts = wanted.parts.iter().map(|part| part.url.as_str());
        let Some(mirror) = &self.mirror else {
            return Ok(wanted.url.into_iter().chain(parts).map(str::to_owned).collect());
        };
        let name = |url: &str| {
            let path = url.split(['?', '#']).next().unwrap_or_default();
            path.rsplit('/').next().unwrap_or_default().to_owned()
        };
        // A part's name stands in an address already, as it has to stand in another.
        let parts = parts.map(|url| corrkd_fetch::below(mirror, "").map(|base| base + &name(url)));
        match wanted.parts {
            [] => Ok(vec![corrkd_fetch::below(mirror, wanted.file)?]),
            _ => parts.collect(),
        }
    }
}

/// The command that makes the sequences of a recipe's published file in `folder`; nothing where there is none.
fn import(recipe: &Recipe, folder: &Path) -> Option<String> {
    let source = recipe.source.as_ref()?;
    let labels = &recipe.labels;
    // What the import cannot tell by the values.
    let meaning = match &labels.kind {
        LabelKind::Category { categories, column: Some(_) } => format!(" --categories {}", categories.join(",")),
        LabelKind::Score { column, scale: Scale { range: [low, high], neutral, .. }, .. } if *low >= 0.0 => {
            let number = labels.columns.iter().position(|name| name == column).unwrap_or_default();
            format!(" --label {number} --scale {low},{neutral},{high}")
        }
        _ => String::new(),
    };
    let out = folder.join("sequences");
    Some(format!("corrkd data import {} --out {}{meaning}", folder.join(&source.file).display(), out.display()))
}

/// Fetches one file into a folder.
fn fetch(wanted: &Download<'_>, urls: &[String], folder: &Path) -> anyhow::Result<Fetched> {
    let to = folder.join(wanted.file);
    if urls.is_empty() && !to.exists() {
        return Err(anyhow!("the recipe does not say where it can be downloaded"));
    }
    if let Some(folder) = to.parent() {
        let made = std::fs::create_dir_all(folder);
        made.map_err(|cause| anyhow!("{}: the folder cannot be made: {cause}", folder.display()))?;
    }
    let ending = to.extension().map(|ending| ending.to_ascii_lowercase()).unwrap_or_default();
    let begins = ENDINGS.iter().find(|(_, endings)| endings.iter().any(|&other| ending == other));
    let magic = begins.map_or(&b""[..], |(magic, _)| magic);
    let (sha256, patience) = (wanted.sha256, Patience::default());
    let mut teller = Teller::new(wanted.file);
    let sums = wanted.parts.iter().map(|part| part.sha256.as_deref()).chain(std::iter::repeat(None));
    let pieces: Vec<Piece<'_>> = urls.iter().zip(sums).map(|(url, sha256)| Piece { url, sha256 }).collect();
    let request = Request { pieces: &pieces, to: &to, sha256, magic, limit: LIMIT, patience };
    Ok(corrkd_fetch::fetch(&request, &mut |progress| teller.hear(progress))?)
}

/// The table of all files, what to add to the recipe, and the exit.
fn conclude(outcomes: &[(Download<'_>, anyhow::Result<Fetched>)]) -> Result<(), Failure> {
    let width = outcomes.iter().map(|(wanted, _)| wanted.file.chars().count()).max().unwrap_or(0);
    for (Download { file, .. }, outcome) in outcomes {
        match outcome {
            Ok(Fetched { bytes, there_already: false, .. }) => {
                say(format_args!("{file:width$}  fetched        {bytes:>14} bytes"))?;
            }
            Ok(Fetched { bytes, there_already: true, .. }) => {
                say(format_args!("{file:width$}  there already  {bytes:>14} bytes"))?;
            }
            Err(_) => say(format_args!("{file:width$}  failed"))?,
        }
    }
    let unproved = |(wanted, outcome): &(Download<'_>, anyhow::Result<Fetched>)| {
        let fetched = outcome.as_ref().ok().filter(|_| wanted.sha256.is_none())?;
        Some(format!("sha256 = \"{}\" # {}", fetched.sha256, wanted.file))
    };
    let unproved: Vec<String> = outcomes.iter().filter_map(unproved).collect();
    if !unproved.is_empty() {
        say("\nThe recipe has no sha256 to prove these with. To have the same files ever after, add:")?;
        unproved.iter().try_for_each(say)?;
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
