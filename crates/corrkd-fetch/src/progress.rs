//! What is told while a file is fetched.

use std::time::Duration;

use crate::FetchError;

/// A step of the work. Told often; the listener chooses what to show.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// Bytes that are there already are read, to work out their SHA-256.
    Reading {
        /// Bytes read.
        done: u64,
        /// Bytes to be read.
        total: u64,
    },
    /// A file in several pieces is about to be received. Told once.
    Ahead {
        /// How many pieces it has.
        pieces: usize,
        /// Bytes of the file that are there.
        done: u64,
        /// Bytes of the whole file, where the servers state them: the room that it needs. Pieces need none beside it.
        total: Option<u64>,
    },
    /// Bytes arrive. The first one told of an attempt says where it goes on from.
    Receiving {
        /// Bytes of the file that are there, those of earlier attempts included.
        done: u64,
        /// Bytes of the whole file, where the server states them.
        total: Option<u64>,
    },
    /// An attempt failed, and the next one follows after a pause.
    Waiting {
        /// Why.
        cause: &'a FetchError,
        /// The pause.
        pause: Duration,
    },
}
