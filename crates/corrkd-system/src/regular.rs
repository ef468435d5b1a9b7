//! Files that are files: no pipe that is waited for forever, no device that has no end; and names that stay in their folder.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path};

/// Opens a file for reading.
///
/// # Errors
/// The system's; [`io::ErrorKind::InvalidInput`] for what is no regular file, saying what it is.
pub fn open(path: &Path) -> io::Result<File> {
    let kind = fs::metadata(path)?.file_type();
    if kind.is_file() {
        return File::open(path);
    }
    let what = if kind.is_dir() { "a folder" } else { "a pipe, a socket or a device" };
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("it is {what}, expected a regular file")))
}

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
/// As [`open`]; [`io::ErrorKind::FileTooLarge`] for more.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = open(path)?;
    // Not read to find out, where it is known before; a file may also grow while it is read.
    let larger = file.metadata()?.len() > limit || {
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        bytes.len() as u64 > limit
    };
    if larger {
        let reason = format!("it is larger than {limit} bytes, more than such a file can have");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
    }
    Ok(bytes)
}

/// Whether a relative path stays within the folder that it starts from, as it is written: not absolute, without `..`.
#[must_use]
pub fn inside(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) && path.file_name().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_inside() {
        for good in ["a", "a/b.csd", "./a", "a..b"] {
            assert!(inside(Path::new(good)), "{good}");
        }
        for bad in ["", "/a", "..", "a/../../b", "a/..", ".", "/"] {
            assert!(!inside(Path::new(bad)), "{bad}");
        }
    }
}
