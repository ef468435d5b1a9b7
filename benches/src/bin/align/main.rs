//! Our side of `cargo xtask bench --align`, beside benches/peer/sdk.py, which explains the work and the answer.
//!
//! `align make DIR` writes the generated sequences of MOSI's size; `align run REFERENCE VIDEOS FILE.. [--out DIR]` reads
//! the first videos that all files have, aligns them, and writes them; `align compare DIR DIR` says how far apart two
//! outcomes are. Each prints one line of JSON. As many threads are used as `RAYON_NUM_THREADS` says.

mod agreement;
mod work;

use agreement::Agreement;
use anyhow::{Result, bail};
use corrkd_data::{synthetic, unseen};
use serde_json::json;
use std::env::args;
use std::path::Path;

const USAGE: &str = "usage: align make DIR | align run REFERENCE VIDEOS FILE.. [--out DIR] | align compare DIR DIR";

fn main() -> Result<()> {
    let arguments: Vec<String> = args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let said = match arguments[..] {
        ["make", folder] => {
            synthetic::generate(synthetic::Size::Mosi, Path::new(folder), &unseen)?;
            json!({})
        }
        ["run", reference, videos, ref files @ .., "--out", out] => {
            work::run(reference, videos.parse()?, files, Some(Path::new(out)))?
        }
        ["run", reference, videos, ref files @ ..] => work::run(reference, videos.parse()?, files, None)?,
        ["compare", ours, theirs] => serde_json::to_value(Agreement::of(Path::new(ours), Path::new(theirs))?)?,
        _ => bail!(USAGE),
    };
    println!("{said}");
    Ok(())
}
