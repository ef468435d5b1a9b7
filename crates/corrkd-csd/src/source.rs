//! The file's bytes for the HDF5 library, read at any place by any number of threads: the library's own way of reading
//! a file lets one thread read at a time.
//!
//! What is read for one call is limited. An index in a damaged file may lead to itself, or a hundred times to the same
//! place, which the library would follow until memory or patience ends; an honest file is read through once or twice.

use std::cell::Cell;
use std::fs::File;
use std::io;

use hdf5::{FormatError, Source};

/// Bytes that every call may read, however short the file.
const FREE: u64 = 16 << 20;
/// Bytes that a read counts for at least.
const LEAST: u64 = 64;

thread_local! {
    /// Bytes that this thread may still read. The library reads on the thread that calls it.
    static LEFT: Cell<u64> = const { Cell::new(FREE) };
}

/// A file of known length.
pub(crate) struct Bytes {
    pub(crate) file: File,
    pub(crate) length: u64,
}

impl Bytes {
    /// Begins a call of this thread, which may read a file of this length through about twice.
    pub(crate) fn begin(length: u64) {
        LEFT.set(length.saturating_mul(2).saturating_add(FREE));
    }
}

impl Source for Bytes {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), FormatError> {
        let left = LEFT.get().checked_sub((buffer.len() as u64).max(LEAST));
        LEFT.set(
            left.ok_or_else(|| FormatError::Source("an index that leads to the same places again and again".into()))?,
        );
        read_exact_at(&self.file, offset, buffer).map_err(|error| FormatError::Source(error.to_string()))
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut offset: u64, mut buffer: &mut [u8]) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                offset += read as u64;
                buffer = &mut buffer[read..];
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
