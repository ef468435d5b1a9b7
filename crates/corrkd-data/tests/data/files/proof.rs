//! Every byte that samples come from is proved: what was altered is made again, or gives another fingerprint.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use super::fixture::{by_path, raw};
use corrkd_config::DatasetRef;
use corrkd_data::{DataError, Dataset, Trust, load, unseen};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

fn synthetic(cache: &Path, trust: Trust) -> Result<Dataset, DataError> {
    let dataset = DatasetRef { name: "synthetic".to_owned(), size: None, fold: None };
    load(&dataset, None, cache, trust, &unseen)
}

/// Paths in a folder, in order.
fn paths(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn flip(path: &Path, at: impl Fn(usize) -> usize) {
    let mut bytes = fs::read(path).unwrap();
    let at = at(bytes.len());
    bytes[at] ^= 4;
    let time = fs::metadata(path).unwrap().modified().unwrap();
    fs::write(path, bytes).unwrap();
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

/// A bit flipped anywhere in what lies in the cache, under the old length and time, or a file cut or gone: the same samples and
/// files again, however they are proved.
#[test]
fn what_is_altered_in_the_cache_is_made_again() {
    let cache = tempfile::tempdir().unwrap();
    let dataset = synthetic(cache.path(), Trust::Remembered).unwrap();
    let [samples, folder] = paths(cache.path()).try_into().expect("samples, and the folder of generated files");
    let mut files = paths(&folder);
    assert_eq!(files.len(), 12, "each has its hash beside it");
    // Those that this recipe reads.
    files.retain(|path| !["emotions.csd", "words.csd"].iter().any(|other| path.to_string_lossy().contains(other)));
    let sound: Vec<Vec<u8>> = files.iter().chain([&samples]).map(|path| fs::read(path).unwrap()).collect();
    let damages: [&dyn Fn(&Path); 5] = [
        &|path| flip(path, |_| 0),
        &|path| flip(path, |length| length / 2),
        &|path| flip(path, |length| length - 1),
        &|path| fs::write(path, &fs::read(path).unwrap()[..10]).unwrap(),
        &|path| fs::remove_file(path).unwrap(),
    ];
    for (number, path) in files.iter().chain([&samples]).enumerate() {
        let damage = damages[number % damages.len()];
        damage(path);
        // What is left of the samples must not hide it.
        if number % 2 == 0 {
            fs::remove_file(&samples).ok();
        }
        let trust = [Trust::Remembered, Trust::Read][number / 2 % 2];
        assert_eq!(synthetic(cache.path(), trust).unwrap(), dataset, "{}", path.display());
        let again: Vec<Vec<u8>> = files.iter().chain([&samples]).map(|path| fs::read(path).unwrap()).collect();
        assert!(again == sound, "{}: made otherwise", path.display());
    }
    assert_eq!(paths(cache.path()), [samples, folder], "nothing unfinished");
}

/// Sound samples of other data under the name of these are not these.
#[test]
fn the_name_of_samples_is_proved_too() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let mut fixture = raw();
    let load = |recipe: &Path| load(&by_path(recipe), Some(folder.path()), &cache, Trust::Read, &unseen).unwrap();
    let one = load(&fixture.write(folder.path()));
    let [first] = paths(&cache).try_into().expect("one file");
    fixture.recipe = fixture.recipe.replace("time = 4", "time = 1");
    let other = load(&fixture.write(folder.path()));
    let second = paths(&cache).into_iter().find(|path| *path != first).expect("another file");
    // Not into it: it is mapped.
    fs::remove_file(&second).unwrap();
    fs::copy(&first, &second).unwrap();
    assert_eq!(load(&fixture.write(folder.path())), other);
    assert_ne!(one.train, other.train);
}

/// Hashes of a user's files that are remembered find samples and make none; who reads the files is not misled.
#[test]
fn remembered_hashes_make_no_samples() {
    let folder = tempfile::tempdir().unwrap();
    let (recipe, cache) = (raw().write(folder.path()), folder.path().join("cache"));
    let load = |trust| load(&by_path(&recipe), Some(folder.path()), &cache, trust, &unseen).unwrap();
    let age = |path: &Path| {
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        fs::File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
    };
    let labels = folder.path().join("labels.csd");
    age(&labels);
    let before = load(Trust::Remembered);
    assert!(cache.join("hashes.json").is_file());
    // The description's letters count as the labels do.
    let bytes = fs::read(&labels).unwrap();
    let at = bytes.windows(9).position(|text| text == b"root name").unwrap();
    let mut altered = bytes.clone();
    altered[at..at + 9].copy_from_slice(b"root nome");
    fs::write(&labels, &altered).unwrap();
    age(&labels);
    assert_eq!(load(Trust::Remembered), before, "found by what is remembered");
    let after = load(Trust::Read);
    assert_ne!(after.fingerprint, before.fingerprint);
    fs::write(&labels, &bytes).unwrap();
    age(&labels);
    // The memory speaks of the altered file now, and no samples of it are left.
    paths(&cache)
        .iter()
        .filter(|path| path.extension().unwrap() == "safetensors")
        .for_each(|p| fs::remove_file(p).unwrap());
    assert_eq!(load(Trust::Remembered).fingerprint, before.fingerprint, "made of what was read");
}

#[test]
fn two_at_once_end_well() {
    let cache = tempfile::tempdir().unwrap();
    let one = || synthetic(cache.path(), Trust::Remembered).unwrap();
    let [first, second] = std::thread::scope(|scope| {
        let other = scope.spawn(one);
        [one(), other.join().unwrap()]
    });
    assert_eq!(first, second);
    assert_eq!(paths(cache.path()).len(), 2, "nothing unfinished");
}

#[cfg(unix)]
#[test]
fn others_may_use_it_and_what_was_killed_is_swept() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (recipe, cache) = (raw().write(folder.path()), folder.path().join("cache"));
    fs::create_dir(&cache).unwrap();
    let left = cache.join(".synthetic-small-v3.abcdef.unfinished");
    fs::create_dir(&left).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    load(&by_path(&recipe), Some(folder.path()), &cache, Trust::Read, &unseen).unwrap();
    let [file] = paths(&cache).try_into().expect("the samples alone");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file), mode(&recipe), "as any other file");
}

