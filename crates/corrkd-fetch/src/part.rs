//! The unfinished file, `NAME.part`, which outlives a process that is stopped.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::origin::Origin;
use crate::sha256::Sum;
use crate::{FetchError, Progress, Request};

/// Bytes at the start of a file that tell its kind.
const HEAD: usize = 40;
/// Bytes read at a time.
pub(crate) const BUFFER: usize = 1 << 17;

/// An unfinished file that this process alone writes to.
pub(crate) struct Part {
    path: PathBuf,
    record: PathBuf,
    file: File,
    origin: Option<Origin>,
    contents: Contents,
}

/// What is known of the bytes of a file.
#[derive(Default)]
pub(crate) struct Contents {
    /// How many there are.
    pub(crate) length: u64,
    /// Their sum.
    pub(crate) sum: Sum,
    /// The first ones.
    head: Vec<u8>,
}

impl Contents {
    /// Reads a file from its start.
    pub(crate) fn read(file: &mut File, tell: &mut dyn FnMut(Progress)) -> std::io::Result<Self> {
        let total = file.metadata()?.len();
        let mut contents = Self::default();
        let mut buffer = vec![0; BUFFER];
        file.seek(SeekFrom::Start(0))?;
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(contents),
                read => contents.add(&buffer[..read]),
            }
            tell(Progress::Reading { done: contents.length, total });
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.sum.add(bytes);
        self.head.extend_from_slice(&bytes[..bytes.len().min(HEAD - self.head.len())]);
    }

    /// Whether the file begins as its kind does, as far as it is there.
    pub(crate) fn begins(&self, magic: &[u8]) -> bool {
        self.head.iter().zip(magic).all(|(a, b)| a == b)
    }

    /// Whether the whole file is of the kind.
    pub(crate) fn is_kind(&self, magic: &[u8]) -> bool {
        self.head.starts_with(magic)
    }

    /// The error that the file at `url` is of another kind.
    pub(crate) fn other_kind(&self, url: &str, magic: &[u8]) -> FetchError {
        let escape = |bytes: &[u8]| bytes.escape_ascii().to_string();
        FetchError::Kind { url: url.to_owned(), expected: escape(magic), got: escape(&self.head) }
    }

    /// The first bytes.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }
}

impl Part {
    /// Opens the part of the file `to` for this process alone. Its contents stay as they are.
    pub(crate) fn open(to: &Path) -> Result<Self, FetchError> {
        let beside = |ending: &str| {
            let mut name = to.file_name().unwrap_or_default().to_owned();
            name.push(ending);
            to.with_file_name(name)
        };
        let (path, record) = (beside(".part"), beside(".part.json"));
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(io(&path))?;
        // Where the file system has no locks, two processes at once are the user's care.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(FetchError::Busy { path });
        }
        // Another process may have finished it between the two, and the open file is not the part any more.
        if !path.exists() {
            return Err(FetchError::Busy { path });
        }
        Ok(Self { path, record, file, origin: None, contents: Contents::default() })
    }

    /// Takes up what an earlier process left, if it belongs to the request; clears it otherwise.
    pub(crate) fn take_up(&mut self, request: &Request, tell: &mut dyn FnMut(Progress)) -> Result<(), FetchError> {
        self.origin = Origin::read(&self.record).filter(|origin| origin.url == request.url);
        if self.origin.is_some() {
            self.contents = Contents::read(&mut self.file, tell).map_err(io(&self.path))?;
        }
        if self.may_go_on(request) { Ok(()) } else { self.clear() }
    }

    /// Whether more bytes can follow those that are there: their version has a name, or else the sum of the whole will
    /// tell.
    fn may_go_on(&self, request: &Request) -> bool {
        let Some(origin) = &self.origin else { return false };
        let known = origin.version.is_some() || request.sha256.is_some();
        let fits = self.contents.length <= origin.total.unwrap_or(request.limit).min(request.limit);
        known && fits && self.contents.begins(request.magic)
    }

    /// The origin of the bytes that are there, if there are any and more can follow.
    pub(crate) fn goes_on(&self, request: &Request) -> Option<&Origin> {
        self.origin.as_ref().filter(|_| self.length() > 0 && self.may_go_on(request))
    }

    /// Bytes that are there.
    pub(crate) fn length(&self) -> u64 {
        self.contents.length
    }

    /// What is known of the bytes that are there.
    pub(crate) fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Bytes of the whole file, where the server stated them.
    pub(crate) fn total(&self) -> Option<u64> {
        self.origin.as_ref().and_then(|origin| origin.total)
    }

    /// Whether the bytes are as many as the server stated.
    pub(crate) fn is_whole(&self) -> bool {
        self.total() == Some(self.length())
    }

    /// Forgets all bytes.
    pub(crate) fn clear(&mut self) -> Result<(), FetchError> {
        self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)).map(drop)).map_err(io(&self.path))?;
        self.contents = Contents::default();
        self.origin = None;
        match std::fs::remove_file(&self.record) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(io(&self.record)(cause)),
            _ => Ok(()),
        }
    }

    /// Forgets all bytes and starts anew with those of another origin.
    pub(crate) fn start(&mut self, origin: Origin) -> Result<(), FetchError> {
        // In this order, whenever the process is stopped, a record never speaks of bytes from before it.
        self.clear()?;
        origin.write(&self.record).map_err(io(&self.record))?;
        self.origin = Some(origin);
        Ok(())
    }

    /// Adds bytes.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> Result<(), FetchError> {
        self.file.write_all(bytes).map_err(io(&self.path))?;
        self.contents.add(bytes);
        Ok(())
    }

    /// The whole file gets its name. The bytes are on the disk before the name is.
    pub(crate) fn finish(&mut self, to: &Path) -> Result<(), FetchError> {
        self.file.sync_all().map_err(io(&self.path))?;
        std::fs::rename(&self.path, to).map_err(io(to))?;
        // Without its part, a record that stays behind means nothing.
        let _ = std::fs::remove_file(&self.record);
        Ok(())
    }

    /// Takes the unfinished file away.
    pub(crate) fn remove(&mut self) {
        // Whatever stays behind is not gone on with: its record goes first.
        let _ = std::fs::remove_file(&self.record);
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Names the file at which the system refused.
pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> FetchError {
    let path = path.to_owned();
    move |cause| FetchError::Io { path, cause }
}
