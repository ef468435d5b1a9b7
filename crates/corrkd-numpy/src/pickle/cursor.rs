//! A place in the file, from which opcodes and their arguments are read. No argument is longer than what is left.

use std::io::{BufRead, BufReader, Read};

use crate::arena::Node;
use crate::blob::{Blob, Storage};
use crate::error::Trouble;
use crate::source::{Source, Span};

/// Longer texts and bytes stay in the file. Names and ids are shorter.
const HELD: u64 = 64;
/// Bytes that are read at once.
const BUFFER: u64 = 1 << 18;

pub(super) struct Cursor<'a> {
    stream: BufReader<Span<'a>>,
    position: u64,
    end: u64,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(source: &'a Source, start: u64, end: u64) -> Self {
        let span = source.span(start, end);
        let capacity = end.saturating_sub(start).min(BUFFER) as usize;
        Self { stream: BufReader::with_capacity(capacity, span), position: start, end }
    }

    /// Bytes from the file's start.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// Bytes that are left.
    pub(super) const fn left(&self) -> u64 {
        self.end - self.position
    }

    /// The next N bytes.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Trouble> {
        let mut bytes = [0; N];
        self.check(N as u64)?;
        self.stream.read_exact(&mut bytes)?;
        self.position += N as u64;
        Ok(bytes)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Trouble> {
        Ok(self.array::<1>()?[0])
    }

    /// The bytes up to the next end of line, which is read, too; at most so many.
    pub(super) fn line(&mut self, most: u64) -> Result<Vec<u8>, Trouble> {
        let mut line = Vec::new();
        self.position += self.stream.by_ref().take(most).read_until(b'\n', &mut line)? as u64;
        match line.pop() {
            Some(b'\n') => Ok(line),
            _ => Err(Trouble::damaged("the end of a line", format!("{} bytes without", line.len() + 1))),
        }
    }

    /// The next bytes as a value: held where they are few, else passed over.
    pub(super) fn bytes(&mut self, length: u64) -> Result<Node, Trouble> {
        Ok(Node::Bytes(self.blob(length)?))
    }

    /// The same of a UTF-8 text, which is looked through for characters beyond U+00FF.
    pub(super) fn text(&mut self, length: u64) -> Result<Node, Trouble> {
        if length <= HELD {
            let blob = self.blob(length)?;
            let Storage::Held(bytes) = &blob.place else { return Err(Trouble::damaged("a short text", "a long one")) };
            let mut scan = Scan::default();
            scan.read(bytes);
            return Ok(Node::Text { latin1: scan.end(), blob });
        }
        self.check(length)?;
        let place = Storage::Plain { offset: self.position };
        let (mut scan, mut left) = (Scan::default(), length);
        while left > 0 {
            let bytes = self.stream.fill_buf()?;
            let some = (bytes.len() as u64).min(left) as usize;
            if some == 0 {
                return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
            }
            scan.read(&bytes[..some]);
            self.stream.consume(some);
            left -= some as u64;
        }
        self.position += length;
        Ok(Node::Text { latin1: scan.end(), blob: Blob { length, place } })
    }

    pub(super) fn blob(&mut self, length: u64) -> Result<Blob, Trouble> {
        self.check(length)?;
        if length <= HELD {
            let mut bytes = vec![0; length as usize];
            self.stream.read_exact(&mut bytes)?;
            self.position += length;
            return Ok(Blob::held(&bytes));
        }
        let place = Storage::Plain { offset: self.position };
        // A file is shorter than i64::MAX, and so is what is left of it.
        self.stream.seek_relative(length as i64)?;
        self.position += length;
        Ok(Blob { length, place })
    }

    fn check(&self, length: u64) -> Result<(), Trouble> {
        if length > self.left() {
            return Err(Trouble::damaged(format!("{length} bytes"), format!("{} before the end", self.left())));
        }
        Ok(())
    }
}

/// Counts the characters of a UTF-8 text as long as each is at most U+00FF.
#[derive(Default)]
struct Scan {
    characters: u64,
    open: bool,
    wider: bool,
}

impl Scan {
    fn read(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let fits = match byte {
                0..0x80 => !self.open,
                0x80..0xc0 => self.open,
                0xc2 | 0xc3 => !self.open,
                _ => false,
            };
            self.open = byte >= 0xc0;
            self.wider |= !fits;
            self.characters += u64::from(!self.open);
        }
    }

    fn end(&self) -> Option<u64> {
        (!self.wider && !self.open).then_some(self.characters)
    }
}
