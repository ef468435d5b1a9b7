//! Stamps the program with a digest of everything a run's outcome depends on in code, so that a run made by other
//! code is never taken for this one's.

use std::{fs, io, path::Path};

/// The crates between the data and the numbers; tables and the command line change no number.
const CRATES: [&str; 9] = ["random", "config", "csd", "metrics", "nn", "data", "losses", "models", "train"];

fn main() -> io::Result<()> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut digest = blake3::Hasher::new();
    add(&workspace.join("Cargo.lock"), &mut digest)?;
    for name in CRATES {
        add(&workspace.join(format!("crates/corrkd-{name}/src")), &mut digest)?;
    }
    println!("cargo::rustc-env=CORRKD_CODE={}", &digest.finalize().to_hex()[..16]);
    Ok(())
}

/// Adds a file, or a folder's files in name order, by name and content.
fn add(path: &Path, digest: &mut blake3::Hasher) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", path.display());
    if path.is_dir() {
        let mut inside = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        inside.sort();
        return inside.iter().try_for_each(|path| add(path, digest));
    }
    let content = fs::read(path)?;
    digest.update(path.file_name().unwrap_or_default().as_encoded_bytes());
    digest.update(&(content.len() as u64).to_le_bytes());
    digest.update(&content);
    Ok(())
}
