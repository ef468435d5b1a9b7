//! Holds the manifests, the folders and ARCHITECTURE.md's table to the same layout.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use toml::Table;

/// The folders at the top; there is no other.
const FOLDERS: [&str; 8] = [".cargo", ".ci", ".github", "benches", "crates", "datasets", "experiments", "xtask"];

/// Each crate with its level and the crates it depends on (`corrkd-` left out).
const CRATES: [(&str, u32, &str); 26] = [
    ("corrkd-random", 0, "-"),
    ("corrkd-system", 0, "-"),
    ("corrkd-config", 1, "random, system"),
    ("corrkd-csd", 1, "system"),
    ("corrkd-fetch", 1, "system"),
    ("corrkd-kernels", 1, "random"),
    ("corrkd-metrics", 1, "random"),
    ("corrkd-numpy", 1, "system"),
    ("corrkd-onnx", 1, "-"),
    ("corrkd-data", 2, "random, system, config, csd, numpy"),
    ("corrkd-nn", 2, "random, system, config, kernels, onnx"),
    ("corrkd-record", 2, "system, config, metrics"),
    ("corrkd-import", 3, "random, system, config, csd, data, numpy"),
    ("corrkd-inspect", 3, "system, config, csd, data, numpy"),
    ("corrkd-losses", 3, "nn"),
    ("corrkd-protocol", 3, "system, config, numpy, data, record"),
    ("corrkd-report", 3, "random, config, metrics, record, system"),
    ("corrkd-runner", 3, "system, config, record"),
    ("corrkd-train", 3, "system, config, metrics, nn, data, onnx, record"),
    ("corrkd-methods", 4, "random, config, nn, data, losses, onnx, train"),
    ("corrkd-predict", 5, "system, config, nn, data, record, import, train, methods"),
    ("corrkd-selftest", 5, "random, config, nn, data, losses, train, methods"),
    (
        "corrkd",
        6,
        "system, config, fetch, data, record, import, inspect, protocol, report, runner, train, methods, predict, selftest",
    ),
    ("corrkd-benches", 7, "random, system, config, csd, data, nn, losses, train, methods"),
    ("corrkd-stress", 7, "random, system, config, csd, fetch, numpy, data, nn, record, import, inspect, methods"),
    ("xtask", 7, "system, config"),
];

