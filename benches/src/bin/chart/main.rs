//! Draws what `cargo xtask bench --peer` measured: `chart FOLDER` reads `FOLDER/peer.json` and writes `FOLDER/peer.svg`.

mod comparison;
mod label;
mod picture;

use anyhow::{Context as _, Result};
use comparison::Comparison;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args_os().nth(1).context("usage: chart FOLDER")?);
    let (from, to) = (folder.join("peer.json"), folder.join("peer.svg"));
    let read = || Comparison::of(&fs::read_to_string(&from)?);
    let remedy = || format!("{}: cannot be drawn; `cargo xtask bench --peer` writes it anew", from.display());
    let svg = picture::svg(&read().with_context(remedy)?)?;
    fs::write(&to, svg).with_context(|| to.display().to_string())
}
