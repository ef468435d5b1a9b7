//! The user's own file: `corrkd/config.toml` where the system keeps such files.

use crate::failure::{Failure, OrExit};
use anyhow::{Context, anyhow};
use corrkd_config::{Exit, Slurm, typed, utf8};
use corrkd_system::read;
use std::{env, io::ErrorKind, path::PathBuf};
use toml::Table;

/// More than any such file has.
const LIMIT: u64 = 1 << 20;

/// What it says of a cluster; nothing where there is no such file.
///
/// # Errors
/// Exit code 2, naming the file.
pub(super) fn slurm() -> Result<Slurm, Failure> {
    let Some(path) = path() else { return Ok(Slurm::default()) };
    let bytes = match read(&path, LIMIT) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Slurm::default()),
        bytes => bytes.with_context(|| path.display().to_string()).or_exit(Exit::Input)?,
    };
    let said = || -> anyhow::Result<Slurm> {
        let mut table: Table = toml::from_str(&utf8(bytes)?)?;
        let slurm = table.remove("slurm").unwrap_or(Table::new().into());
        if let Some(key) = table.keys().next() {
            return Err(anyhow!("unknown key `{key}`, expected `slurm`"));
        }
        let slurm = slurm.try_into().context("`slurm` is no table")?;
        let slurm: Slurm = typed("[slurm]", slurm)?;
        slurm.check("[slurm]")?;
        Ok(slurm)
    };
    said().with_context(|| path.display().to_string()).or_exit(Exit::Input)
}

fn path() -> Option<PathBuf> {
    let folder = |name: &str| env::var_os(name).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let folder = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(folder.join("corrkd/config.toml"))
}
