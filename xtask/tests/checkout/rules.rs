//! What every source file keeps to.

use std::fs;
use std::path::{Path, PathBuf};

/// More than these does not fit a head.
const LINES: usize = 400;
/// Names that say nothing of what is inside.
const NAMELESS: [&str; 9] = ["util", "utils", "helper", "helpers", "common", "misc", "tools", "base", "shared"];

/// Every Rust file of the workspace.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn each_file_says_what_it_is_is_named_by_it_and_fits_a_head() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["crates", "xtask", "benches"] {
        sources(&root.join(folder), &mut files);
    }
    assert!(files.len() > 500);
    let mut faults = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        let named = path.with_extension("");
        let named = named.file_name().unwrap().to_str().unwrap();
        let fault = match () {
            () if !text.starts_with("//! ") => "does not open by saying what it is (`//! `)".to_owned(),
            () if NAMELESS.contains(&named) => "has a name that says nothing".to_owned(),
            () if lines > LINES => format!("has {lines} lines, at most {LINES}"),
            () => continue,
        };
        faults.push(format!("{}: {fault}", path.display()));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