#[test]
fn a_cache_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = raw().write(folder.path());
    let message = |recipe: &DatasetRef, source: Option<&Path>| {
        let error = load(recipe, source, &recipe_file(folder.path()), Trust::Read, &unseen).unwrap_err();
        assert!(!error.is_user_input(), "{error}");
        error.to_string()
    };
    let synthetic = DatasetRef { name: "synthetic".to_owned(), size: None, fold: None };
    for message in [message(&by_path(&recipe), Some(folder.path())), message(&synthetic, None)] {
        assert!(message.contains("the cache cannot be written: "), "{message}");
        assert!(
            message.ends_with("keep it in another folder (--cache DIR; of a whole experiment, --runs DIR)"),
            "{message}"
        );
    }
}

/// A file, where a folder is wanted.
fn recipe_file(folder: &Path) -> PathBuf {
    folder.join("labels.csd")
}

/// Neither is waited for, nor read for ever.
#[cfg(unix)]
#[test]
fn pipes_and_devices() {
    let folder = tempfile::tempdir().unwrap();
    let mut fixture = raw();
    let recipe = fixture.write(folder.path());
    let said = |recipe: &Path| {
        let cache = folder.path().join("cache");
        load(&by_path(recipe), Some(folder.path()), &cache, Trust::Read, &unseen).unwrap_err().to_string()
    };
    let pipe = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    fs::remove_file(folder.path().join("labels.csd")).unwrap();
    pipe(&folder.path().join("labels.csd"));
    assert!(said(&recipe).ends_with("labels.csd: it is a pipe, a socket or a device, expected a regular file"));
    pipe(&folder.path().join("pipe.toml"));
    assert!(
        said(&folder.path().join("pipe.toml")).ends_with("it is a pipe, a socket or a device, expected a regular file")
    );
    assert!(said(Path::new("/dev/zero.toml")).contains("No such file"));
    fixture.recipe = fixture.recipe.lines().filter(|line| !line.starts_with("folds")).collect::<Vec<_>>().join("\n");
    fixture.recipe.push_str("\nfolds = { file = \"folds.toml\" }\n");
    let recipe = fixture.write(folder.path());
    pipe(&folder.path().join("folds.toml"));
    assert!(
        said(&recipe).ends_with("`test`: it is a pipe, a socket or a device, expected a regular file"),
        "{}",
        said(&recipe)
    );
    fs::remove_file(folder.path().join("folds.toml")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("folds.toml")).unwrap();
    assert!(
        said(&recipe).ends_with("`test`: it is a pipe, a socket or a device, expected a regular file"),
        "{}",
        said(&recipe)
    );
}
