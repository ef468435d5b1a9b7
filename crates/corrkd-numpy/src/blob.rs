//! Bytes that a value is made of: held where they are few, else only where they lie in the file and how they are coded.

use flate2::Crc;
use flate2::read::DeflateDecoder;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

use crate::source::{Source, Span};

/// Bytes of a buffer between the file and a decoder.
const BUFFER: u64 = 1 << 18;

/// So many bytes, and where they are.
#[derive(Clone, Debug)]
pub(crate) struct Blob {
    /// Bytes after decoding.
    pub(crate) length: u64,
    pub(crate) place: Storage,
}

#[derive(Clone, Debug)]
pub(crate) enum Storage {
    /// In memory.
    Held(Arc<[u8]>),
    /// In the file from `offset` on, as they are.
    Plain { offset: u64 },
    /// In the file as a UTF-8 text of `coded` bytes whose characters are the bytes: how Python 3 writes bytes for
    /// Python 2's protocols.
    Latin1 { offset: u64, coded: u64 },
    /// In a member of a zip archive behind its first `skip` bytes.
    Member { member: Member, skip: u64 },
}

/// A member of a zip archive.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Where its stored bytes begin.
    pub(crate) offset: u64,
    /// How many bytes are stored.
    pub(crate) stored: u64,
    /// How many bytes they stand for.
    pub(crate) length: u64,
    /// Whether they are deflated.
    pub(crate) deflated: bool,
    /// CRC-32 of what they stand for, if the file says it.
    pub(crate) crc: Option<u32>,
}

impl Blob {
    /// Bytes in memory.
    pub(crate) fn held(bytes: &[u8]) -> Self {
        Self { length: bytes.len() as u64, place: Storage::Held(bytes.into()) }
    }

    /// Where it begins in the file, for messages.
    pub(crate) const fn offset(&self) -> u64 {
        match &self.place {
            Storage::Held(_) => 0,
            Storage::Plain { offset } | Storage::Latin1 { offset, .. } => *offset,
            Storage::Member { member, .. } => member.offset,
        }
    }

    /// A stream of exactly [`length`](Self::length) bytes, or an error.
    pub(crate) fn open<'a>(&'a self, source: &'a Source) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match &self.place {
            Storage::Held(bytes) => Box::new(&bytes[..]),
            Storage::Plain { offset } => buffered(source.span(*offset, offset.saturating_add(self.length))),
            Storage::Latin1 { offset, coded } => {
                let coded = buffered(source.span(*offset, offset.saturating_add(*coded)));
                Box::new(Latin1 { coded, left: self.length })
            }
            Storage::Member { member, skip } => {
                let mut stream = member.open(source);
                io::copy(&mut stream.by_ref().take(*skip), &mut io::sink())?;
                stream
            }
        })
    }

    /// All bytes. Those of a file are no more than the file can hold; see where blobs are made.
    pub(crate) fn bytes(&self, source: &Source) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(source)?.take(self.length).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == self.length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

impl Member {
    /// The bytes that the member stands for; the last one comes only if the checksum is right.
    pub(crate) fn open<'a>(&self, source: &'a Source) -> Box<dyn Read + 'a> {
        let stored = buffered(source.span(self.offset, self.offset.saturating_add(self.stored)));
        let stream: Box<dyn Read + 'a> =
            if self.deflated { Box::new(DeflateDecoder::new(stored)) } else { Box::new(stored) };
        Box::new(Checked { stream, crc: Crc::new(), expected: self.crc, left: self.length })
    }
}

fn buffered(span: Span<'_>) -> Box<BufReader<Span<'_>>> {
    Box::new(BufReader::with_capacity(span.left().min(BUFFER) as usize, span))
}

/// Characters up to U+00FF of a UTF-8 text, each as a byte.
struct Latin1<R> {
    coded: R,
    left: u64,
}

impl<R: BufRead> Read for Latin1<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let wanted = into.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let mut filled = 0;
        while filled < wanted {
            let coded = self.coded.fill_buf()?;
            let (mut used, mut first) = (0, None);
            for &byte in coded {
                used += 1;
                if byte >= 0xc0 {
                    // Two bytes 110000ab 10cdefgh stand for the byte abcdefgh; the parser has seen that they are such.
                    first = Some(byte);
                    continue;
                }
                into[filled] = first.take().map_or(byte, |first| (first << 6) | (byte & 0x3f));
                filled += 1;
                if filled == wanted {
                    break;
                }
            }
            if used == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.coded.consume(used);
            // The first byte of a pair may be the buffer's last.
            if let Some(first) = first {
                let mut second = [0];
                self.coded.read_exact(&mut second)?;
                into[filled] = (first << 6) | (second[0] & 0x3f);
                filled += 1;
            }
        }
        self.left -= filled as u64;
        Ok(filled)
    }
}

/// A stream that must end where its member's length says and have its checksum, if there is one.
struct Checked<R> {
    stream: R,
    crc: Crc,
    expected: Option<u32>,
    left: u64,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let wanted = into.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        let got = self.stream.read(&mut into[..wanted])?;
        if got == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.crc.update(&into[..got]);
        self.left -= got as u64;
        if self.left == 0 && self.expected.is_some_and(|expected| self.crc.sum() != expected) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a wrong checksum"));
        }
        Ok(got)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs of bytes are put together wherever the buffer ends, and whatever is asked for.
    #[test]
    fn latin1_in_small_pieces() {
        let bytes: Vec<u8> = (0..=255).rev().collect();
        let coded: String = bytes.iter().map(|&byte| char::from(byte)).collect();
        for (buffer, piece) in [(1, 1), (2, 3), (3, 2), (7, 256), (1000, 1000)] {
            let coded = BufReader::with_capacity(buffer, coded.as_bytes());
            let mut stream = Latin1 { coded, left: 256 };
            let mut read: Vec<u8> = Vec::new();
            let mut into = vec![0; piece];
            loop {
                match stream.read(&mut into).unwrap() {
                    0 => break,
                    got => read.extend(&into[..got]),
                }
            }
            assert_eq!(read, bytes, "{buffer} {piece}");
        }
        let mut short = Latin1 { coded: &b"a"[..], left: 2 };
        assert!(io::copy(&mut short, &mut io::sink()).is_err());
    }
}
