//! One file over HTTP, whole or in pieces: resume, sha256, retries.
//!
//! [`fetch`] receives a file as `NAME.part` beside its target and renames it once it is whole and right. A process that
//! is killed at any moment leaves `NAME.part` (and `NAME.part.json`, which says where its bytes come from), and the next
//! call goes on from there. A file that is published in pieces is received the same way, one piece behind the other, so
//! that it is written once and needs no more room than it has bytes.

mod client;
mod error;
mod exchange;
mod fetch;
mod origin;
mod pace;
mod part;
mod progress;
mod reply;
mod request;
mod sha256;
mod size;
mod url;

pub use error::FetchError;
pub use fetch::{Fetched, fetch};
pub use progress::Progress;
pub use request::{Patience, Piece, Request};
pub use url::below;
