//! A file, opened: what it is, and the value that it holds.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::arena::{Arena, Node};
use crate::array::Array;
use crate::blob::{Blob, Member, Storage};
use crate::dtype::Kind;
use crate::error::{NumpyError, Trouble, shown};
use crate::foreign::{Archive, Foreign, HEAD, recognise};
use crate::slot::Slot;
use crate::source::{Medium, Source};
use crate::{npy, npz, pickle};

/// A pickle, `.npy` or `.npz`: its structure, with everything that is long still in the file.
pub struct Document {
    pub(crate) path: PathBuf,
    pub(crate) source: Source,
    pub(crate) arena: Arena,
    pub(crate) root: Slot,
}

impl Document {
    /// Opens a file and reads its structure. What kind of file it is, its first bytes tell. An `.npz` is a dictionary of
    /// its members.
    ///
    /// # Errors
    /// [`NumpyError`], each variant as its description says.
    pub fn open(path: &Path) -> Result<Self, NumpyError> {
        let io = |cause: io::Error| match cause.kind() {
            io::ErrorKind::NotFound => NumpyError::Absent { path: path.to_owned() },
            _ => NumpyError::Io { path: path.to_owned(), cause },
        };
        Self::read(path, Box::new(corrkd_system::open(path).map_err(io)?))
    }

    /// Reads bytes in memory as a file; `path` is only for messages.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, NumpyError> {
        Self::read(path, Box::new(io::Cursor::new(bytes)))
    }

    fn read(path: &Path, medium: Box<dyn Medium>) -> Result<Self, NumpyError> {
        let io = |cause: io::Error| NumpyError::Io { path: path.to_owned(), cause };
        let source = Source::new(medium).map_err(io)?;
        let mut head = Vec::new();
        source.span(0, HEAD).read_to_end(&mut head).map_err(io)?;
        let mut arena = Arena::default();
        let length = source.length();
        let root = match recognise(&head) {
            Some(Foreign::Npy) => {
                let whole = Member { offset: 0, stored: length, length, deflated: false, crc: None };
                member(&source, &whole, false, &mut arena, path, "the header")?
            }
            // What else is in an archive, all its members tell.
            Some(Foreign::Npz | Foreign::Archive(Archive::Zip)) => archive(&source, &mut arena, path)?,
            Some(Foreign::Pickle) => pickle::read(&source, (0, length), &mut arena, path)?,
            Some(format) => return Err(NumpyError::Foreign { path: path.to_owned(), format }),
            None => {
                let got = format!("{length} bytes starting \"{}\"", shown(&head[..head.len().min(16)]));
                return Err(NumpyError::Unknown { path: path.to_owned(), got });
            }
        };
        Ok(Self { path: path.to_owned(), source, arena, root })
    }

    /// The path that it came by.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Length of the file in bytes.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.source.length()
    }
}

/// The members of an archive as a dictionary.
fn archive(source: &Source, arena: &mut Arena, path: &Path) -> Result<Slot, NumpyError> {
    let at = |trouble: Trouble| trouble.at(path, 0, "the archive's directory");
    let mut entries = Vec::new();
    for (name, file) in npz::members(source).map_err(at)? {
        let value = member(source, &file, true, arena, path, &format!("member `{}`", shown(name.as_bytes())))?;
        let key = Node::Text { blob: Blob::held(name.as_bytes()), latin1: None };
        entries.push((arena.add(key).map_err(at)?, value));
    }
    arena.add(Node::Dict(entries)).map_err(at)
}

/// The value of a `.npy` file, or of a member of an archive, which has a checksum. Objects are a pickle in it.
fn member(
    source: &Source,
    file: &Member,
    checked: bool,
    arena: &mut Arena,
    path: &Path,
    place: &str,
) -> Result<Slot, NumpyError> {
    let at = |trouble: Trouble| trouble.at(path, file.offset, place);
    let header = npy::header(&mut file.open(source)).map_err(at)?;
    let data = header.length;
    if header.dtype.kind == Kind::Object {
        if file.deflated {
            return Err(at(Trouble::refused("compressed Python objects; save them with numpy.savez or as texts")));
        }
        return pickle::read(source, (file.offset + data, file.offset + file.length), arena, path);
    }
    let place = if checked {
        Storage::Member { member: file.clone(), skip: data }
    } else {
        Storage::Plain { offset: file.offset + data }
    };
    let blob = Blob { length: file.length.saturating_sub(data), place };
    let array = Array::of_bytes(header.dtype, header.shape, header.fortran, blob).map_err(at)?;
    arena.add(Node::Array(array)).map_err(at)
}
