//! A chart of what was measured.

mod comparison;
mod label;
mod picture;

use anyhow::{Context as _, Result};
use comparison::Comparison;
use std::fs;
use std::path::{Path, PathBuf};

/// Draws the figures that `FOLDER/peer.json` holds: `FOLDER/peer.svg`.
///
/// # Errors
/// If they cannot be drawn.
pub(super) fn draw(folder: &Path) -> Result<PathBuf> {
    let (from, to) = (folder.join("peer.json"), folder.join("peer.svg"));
    let read = || Comparison::of(&fs::read_to_string(&from)?);
    let svg = picture::svg(&read().with_context(|| format!("{}: cannot be drawn", from.display()))?)?;
    fs::write(&to, svg).with_context(|| to.display().to_string())?;
    Ok(to)
}
