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

/// How many lines an example on a front page has, of those that are shown.
const EXAMPLE: std::ops::RangeInclusive<usize> = 5..=15;

/// The lines of each code block on a page that is a test: its fence says neither `no_run` nor that it is text.
fn running(page: &str) -> Vec<usize> {
    let (mut found, mut fence): (Vec<usize>, Option<&str>) = (Vec::new(), None);
    for line in page.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim) {
        match (line.strip_prefix("```"), fence) {
            (Some(words), None) => {
                fence = Some(words);
                found.extend(words.is_empty().then_some(0));
            }
            (Some(_), Some(_)) => fence = None,
            (None, Some("")) if !line.is_empty() && !line.starts_with("# ") => {
                found.last_mut().into_iter().for_each(|n| *n += 1)
            }
            _ => {}
        }
    }
    found
}

#[test]
fn each_library_shows_how_it_is_used_by_an_example_that_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let crates = fs::read_dir(root.join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let mut libraries = 0;
    for folder in crates.chain([root.join("benches")]) {
        let Ok(page) = fs::read_to_string(folder.join("src/lib.rs")) else { continue };
        let examples = running(&page);
        let fit = examples.iter().any(|lines| EXAMPLE.contains(lines));
        assert!(fit, "{}: examples of {examples:?} lines, expected one of {EXAMPLE:?}", folder.display());
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert!(!manifest.contains("doctest = false"), "{}: its example does not run", folder.display());
        libraries += 1;
    }
    assert!(libraries > 20);
}
