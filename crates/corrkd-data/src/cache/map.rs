//! A file mapped into memory: opened in no time whatever its size, read as it is used, shared between runs.

use std::io;
use std::path::Path;

/// The bytes of a file.
pub(crate) struct Map(memmap2::Mmap);

impl Map {
    /// Maps a file.
    #[allow(unsafe_code)]
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = corrkd_system::open(path)?;
        // SAFETY: a mapping is only sound while nobody changes the file. Files of the cache are written under another
        // name, renamed, and never touched again; one that is made anew replaces the name, not the bytes.
        unsafe { memmap2::Mmap::map(&file) }.map(Self)
    }

    /// All bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The whole file as numbers, as far as it divides into them; mappings start at a page, so they are aligned.
    pub(crate) fn numbers(&self) -> &[f32] {
        let bytes = self.bytes();
        bytemuck::try_cast_slice(&bytes[..bytes.len() / 4 * 4]).unwrap_or_default()
    }
}
