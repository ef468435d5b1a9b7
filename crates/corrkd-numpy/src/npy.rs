//! `.npy` (NumPy's `numpy/lib/format.py`, versions 1 to 3): a magic number, the length of a header, the header as a
//! Python dictionary, the array's bytes. The header is read here and not with a crate, which would parse all of Python's
//! literals for these three keys.

use std::io::Read;

use crate::array::items;
use crate::dtype::Dtype;
use crate::error::{Trouble, shown};
use crate::foreign::NPY;

/// Longer headers describe no plain array.
const HEADER: u32 = 1 << 16;

/// What a header says.
pub(crate) struct Header {
    pub(crate) dtype: Dtype,
    pub(crate) fortran: bool,
    pub(crate) shape: Vec<usize>,
    /// Bytes before the data.
    pub(crate) length: u64,
}

/// Reads the header at the start of a stream.
pub(crate) fn header(stream: &mut impl Read) -> Result<Header, Trouble> {
    let mut start = [0; 8];
    stream.read_exact(&mut start)?;
    if &start[..6] != NPY {
        return Err(Trouble::damaged("the first bytes of a .npy file", shown(&start)));
    }
    let mut size = [0; 4];
    let before = match start[6] {
        1 => 2,
        2 | 3 => 4,
        version => return Err(Trouble::refused(format!("version {version} of .npy"))),
    };
    stream.read_exact(&mut size[..before])?;
    let size = u32::from_le_bytes(size);
    if size > HEADER {
        return Err(Trouble::damaged(format!("a header of at most {HEADER} bytes"), size.to_string()));
    }
    let mut text = vec![0; size as usize];
    stream.read_exact(&mut text)?;
    let mut scanner = Scanner { rest: &text };
    let (dtype, fortran, shape) = scanner.dictionary()?;
    if items(&shape).is_none() {
        return Err(Trouble::damaged("a shape within this machine's range", format!("{shape:?}")));
    }
    Ok(Header { dtype, fortran, shape, length: 8 + before as u64 + u64::from(size) })
}

/// Reads the one kind of dictionary that headers are.
struct Scanner<'a> {
    rest: &'a [u8],
}

impl<'a> Scanner<'a> {
    fn dictionary(&mut self) -> Result<(Dtype, bool, Vec<usize>), Trouble> {
        let (mut dtype, mut fortran, mut shape) = (None, None, None);
        self.expect(b'{')?;
        while !self.takes(b'}') {
            let key = self.quoted()?;
            self.expect(b':')?;
            match key {
                b"descr" if self.starts(b'\'') || self.starts(b'"') => dtype = Some(Dtype::parse(self.quoted()?)?),
                b"descr" => return Err(Trouble::refused("a dtype with fields")),
                b"fortran_order" => fortran = Some(self.truth()?),
                b"shape" => shape = Some(self.shape()?),
                other => return Err(self.wrong(&format!("another key than `{}`", shown(other)))),
            }
            if !self.takes(b',') {
                self.expect(b'}')?;
                break;
            }
        }
        self.space();
        match (dtype, fortran, shape, self.rest) {
            (Some(dtype), Some(fortran), Some(shape), []) => Ok((dtype, fortran, shape)),
            _ => Err(self.wrong("a header with `descr`, `fortran_order` and `shape` alone")),
        }
    }

    fn shape(&mut self) -> Result<Vec<usize>, Trouble> {
        let mut axes = Vec::new();
        self.expect(b'(')?;
        while !self.takes(b')') {
            self.space();
            let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (number, rest) = self.rest.split_at(digits);
            let axis = std::str::from_utf8(number).ok().and_then(|text| text.parse().ok());
            axes.push(axis.ok_or_else(|| self.wrong("an axis"))?);
            // Python 2 marks long integers.
            self.rest = rest.strip_prefix(b"L").unwrap_or(rest);
            if !self.takes(b',') {
                self.expect(b')')?;
                break;
            }
        }
        Ok(axes)
    }

    fn truth(&mut self) -> Result<bool, Trouble> {
        self.space();
        for (word, value) in [(&b"True"[..], true), (b"False", false)] {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                return Ok(value);
            }
        }
        Err(self.wrong("True or False"))
    }

    fn quoted(&mut self) -> Result<&'a [u8], Trouble> {
        self.space();
        let quote = match self.rest.first() {
            Some(&quote @ (b'\'' | b'"')) => quote,
            _ => return Err(self.wrong("a quoted text")),
        };
        let inside = &self.rest[1..];
        let end = inside.iter().position(|&byte| byte == quote).ok_or_else(|| self.wrong("a quoted text"))?;
        self.rest = &inside[end + 1..];
        Ok(&inside[..end])
    }

    fn starts(&mut self, byte: u8) -> bool {
        self.space();
        self.rest.first() == Some(&byte)
    }

    fn takes(&mut self, byte: u8) -> bool {
        let there = self.starts(byte);
        self.rest = &self.rest[usize::from(there)..];
        there
    }

    fn expect(&mut self, byte: u8) -> Result<(), Trouble> {
        if self.takes(byte) { Ok(()) } else { Err(self.wrong(&format!("`{}`", char::from(byte)))) }
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    fn wrong(&self, expected: &str) -> Trouble {
        Trouble::damaged(expected, format!("`{}`", shown(self.rest)))
    }
}
