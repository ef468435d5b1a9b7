//! A file, opened: what it is, and the value that it holds.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::arena::{Arena, Node, Slot};
use crate::array::Array;
use crate::blob::{Blob, Member, Storage};
use crate::dtype::Kind;
use crate::error::{NumpyError, Trouble, shown};
use crate::source::{Medium, Source};
use crate::value::Value;
use crate::{npy, npz, outline, pickle};

/// First bytes of files that are taken for pickles by mistake.
const OTHERS: [(&[u8], &str); 4] = [
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ", "an xz archive; unpack it first"),
];

/// A pickle, `.npy` or `.npz`: its structure, with everything that is long still in the file.
pub struct Document {
    pub(crate) path: PathBuf,
    pub(crate) source: Source,
    pub(crate) arena: Arena,
    root: Slot,
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
        let file = File::open(path).map_err(io)?;
        if file.metadata().map_err(io)?.is_dir() {
            return Err(io(io::ErrorKind::IsADirectory.into()));
        }
        Self::read(path, Box::new(file))
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
        source.span(0, 16).read_to_end(&mut head).map_err(io)?;
        let mut arena = Arena::default();
        let length = source.length();
        let root = if head.starts_with(npy::MAGIC) {
            let whole = Member { offset: 0, stored: length, length, deflated: false, crc: 0 };
            member(&source, &whole, false, &mut arena, path, "the header")?
        } else if npz::MAGIC.iter().any(|magic| head.starts_with(magic)) {
            let place = "the archive's directory";
            let mut entries = Vec::new();
            for (name, file) in npz::members(&source).map_err(|trouble| trouble.at(path, 0, place))? {
                let value =
                    member(&source, &file, true, &mut arena, path, &format!("member `{}`", shown(name.as_bytes())))?;
                let key = Node::Text { blob: Blob::held(name.as_bytes()), latin1: None };
                let key = arena.add(key).map_err(|trouble| trouble.at(path, 0, place))?;
                entries.push((key, value));
            }
            arena.add(Node::Dict(entries)).map_err(|trouble| trouble.at(path, 0, place))?
        } else if let Some(got) = not_a_pickle(&head, length) {
            return Err(NumpyError::Unknown { path: path.to_owned(), got });
        } else {
            pickle::read(&source, (0, length), &mut arena, path)?
        };
        Ok(Self { path: path.to_owned(), source, arena, root })
    }

    /// The value that the file holds.
    #[must_use]
    pub const fn root(&self) -> Value<'_> {
        Value::new(self, self.root)
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

    /// What the file holds as a tree of keys, shapes and dtypes, at most `lines` lines.
    #[must_use]
    pub fn outline(&self, lines: usize) -> String {
        outline::of(self.root(), lines)
    }
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

/// What the file is instead of a pickle, as far as its first bytes tell.
fn not_a_pickle(head: &[u8], length: u64) -> Option<String> {
    if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some((*what).to_owned());
    }
    // From protocol 2 on a pickle says so first; before, it begins with one of these.
    let begins = matches!(
        head,
        [0x80, ..]
            | [
                b'(' | b'c'
                    | b'}'
                    | b']'
                    | b')'
                    | b'N'
                    | b'I'
                    | b'F'
                    | b'S'
                    | b'V'
                    | b'L'
                    | b'K'
                    | b'J'
                    | b'M'
                    | b'G'
                    | b'U'
                    | b'T'
                    | b'X',
                ..
            ]
    );
    (!begins).then(|| format!("{length} bytes starting \"{}\"", shown(head)))
}
