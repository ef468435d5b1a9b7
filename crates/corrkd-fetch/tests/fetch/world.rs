//! A folder to fetch into, and what was told.

use corrkd_fetch::{FetchError, Fetched, Patience, Piece, Progress, Request, fetch};
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

/// Short enough for tests, long enough for a busy machine.
pub(crate) const PATIENCE: Patience = Patience {
    attempts: 4,
    pause: Duration::from_millis(1),
    longest: Duration::from_secs(3),
    connect: Duration::from_secs(20),
    stall: Duration::from_secs(20),
};

/// Bytes without a period, so that none can stand for others.
pub(crate) fn bytes(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// SHA-256 by the library itself, which `sha256.rs` holds to the standard's example.
pub(crate) fn sum(bytes: &[u8]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("there");
    std::fs::write(&path, bytes).unwrap();
    let request = Request { pieces: &[], to: &path, sha256: None, magic: b"", limit: u64::MAX, patience: PATIENCE };
    fetch(&request, &mut |_| {}).unwrap().sha256
}

/// A folder with one file to come.
pub(crate) struct World {
    dir: TempDir,
    /// What is asked for beside the address.
    pub(crate) sha256: Option<String>,
    pub(crate) magic: &'static [u8],
    pub(crate) limit: u64,
    pub(crate) patience: Patience,
    /// Bytes that were told to be there, in turn.
    pub(crate) received: Vec<u64>,
    /// Pauses that were told, with their causes.
    pub(crate) pauses: Vec<(Duration, String)>,
    /// What was told of files in pieces: how many, bytes that are there, bytes of the whole.
    pub(crate) ahead: Vec<(usize, u64, Option<u64>)>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            sha256: None,
            magic: b"",
            limit: 1 << 30,
            patience: PATIENCE,
            received: Vec::new(),
            pauses: Vec::new(),
            ahead: Vec::new(),
        }
    }

    /// The file to come.
    pub(crate) fn target(&self) -> PathBuf {
        self.dir.path().join("a.csd")
    }

    pub(crate) fn part(&self) -> PathBuf {
        self.dir.path().join("a.csd.part")
    }

    pub(crate) fn fetch(&mut self, url: &str) -> Result<Fetched, FetchError> {
        self.fetch_pieces(&[Piece { url, sha256: None }])
    }

    pub(crate) fn fetch_pieces(&mut self, pieces: &[Piece]) -> Result<Fetched, FetchError> {
        let (received, pauses, ahead) = (&mut self.received, &mut self.pauses, &mut self.ahead);
        let to = self.dir.path().join("a.csd");
        let request = Request {
            pieces,
            to: &to,
            sha256: self.sha256.as_deref(),
            magic: self.magic,
            limit: self.limit,
            patience: self.patience,
        };
        fetch(&request, &mut |progress| match progress {
            Progress::Receiving { done, .. } => received.push(done),
            Progress::Waiting { cause, pause } => pauses.push((pause, cause.to_string())),
            Progress::Ahead { pieces, done, total } => ahead.push((pieces, done, total)),
            Progress::Reading { .. } => {}
        })
    }

    /// The names in the folder.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.dir.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        names
    }

    /// The file is there, with these bytes and nothing beside it.
    pub(crate) fn assert_whole(&self, bytes: &[u8]) {
        assert_eq!(self.names(), ["a.csd"]);
        assert!(std::fs::read(self.target()).unwrap() == bytes, "other bytes");
    }

    /// The first bytes wait for the next call.
    pub(crate) fn assert_part(&self, bytes: &[u8]) {
        assert_eq!(self.names(), ["a.csd.part", "a.csd.part.json"]);
        assert!(std::fs::read(self.part()).unwrap() == bytes, "other bytes");
    }
}
