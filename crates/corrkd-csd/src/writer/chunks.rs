//! A dataset's rows in shuffled and gzipped chunks of whole rows, or as they are where there are few.

use std::cell::RefCell;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use rayon::prelude::*;

use super::header::{self, Kind, Storage};
use super::sink::{CHUNK_NODE, NOWHERE, Sink};
use super::tree::{self, Leaves};

/// Bytes of one chunk, about.
const CHUNK: usize = 1 << 18;
/// Levels above cost time and gain nothing on features.
const GZIP: u32 = 4;
/// Fewer bytes would shrink by less than the tree over them takes.
const SMALL: usize = 1 << 10;

/// Rows of one dataset as bytes.
pub(super) struct Rows {
    pub(super) kind: Kind,
    pub(super) shape: Vec<u64>,
    pub(super) bytes: Vec<u8>,
}

/// A dataset ready to be written.
pub(super) struct Packed {
    kind: Kind,
    shape: Vec<u64>,
    chunk_rows: u64,
    /// One piece as it is where `chunk_rows` is zero.
    pieces: Vec<Vec<u8>>,
}

impl Packed {
    pub(super) fn new(Rows { kind, shape, bytes }: &Rows) -> Self {
        let (kind, shape) = (*kind, shape.clone());
        let rows = shape[0] as usize;
        if bytes.len() <= SMALL {
            let pieces = if bytes.is_empty() { Vec::new() } else { vec![bytes.clone()] };
            return Self { kind, shape, chunk_rows: 0, pieces };
        }
        let row = bytes.len() / rows;
        let chunk_rows = (CHUNK / row).clamp(1, rows);
        let pieces = bytes.par_chunks(chunk_rows * row).map(|rows| gzip(&shuffle(rows, chunk_rows * row, kind.size())));
        Self { kind, shape, chunk_rows: chunk_rows as u64, pieces: pieces.collect() }
    }

    /// Writes chunks, index and header, and says where the header is.
    pub(super) fn write(&self, sink: &mut Sink) -> io::Result<u64> {
        let (mut keys, mut places) = (Vec::new(), Vec::new());
        for (number, piece) in self.pieces.iter().enumerate() {
            keys.push(self.key(number as u64, piece.len() as u32));
            places.push(sink.put(piece)?);
        }
        let storage = if self.chunk_rows == 0 {
            let at = places.first().copied().unwrap_or(NOWHERE);
            Storage::Contiguous { at, bytes: self.pieces.iter().map(|piece| piece.len() as u64).sum() }
        } else {
            keys.push(self.key(self.pieces.len() as u64, 0));
            let mut shape = self.shape.clone();
            shape[0] = self.chunk_rows;
            let tree = tree::write(sink, Leaves::Chunks, CHUNK_NODE, keys, places)?;
            Storage::Chunks { tree, shape, level: GZIP }
        };
        sink.put(&header::dataset(self.kind, &self.shape, &storage))
    }

    /// A chunk's key: its bytes, the filters it skips (none), and the place of its first value.
    fn key(&self, number: u64, bytes: u32) -> Vec<u8> {
        let mut key = bytes.to_le_bytes().to_vec();
        key.extend([0; 4]);
        key.extend((number * self.chunk_rows).to_le_bytes());
        key.resize(key.len() + 8 * self.shape.len(), 0);
        key
    }
}

/// The first bytes of all values, then the second ones, and so on; the last chunk's missing rows are zeros.
fn shuffle(bytes: &[u8], chunk: usize, size: usize) -> Vec<u8> {
    let values = chunk / size;
    let mut shuffled = vec![0; chunk];
    for (place, lane) in shuffled.chunks_exact_mut(values).enumerate() {
        for (to, from) in lane.iter_mut().zip(bytes.chunks_exact(size)) {
            *to = from[place];
        }
    }
    shuffled
}

thread_local! {
    /// One for each thread: its tables are larger than most chunks, and made anew for each they take longer to make than
    /// the chunk to compress, and leave memory in pieces that come to ten times what is in use.
    static ENCODER: RefCell<ZlibEncoder<Vec<u8>>> =
        RefCell::new(ZlibEncoder::new(Vec::new(), Compression::new(GZIP)));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let gzipped = ENCODER.with_borrow_mut(|encoder| {
        encoder.write_all(bytes)?;
        // Ends what was begun and returns it.
        encoder.reset(Vec::new())
    });
    gzipped.expect("memory takes every byte")
}
