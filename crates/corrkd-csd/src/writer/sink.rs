//! The file under its temporary name, written from front to back; the superblock comes last, to the front.

use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use corrkd_system::WholeFile;

use crate::CsdError;

/// Bytes of a version 1 superblock with 8-byte addresses, rounded up.
const SUPERBLOCK: usize = 104;
/// Half of the links in a group's node, as HDF5 has it by default.
pub(super) const GROUP_LEAF: u16 = 4;
/// Half of the children of a node of a group's tree, as HDF5 has it by default.
pub(super) const GROUP_NODE: u16 = 16;
/// The same of chunks: an eighth of HDF5's default, since most datasets have one chunk.
pub(super) const CHUNK_NODE: u16 = 4;
/// Where nothing is.
pub(super) const NOWHERE: u64 = u64::MAX;

pub(super) struct Sink {
    path: PathBuf,
    file: BufWriter<WholeFile>,
    at: u64,
}

impl Sink {
    pub(super) fn create(path: &Path) -> Result<Self, CsdError> {
        let started = WholeFile::create(path).and_then(|file| {
            let mut file = BufWriter::with_capacity(1 << 20, file);
            file.write_all(&[0; SUPERBLOCK])?;
            Ok(file)
        });
        match started {
            Ok(file) => Ok(Self { path: path.to_owned(), file, at: SUPERBLOCK as u64 }),
            Err(cause) => Err(CsdError::Io { path: path.to_owned(), cause }),
        }
    }

    /// Writes bytes at the end, which is a multiple of 8, and says where that was.
    pub(super) fn put(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let at = self.at;
        self.file.write_all(bytes)?;
        let padding = bytes.len().next_multiple_of(8) - bytes.len();
        self.file.write_all(&[0; 8][..padding])?;
        self.at += (bytes.len() + padding) as u64;
        Ok(at)
    }

    /// Where the next bytes go.
    pub(super) const fn at(&self) -> u64 {
        self.at
    }

    pub(super) fn error(&self, cause: io::Error) -> CsdError {
        CsdError::Io { path: self.path.clone(), cause }
    }

    /// Writes the superblock, which leads to the file's root group, and gives the file its name.
    pub(super) fn finish(mut self, root: u64) -> Result<(), CsdError> {
        let path = self.path.clone();
        let superblock = superblock(root, self.at);
        let done = self.file.flush().and_then(|()| {
            self.file.seek(SeekFrom::Start(0))?;
            self.file.write_all(&superblock)?;
            self.file.into_inner().map_err(io::IntoInnerError::into_error)?.publish()
        });
        done.map_err(|cause| CsdError::Io { path, cause })
    }
}

fn superblock(root: u64, end: u64) -> Vec<u8> {
    let mut bytes = b"\x89HDF\r\n\x1a\n".to_vec();
    // Versions of superblock, free space, root group and shared headers; sizes of addresses and lengths.
    bytes.extend([1, 0, 0, 0, 0, 8, 8, 0]);
    bytes.extend(GROUP_LEAF.to_le_bytes());
    bytes.extend(GROUP_NODE.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(CHUNK_NODE.to_le_bytes());
    bytes.extend([0; 2]);
    for address in [0, NOWHERE, end, NOWHERE] {
        bytes.extend(address.to_le_bytes());
    }
    // The root group's entry in no table: no name, its header, nothing cached.
    bytes.extend(0u64.to_le_bytes());
    bytes.extend(root.to_le_bytes());
    bytes.extend([0; 24]);
    bytes
}
