//! What can be wrong with words, with vectors, or with where they are to go.

use corrkd_csd::CsdError;
use std::path::PathBuf;

/// Vectors that were not made; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The words cannot be read, or the vectors not be written.
    #[error(transparent)]
    Csd(#[from] CsdError),
    /// The file of words holds something else.
    #[error("{}: expected a sequence of words, such as CMU_MOSI_ModifiedTimestampedWords.csd; {got}", path.display())]
    NotWords {
        /// The file.
        path: PathBuf,
        /// What it holds.
        got: String,
    },
    /// The file of vectors cannot be read.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A line of the vectors is no word with its vector.
    #[error("{}: line {line}: expected {expected}, got {got}; get the file again, in GloVe's or word2vec's text format", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What should stand there.
        expected: String,
        /// What stands there.
        got: String,
    },
    /// The vectors are text in another encoding than UTF-8.
    #[error("{}: line {line}: expected text in UTF-8, got {got}; {remedy}", path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What stands there.
        got: String,
        /// How to make UTF-8 of it.
        remedy: String,
    },
    /// The two files have no word in common.
    #[error(
        "none of the {types} words of {} is in {}; are the vectors those of another language?",
        words.display(),
        vectors.display()
    )]
    NoneFound {
        /// The file of words.
        words: PathBuf,
        /// The file of vectors.
        vectors: PathBuf,
        /// Different words.
        types: usize,
    },
    /// The target is one of the files that are read.
    #[error("{}: is read; name another file for --out", path.display())]
    Read {
        /// The file.
        path: PathBuf,
    },
    /// The target is a folder.
    #[error("{}: is a folder; name a file for --out, such as glove_vectors.csd", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// It was told to stop.
    #[error("interrupted; nothing half-written was left")]
    Interrupted,
}

impl EmbedError {
    /// Whether the user's input is at fault (exit code 2) rather than absent or damaged data (exit code 3).
    #[must_use]
    pub const fn is_user_input(&self) -> bool {
        matches!(self, Self::NotWords { .. } | Self::NoneFound { .. } | Self::Read { .. } | Self::Folder { .. })
    }
}
