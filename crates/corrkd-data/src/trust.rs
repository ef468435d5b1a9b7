//! What is believed of a user's own files.

/// How a data set's files are proved to be the ones that its samples were made of. The aligned cache and generated files are
/// proved by their content, always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A hash that is remembered of a file of the same length and time of change finds its samples in the cache; samples are
    /// made of none but files that are read for it.
    Remembered,
    /// Each file is read, also where its hash is remembered.
    Read,
}