/// Heavy libraries, by the start of their names, and the only crates that may use each.
const CONFINED: [(&str, &[&str]); 3] = [
    ("hdf5", &["corrkd-csd"]),
    ("polars", &["corrkd-report", "corrkd-protocol"]),
    ("candle", &["corrkd-nn", "corrkd-losses", "corrkd-train", "corrkd-methods", "corrkd-selftest", "corrkd-benches"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Each crate's name and what it depends on when it is used: `[dependencies]`, also those of single platforms.
fn manifests() -> BTreeMap<String, Vec<String>> {
    let crates = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let folders = crates.chain([root().join("xtask"), root().join("benches")]);
    let mut manifests = BTreeMap::new();
    for folder in folders {
        let manifest: Table = toml::from_str(&read(&folder.join("Cargo.toml"))).unwrap();
        let name = manifest["package"]["name"].as_str().unwrap().to_owned();
        let mut uses = Vec::new();
        let platforms = manifest.get("target").and_then(|t| t.as_table()).into_iter().flatten();
        let platforms = platforms.filter_map(|(_, platform)| platform.as_table());
        for table in [&manifest].into_iter().chain(platforms) {
            for section in ["dependencies", "build-dependencies"] {
                uses.extend(table.get(section).and_then(|d| d.as_table()).into_iter().flat_map(Table::keys).cloned());
            }
        }
        manifests.insert(name, uses);
    }
    manifests
}

fn level(name: &str) -> u32 {
    CRATES.iter().find(|(known, ..)| *known == name).unwrap_or_else(|| panic!("{name} has no level")).1
}

#[test]
fn every_crate_has_its_place_and_depends_downwards_only() {
    let manifests = manifests();
    let mut known = CRATES.map(|(name, ..)| name);
    known.sort_unstable();
    assert_eq!(manifests.keys().map(String::as_str).collect::<Vec<_>>(), known);
    for (name, own_level, may) in CRATES {
        let mut own: Vec<&str> = Vec::new();
        for used in manifests[name].iter().filter(|used| manifests.contains_key(*used)) {
            assert!(level(used) < own_level, "{name} (level {own_level}) depends on {used} (level {})", level(used));
            own.push(used.trim_start_matches("corrkd-"));
        }
        // Both ways: no arrow that is not allowed, and none allowed that nobody uses.
        let mut may: Vec<&str> = may.split(", ").filter(|m| *m != "-").collect();
        own.sort_unstable();
        may.sort_unstable();
        assert_eq!(own, may, "{name}: what it depends on, and what it may depend on");
    }
}

#[test]
fn heavy_libraries_stay_where_they_belong() {
    for (name, uses) in manifests() {
        for (library, allowed) in CONFINED {
            let found = uses.iter().find(|used| used.starts_with(library));
            assert!(found.is_none() || allowed.contains(&name.as_str()), "{name} depends on {found:?}");
        }
    }
}

#[test]
fn the_table_on_the_page_says_the_same() {
    let page = read(&root().join("ARCHITECTURE.md"));
    assert!(page.lines().count() <= 150, "ARCHITECTURE.md is longer than 150 lines");
    let rows: Vec<(String, u32, String)> = page
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [level, name, _, may, _] = cells[..] else { return None };
            Some((name.trim_matches('`').to_owned(), level.parse().ok()?, may.to_owned()))
        })
        .collect();
    let expected = CRATES.map(|(name, level, may)| (name.to_owned(), level, may.to_owned()));
    assert_eq!(rows, expected);
}

#[test]
fn the_top_holds_the_agreed_folders_only() {
    let listed = Command::new("git").args(["ls-tree", "-d", "--name-only", "HEAD"]).current_dir(root()).output();
    let Some(listed) = listed.ok().filter(|output| output.status.success()) else {
        return super::skipped("not a git checkout");
    };
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert_eq!(listed.lines().collect::<Vec<_>>(), FOLDERS);
}

/// Each crate of a dependency tree with its features, one a line.
fn features(selection: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--prefix", "none", "--format", "{p} {f}"])
        .args(selection)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    tree.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

/// A library that a test gives a feature more is another library: all that stands on it would be compiled once for the tests and
/// once for the program. Such features are named in the workspace's Cargo.toml.
#[test]
fn the_tests_and_the_program_share_what_is_compiled() {
    let program = features(&["--package", "corrkd", "--edges", "normal,build"]);
    let tests = features(&["--workspace", "--edges", "normal,build,dev"]);
    assert!(program.len() > 300);
    let twice: Vec<&String> = program.difference(&tests).collect();
    assert!(twice.is_empty(), "compiled twice, with these features for the program alone: {twice:#?}");
}

/// A tag of an action can be moved to another commit; a commit cannot.
#[test]
fn workflows_pin_actions_by_commit() {
    let mut pinned = 0;
    for entry in fs::read_dir(root().join(".github/workflows")).unwrap() {
        let path = entry.unwrap().path();
        for line in read(&path).lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("uses: ")) {
            let commit = line.split_once('@').map(|(_, rest)| rest.split(' ').next().unwrap());
            let is_commit = commit.is_some_and(|c| c.len() == 40 && c.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert!(is_commit && line.contains(" # v"), "{}: `{line}` names no commit and version", path.display());
            pinned += 1;
        }
    }
    assert!(pinned > 0);
}

/// Which packages are built, the lock file says; what calls cargo by itself holds it to that.
#[test]
fn scripts_hold_cargo_to_the_lock_file() {
    let workflows = fs::read_dir(root().join(".github/workflows")).unwrap().map(|entry| entry.unwrap().path());
    for path in workflows.chain([root().join(".ci/run")]) {
        for line in read(&path).lines().filter(|line| !line.trim_start().starts_with('#')) {
            for call in line.split("cargo ").skip(1) {
                let held = call.starts_with("xtask ") || call.contains("--locked");
                assert!(held, "{}: `{}` without --locked", path.display(), line.trim());
            }
        }
    }
}
