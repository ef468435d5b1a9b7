//! The unfinished file, `NAME.part`, which outlives a process that is stopped.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::origin::{Origin, Whole};
use crate::sha256::Sum;
use crate::{FetchError, Progress, Request};

/// Bytes at the start of a file that tell its kind.
const HEAD: usize = 40;
/// Bytes read at a time.
pub(crate) const BUFFER: usize = 1 << 17;

/// An unfinished file that this process alone writes to: pieces that are whole, and behind them the bytes of one more.
pub(crate) struct Part {
    path: PathBuf,
    record: PathBuf,
    file: File,
    origin: Option<Origin>,
    contents: Contents,
    /// What was known where the last piece starts.
    start: Contents,
}

/// What is known of the bytes of a file.
#[derive(Clone, Default)]
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
        let mut contents = Self::default();
        file.seek(SeekFrom::Start(0))?;
        contents.read_on(file, u64::MAX, tell)?;
        Ok(contents)
    }

    /// Reads what follows in a file, at most up to byte `end`.
    fn read_on(&mut self, file: &mut File, end: u64, tell: &mut dyn FnMut(Progress)) -> std::io::Result<()> {
        let total = file.metadata()?.len();
        let mut buffer = vec![0; BUFFER];
        let mut rest = file.take(end.saturating_sub(self.length));
        loop {
            match rest.read(&mut buffer)? {
                0 => return Ok(()),
                read => self.add(&buffer[..read]),
            }
            tell(Progress::Reading { done: self.length, total });
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
        match corrkd_system::open(&path) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => return Err(io(&path)(cause)),
            _ => {}
        }
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
        let (contents, start) = (Contents::default(), Contents::default());
        Ok(Self { path, record, file, origin: None, contents, start })
    }

    /// Takes up what an earlier process left, if it belongs to the request; clears it otherwise.
    pub(crate) fn take_up(&mut self, request: &Request, tell: &mut dyn FnMut(Progress)) -> Result<(), FetchError> {
        self.origin = Origin::read(&self.record).filter(|origin| origin.belongs(request));
        if let Some(origin) = &self.origin {
            let refused = io(&self.path);
            self.file.seek(SeekFrom::Start(0)).map_err(&refused)?;
            self.start.read_on(&mut self.file, origin.start(), tell).map_err(&refused)?;
            // A power failure may have taken bytes of pieces that were whole.
            let lost = self.start.length < origin.start();
            if lost {
                self.start = Contents::default();
                self.origin = None;
            } else {
                self.contents = self.start.clone();
                self.contents.read_on(&mut self.file, u64::MAX, tell).map_err(&refused)?;
            }
        }
        if self.may_go_on(request) { Ok(()) } else { self.clear() }
    }

    /// Whether more bytes may follow those that are there: the server's version has a name, or else the sum of the piece
    /// or of the whole will tell.
    fn may_go_on(&self, request: &Request) -> bool {
        let Some(origin) = &self.origin else { return false };
        let proved = request.sha256.or(request.pieces.get(origin.before.len()).and_then(|piece| piece.sha256));
        let known = origin.version.is_some() || proved.is_some();
        let room = request.limit.saturating_sub(self.start.length);
        let fits = self.length() <= origin.total.unwrap_or(room).min(room);
        known && fits && self.contents.begins(request.magic)
    }

    /// The origin of the piece's bytes that are there, if there are any and more can follow.
    pub(crate) fn goes_on(&self, request: &Request) -> Option<&Origin> {
        self.origin.as_ref().filter(|_| self.length() > 0 && self.may_go_on(request))
    }

    /// How many pieces are whole; the bytes behind them belong to the one with this number.
    pub(crate) fn pieces(&self) -> usize {
        self.origin.as_ref().map_or(0, |origin| origin.before.len())
    }

    /// Bytes that are there of the piece.
    pub(crate) fn length(&self) -> u64 {
        self.contents.length - self.start.length
    }

    /// Bytes that are there of the pieces before it.
    pub(crate) fn start(&self) -> u64 {
        self.start.length
    }

    /// What is known of all bytes that are there.
    pub(crate) fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Bytes of the whole piece, where the server stated them.
    pub(crate) fn total(&self) -> Option<u64> {
        self.origin.as_ref().and_then(|origin| origin.total)
    }

    /// Whether the piece's bytes are as many as the server stated.
    pub(crate) fn is_whole(&self) -> bool {
        self.total() == Some(self.length())
    }

    /// The sum of the piece's bytes.
    pub(crate) fn sum(&mut self, tell: &mut dyn FnMut(Progress)) -> Result<Sum, FetchError> {
        // Its bytes alone: the length is what the reading starts from.
        let mut piece = Contents { length: self.start.length, ..Contents::default() };
        let read = self.file.seek(SeekFrom::Start(self.start.length));
        read.and_then(|_| piece.read_on(&mut self.file, u64::MAX, tell)).map_err(io(&self.path))?;
        Ok(piece.sum)
    }

    /// Forgets the bytes of the piece.
    pub(crate) fn clear(&mut self) -> Result<(), FetchError> {
        let start = self.start.length;
        let cut = self.file.set_len(start).and_then(|()| self.file.seek(SeekFrom::Start(start)));
        cut.map_err(io(&self.path))?;
        self.contents = self.start.clone();
        match self.origin.take().filter(|origin| !origin.before.is_empty()) {
            Some(origin) => self.note(Origin { version: None, total: None, ..origin }),
            None => match std::fs::remove_file(&self.record) {
                Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(io(&self.record)(cause)),
                _ => Ok(()),
            },
        }
    }

    /// Forgets the bytes of the piece and starts it anew with those of another version.
    pub(crate) fn start_anew(
        &mut self,
        url: &str,
        version: Option<String>,
        total: Option<u64>,
    ) -> Result<(), FetchError> {
        // In this order, whenever the process is stopped, a record never speaks of bytes from before it.
        self.clear()?;
        let before = self.origin.take().map_or(Vec::new(), |origin| origin.before);
        self.note(Origin { before, url: url.to_owned(), version, total })
    }

    /// The piece is whole, and the one at `url` follows.
    pub(crate) fn next(&mut self, url: &str) -> Result<(), FetchError> {
        // The bytes are on the disk before the record says that they are.
        self.file.sync_data().map_err(io(&self.path))?;
        let mut origin = self.origin.take().unwrap_or_default();
        origin.before.push(Whole { url: origin.url, bytes: self.length() });
        self.start = self.contents.clone();
        self.note(Origin { url: url.to_owned(), version: None, total: None, ..origin })
    }

    fn note(&mut self, origin: Origin) -> Result<(), FetchError> {
        origin.write(&self.record).map_err(io(&self.record))?;
        self.origin = Some(origin);
        Ok(())
    }

    /// Adds bytes to the piece.
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
pub(crate) fn io(path: &Path) -> impl Fn(std::io::Error) -> FetchError {
    let path = path.to_owned();
    move |cause| FetchError::Io { path: path.clone(), cause }
}
