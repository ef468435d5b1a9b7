//! Our own commands on whole data sets, and what they may take.

use crate::{process::Process, quantiles::median};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread::available_parallelism,
};

/// How often each command is run.
const TURNS: usize = 3;
/// Bytes that preparing may hold.
const MEMORY: u64 = 1 << 30;
/// Seconds that opening what is prepared may take.
const OPENING: f64 = 1.0;

/// A command's figures.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Timed {
    pub(super) command: String,
    pub(super) seconds: Vec<f64>,
    /// The most of all turns, in bytes.
    pub(super) memory: Option<u64>,
    pub(super) limit: Limit,
}

/// What a command may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Limit {
    None,
    Seconds(f64),
    Bytes(u64),
}

impl Timed {
    fn new(command: String, limit: Limit) -> Self {
        Self { command, seconds: Vec::new(), memory: None, limit }
    }

    fn add(&mut self, process: &Process) {
        self.seconds.push(process.seconds);
        self.memory = self.memory.max(process.memory);
    }

    /// Whether it keeps to its limit, if it has one and that was measured.
    pub(super) fn reached(&self) -> Option<bool> {
        match self.limit {
            Limit::None => None,
            Limit::Seconds(limit) => Some(median(&self.seconds) <= limit),
            Limit::Bytes(limit) => Some(self.memory? <= limit),
        }
    }
}

/// Prepares, opens and aligns the generated sets of MOSI's and of MOSEI's size, on all cores.
///
/// # Errors
/// If a command fails.
pub(super) fn commands(corrkd: &Path, folder: &Path) -> Result<Vec<Timed>> {
    // The cache of benches/benches/cache.rs.
    let (cache, out) = (folder.join("cache"), folder.join("align/commands"));
    let threads = available_parallelism().map_or(1, usize::from).to_string();
    let run = |arguments: &[&str], size: &str| {
        let mut command = Command::new(corrkd);
        command.args(arguments).args(["--size", size, "--cache"]).arg(&cache).env("RAYON_NUM_THREADS", &threads);
        Process::run(&mut command)
    };
    let prepare = |size| run(&["prepare", "--dataset", "synthetic"], size);
    let mut all = Vec::new();
    for (size, limits) in
        [("mosi", [Limit::None; 3]), ("mosei", [Limit::Bytes(MEMORY), Limit::Seconds(OPENING), Limit::Bytes(MEMORY)])]
    {
        corrkd_system::err(format_args!("{size}: preparing, opening and aligning"));
        // Generates the files where they are absent.
        prepare(size)?;
        let [prepared, opened, aligned] = limits;
        let mut prepared = Timed::new(format!("corrkd prepare, {size}"), prepared);
        let mut opened = Timed::new(format!("the same again: opens what is prepared, {size}"), opened);
        let mut aligned = Timed::new(format!("corrkd data align, {size}"), aligned);
        for _ in 0..TURNS {
            for file in prepared_files(&cache, size)? {
                fs::remove_file(&file).with_context(|| file.display().to_string())?;
            }
            prepared.add(&prepare(size)?);
            opened.add(&prepare(size)?);
            if out.exists() {
                fs::remove_dir_all(&out).with_context(|| out.display().to_string())?;
            }
            aligned.add(&run(&["data", "align", "synthetic", "--out", &out.display().to_string()], size)?);
        }
        all.extend([prepared, opened, aligned]);
    }
    Ok(all)
}

/// The files of prepared samples of a size.
fn prepared_files(cache: &Path, size: &str) -> Result<Vec<PathBuf>> {
    let files = fs::read_dir(cache).with_context(|| cache.display().to_string())?;
    let prepared = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(&format!("synthetic-{size}-")) && name.ends_with(".safetensors")
    };
    Ok(files.flatten().map(|file| file.path()).filter(prepared).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_kept_to_or_not_or_not_measured() {
        let timed = |limit, memory| Timed { command: String::new(), seconds: vec![0.5, 0.9, 3.0], memory, limit };
        assert_eq!(timed(Limit::None, Some(1)).reached(), None);
        assert_eq!(timed(Limit::Seconds(0.9), None).reached(), Some(true));
        assert_eq!(timed(Limit::Seconds(0.8), None).reached(), Some(false));
        assert_eq!(timed(Limit::Bytes(10), Some(10)).reached(), Some(true));
        assert_eq!(timed(Limit::Bytes(10), Some(11)).reached(), Some(false));
        assert_eq!(timed(Limit::Bytes(10), None).reached(), None);
    }

    #[test]
    fn only_a_sizes_own_samples_are_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["synthetic-mosi-1f.safetensors", "synthetic-mosei-2e.safetensors", "synthetic-mosi-v2", "hashes.json"]
        {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let found = prepared_files(folder.path(), "mosi").unwrap();
        assert_eq!(found, [folder.path().join("synthetic-mosi-1f.safetensors")]);
    }
}
