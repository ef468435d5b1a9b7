//! A file of known length, whose bytes are read where they are asked for.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Mutex, PoisonError};

/// Something to read from at any place: a file, or bytes in memory.
pub(crate) trait Medium: Read + Seek + Send {}
impl<T: Read + Seek + Send> Medium for T {}

/// The medium, shared by everything that reads from it.
pub(crate) struct Source {
    medium: Mutex<Box<dyn Medium>>,
    length: u64,
}

impl Source {
    /// Takes the length from the medium's end.
    pub(crate) fn new(mut medium: Box<dyn Medium>) -> io::Result<Self> {
        let length = medium.seek(SeekFrom::End(0))?;
        Ok(Self { medium: Mutex::new(medium), length })
    }

    /// Length in bytes.
    pub(crate) const fn length(&self) -> u64 {
        self.length
    }

    /// The bytes from `start` to `end`, to be read in order.
    pub(crate) fn span(&self, start: u64, end: u64) -> Span<'_> {
        let end = end.min(self.length);
        Span { source: self, start, position: start.min(end), end }
    }
}

/// A part of a source as a stream of its own.
#[derive(Clone)]
pub(crate) struct Span<'a> {
    source: &'a Source,
    start: u64,
    position: u64,
    end: u64,
}

impl Span<'_> {
    /// Bytes that are left.
    pub(crate) const fn left(&self) -> u64 {
        self.end - self.position
    }
}

impl Read for Span<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.left()).unwrap_or(usize::MAX);
        let wanted = into.len().min(left);
        if wanted == 0 {
            return Ok(0);
        }
        // A thread that panicked while it read has left no state behind: the place is set anew each time.
        let mut medium = self.source.medium.lock().unwrap_or_else(PoisonError::into_inner);
        medium.seek(SeekFrom::Start(self.position))?;
        let got = medium.read(&mut into[..wanted])?;
        self.position += got as u64;
        Ok(got)
    }
}

impl Seek for Span<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => self.start.checked_add(offset),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        match target.filter(|target| (self.start..=self.end).contains(target)) {
            Some(target) => {
                self.position = target;
                Ok(target - self.start)
            }
            None => Err(io::Error::new(io::ErrorKind::InvalidInput, "a place outside the file")),
        }
    }
}
