//! The file's bytes for the HDF5 library, read at any place by any number of threads: the library's own way of reading
//! a file lets one thread read at a time.

use std::fs::File;
use std::io;

use hdf5::{FormatError, Source};

/// A file of known length.
pub(crate) struct Bytes {
    pub(crate) file: File,
    pub(crate) length: u64,
}

impl Source for Bytes {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), FormatError> {
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
