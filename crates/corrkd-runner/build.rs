//! Lists the files of experiments/ as Rust, so that the program carries them and a new one needs no code.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        names.extend(file.strip_suffix(".toml").map(str::to_owned));
    }
    names.sort();
    let line = |name: &String| {
        let path = folder.join(name).with_extension("toml");
        format!("    ({name:?}, include_str!({path:?})),\n")
    };
    let lines: String = names.iter().map(line).collect();
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&out).join("experiments.rs"), format!("&[\n{lines}]\n"))
}
