//! How a tensor's rows are divided among threads: into groups that depend on its shape alone.

/// So many numbers are worth a thread.
const NUMBERS: usize = 1 << 16;

/// Rows of a block, which are its columns once it is feature-major: whole vectors of any width, and few enough that a block
/// of some hundred features stays in cache.
pub(super) const COLUMNS: usize = 64;

/// The length of a group of whole rows of `width`, whole blocks but for the last.
pub(super) const fn group(width: usize) -> usize {
    let width = if width == 0 { 1 } else { width };
    (NUMBERS / width + 1).next_multiple_of(COLUMNS) * width
}
