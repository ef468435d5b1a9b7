//! What can be wrong with a file that Python left.

use std::path::PathBuf;

use crate::foreign::Foreign;

/// A file that cannot be read. Each variant means that data are absent or damaged (exit code 3), or, for
/// [`Refused`](Self::Refused), that they are not plain data.
#[derive(Debug, thiserror::Error)]
pub enum NumpyError {
    /// There is no such file.
    #[error("{}: no such file; correct the path", path.display())]
    Absent {
        /// The file.
        path: PathBuf,
    },
    /// The system refuses to read the file.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The file is something else.
    #[error("{}: expected a pickle, .npy or .npz, got {got}", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What it seems to be, or its length and first bytes.
        got: String,
    },
    /// The file is of a format that is not read here.
    #[error("{}: expected a pickle, .npy or .npz, got {}; {}", path.display(), format.what(), format.way(path))]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is, or what the values in it are of.
        format: Foreign,
    },
    /// The file asks for something that plain data never need, or that this reader has no form for.
    #[error(
        "{}: at byte {offset}, {place}: refused {what}; only plain values and NumPy arrays of numbers, texts and objects \
         are read, and nothing in a file is run; store such in its stead where the file was made",
        path.display()
    )]
    Refused {
        /// The file.
        path: PathBuf,
        /// Where, in bytes from the file's start.
        offset: u64,
        /// The pickle's opcode, or the part of the file.
        place: String,
        /// What was asked for: the name of a function or class, or the feature.
        what: String,
    },
    /// The file contradicts itself or ends early.
    #[error("{}: at byte {offset}, {place}: expected {expected}, got {got}; fetch it again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where, in bytes from the file's start.
        offset: u64,
        /// The pickle's opcode, or the part of the file.
        place: String,
        /// What should be there.
        expected: String,
        /// What is there.
        got: String,
    },
}

/// The same without the file's path and the place in it, as long as they are not known.
#[derive(Debug)]
pub(crate) enum Trouble {
    Io(std::io::Error),
    Refused(String),
    Foreign(Foreign),
    Damaged { expected: String, got: String },
}

impl Trouble {
    pub(crate) fn damaged(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self::Damaged { expected: expected.into(), got: got.into() }
    }

    pub(crate) fn refused(what: impl Into<String>) -> Self {
        Self::Refused(what.into())
    }

    /// With the place.
    pub(crate) fn at(self, path: &std::path::Path, offset: u64, place: impl Into<String>) -> NumpyError {
        let path = path.to_owned();
        match self {
            Self::Io(cause) => NumpyError::Io { path, cause },
            Self::Foreign(format) => NumpyError::Foreign { path, format },
            Self::Refused(what) => NumpyError::Refused { path, offset, place: place.into(), what },
            Self::Damaged { expected, got } => NumpyError::Damaged { path, offset, place: place.into(), expected, got },
        }
    }
}

/// A stream that ends early or contradicts itself is damage, not the system's refusal.
impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => Self::damaged("more bytes", "the end"),
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput => {
                Self::damaged("sound data", error.to_string())
            }
            _ => Self::Io(error),
        }
    }
}

/// A name from a file, fit to be shown: no control characters, not endless.
pub(crate) fn shown(bytes: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(bytes).chars().take(100).flat_map(char::escape_debug).collect();
    if bytes.len() > 100 { format!("{text}…") } else { text }
}
