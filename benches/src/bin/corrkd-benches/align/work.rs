//! Our side, beside benches/peer/sdk.py, which explains the work and the answer: reading, aligning with the mean, and
//! writing, each with its seconds.

use anyhow::{Context as _, Result};
use corrkd_csd::{Entry, Reader, Writer};
use corrkd_data::Collapse;
use corrkd_data::mmdataset::Mmdataset;
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

/// What is to be aligned. As many threads are used as `RAYON_NUM_THREADS` says.
#[derive(clap::Args)]
pub(crate) struct Worker {
    reference: String,
    videos: usize,
    files: Vec<PathBuf>,
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Worker {
    /// Aligns, and prints one line of JSON.
    pub(crate) fn run(&self) -> Result<()> {
        corrkd_system::out(aligned(self)?).context("cannot say the seconds")
    }
}

/// Aligns the first `videos` of the videos that are in all `files` to the sequence `reference`; with `out`, writes each
/// sequence there under its name. What benches/peer/sdk.py prints.
fn aligned(Worker { reference, videos, files, out }: &Worker) -> Result<Value> {
    let mut seconds = Map::new();
    let mut start = Instant::now();
    let mut lap = |part: &str| {
        seconds.insert(part.to_owned(), start.elapsed().as_secs_f64().into());
        start = Instant::now();
    };
    let readers = files.iter().map(|file| Ok(Reader::open(file)?)).collect::<Result<Vec<_>>>()?;
    lap("open");
    let ids: Vec<String> = first(&readers, *videos).into_iter().map(str::to_owned).collect();
    let mut dataset = Mmdataset::new();
    let mut rows = Map::new();
    for reader in &readers {
        let entry = |id: &String| Ok((id.clone(), reader.entry(id)?));
        let entries: Vec<(String, Entry)> = ids.par_iter().map(entry).collect::<Result<_>>()?;
        let count = entries.iter().map(|(_, entry)| entry.intervals.len()).sum::<usize>();
        rows.insert(reader.root().to_owned(), count.into());
        dataset.add(reader.root(), entries);
    }
    lap("read");
    dataset.align(reference, &[Collapse::Mean])?;
    lap("align");
    if let Some(out) = out {
        std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
        for reader in &readers {
            let path = out.join(format!("{}.csd", reader.root()));
            let mut writer = Writer::create(&path, reader.root(), reader.metadata())?;
            for (key, entry) in dataset.entries(reader.root()) {
                writer.add(key, entry)?;
            }
            writer.finish()?;
        }
        lap("write");
    }
    let program = concat!("corrkd ", env!("CARGO_PKG_VERSION"));
    Ok(json!({ "program": program, "videos": ids.len(), "rows": rows, "seconds": seconds }))
}

/// The first ids of those that are in all files.
fn first(readers: &[Reader], count: usize) -> Vec<&str> {
    let ids = |reader: &Reader| reader.ids().map(str::to_owned).collect::<BTreeSet<_>>();
    let Some((one, others)) = readers.split_first() else { return Vec::new() };
    let others: Vec<_> = others.iter().map(ids).collect();
    one.ids().filter(|&id| others.iter().all(|ids| ids.contains(id))).take(count).collect()
}
