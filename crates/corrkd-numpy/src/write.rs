//! Arrays written for Python programs: `.npy`, and `.npz` as `numpy.savez` writes it. Members are stored as they are, so that
//! the size of a file is known before it is written.

use std::io::{self, Seek, Write};
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

/// What an array holds, least significant byte first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A byte, 0 or 1.
    Bool,
    /// Four bytes.
    F32,
    /// Eight bytes, signed.
    I64,
    /// A text of at most so many characters, four bytes each, with zeros behind its end.
    Text(usize),
}

impl Item {
    /// The bytes of one.
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Self::Bool => 1,
            Self::F32 => 4,
            Self::I64 => 8,
            Self::Text(characters) => 4 * characters,
        }
    }

    fn code(self) -> String {
        match self {
            Self::Bool => "|b1".to_owned(),
            Self::F32 => "<f4".to_owned(),
            Self::I64 => "<i8".to_owned(),
            Self::Text(characters) => format!("<U{characters}"),
        }
    }
}

/// Writes the head of a `.npy` file, version 1.0 of NumPy's format; its data, in C's order, follow at a multiple of 64 bytes.
///
/// # Errors
/// The system's.
pub fn write_header(out: &mut impl Write, item: Item, shape: &[usize]) -> io::Result<()> {
    let axes: String = shape.iter().map(|axis| format!("{axis}, ")).collect();
    let text = format!("{{'descr': '{}', 'fortran_order': False, 'shape': ({axes}), }}", item.code());
    let length = (10 + text.len() + 1).next_multiple_of(64) - 10;
    out.write_all(b"\x93NUMPY\x01\x00")?;
    out.write_all(&(length as u16).to_le_bytes())?;
    writeln!(out, "{text:<width$}", width = length - 1)
}

/// A `.npz` file in the making: each array is begun, and its items written into this.
pub struct NpzWriter<W: Write + Seek>(ZipWriter<W>);

impl<W: Write + Seek> NpzWriter<W> {
    /// Begins a file.
    pub fn new(out: W) -> Self {
        Self(ZipWriter::new(out))
    }

    /// Begins the array `name`, which no other has; as many items as the shape says are to follow.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::InvalidInput`] for a name that is there.
    pub fn begin(&mut self, name: &str, item: Item, shape: &[usize]) -> io::Result<()> {
        let bytes = shape.iter().fold(item.size(), |bytes, &axis| bytes.saturating_mul(axis));
        // Beyond four gigabytes, with the head, sizes take more room.
        let large = bytes >= (1 << 32) - (1 << 10);
        self.0.start_file(format!("{name}.npy"), SimpleFileOptions::DEFAULT.large_file(large)).map_err(system)?;
        write_header(&mut self.0, item, shape)
    }

    /// A whole array of texts, (N), as wide as the longest.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub fn texts<'a>(&mut self, name: &str, texts: impl Iterator<Item = &'a str> + Clone) -> io::Result<()> {
        let width = texts.clone().map(|text| text.chars().count()).max().unwrap_or(0).max(1);
        self.begin(name, Item::Text(width), &[texts.clone().count()])?;
        for text in texts {
            let padded = text.chars().map(u32::from).chain(std::iter::repeat(0)).take(width);
            let bytes: Vec<u8> = padded.flat_map(u32::to_le_bytes).collect();
            self.write_all(&bytes)?;
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// The system's.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish().map_err(system)
    }
}

impl<W: Write + Seek> Write for NpzWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn system(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        error => io::Error::new(io::ErrorKind::InvalidInput, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Numbers};
    use std::io::Cursor;
    use std::path::Path;

    #[test]
    fn the_own_reader_reads_what_is_written() {
        let mut npz = NpzWriter::new(Cursor::new(Vec::new()));
        npz.begin("lav@noise-a:0.5/audio", Item::F32, &[2, 1, 2]).unwrap();
        let numbers = [1.5f32, -0.0, f32::MIN_POSITIVE, 3e9];
        numbers.iter().for_each(|number| npz.write_all(&number.to_le_bytes()).unwrap());
        npz.begin("seen", Item::Bool, &[3]).unwrap();
        npz.write_all(&[1, 0, 1]).unwrap();
        npz.begin("none", Item::I64, &[0, 4]).unwrap();
        let ids = ["-x[0]", "ünï\u{1f600}[12]", ""];
        npz.texts("ids", ids.iter().copied()).unwrap();
        let twice = npz.begin("seen", Item::Bool, &[0]).unwrap_err();
        assert_eq!(twice.kind(), io::ErrorKind::InvalidInput);
        let bytes = npz.finish().unwrap().into_inner();

        let document = Document::from_bytes(Path::new("a.npz"), bytes).unwrap();
        let array = |name: &str| document.root().get(name).unwrap().array().unwrap();
        let Some(Numbers::Single(read)) = array("lav@noise-a:0.5/audio").numbers().unwrap() else { panic!("not f32") };
        assert_eq!(read.iter().map(|x| x.to_bits()).collect::<Vec<_>>(), numbers.map(f32::to_bits));
        assert_eq!(array("lav@noise-a:0.5/audio").shape(), [2, 1, 2]);
        assert_eq!((array("seen").shape(), array("none").shape()), (&[3][..], &[0, 4][..]));
        assert_eq!(array("ids").texts().unwrap().unwrap(), ids);
    }

    #[test]
    fn data_begin_where_numpy_wants_them() {
        for shape in [&[][..], &[7], &[usize::MAX, 1, 1], &[1; 32]] {
            let mut head = Vec::new();
            write_header(&mut head, Item::Text(11), shape).unwrap();
            assert!(head.len().is_multiple_of(64) && head.ends_with(b"\n"), "{shape:?}");
        }
    }
}
