//! One file over HTTP, whole or in pieces: resume, sha256, retries.
//!
//! [`fetch`] receives a file as `NAME.part` beside its target and renames it once it is whole and right. A process that
//! is killed at any moment leaves `NAME.part` (and `NAME.part.json`, which says where its bytes come from), and the next
//! call goes on from there. A file that is published in pieces is received the same way, one piece behind the other, so
//! that it is written once and needs no more room than it has bytes.
//!
//! ```
//! use corrkd_fetch::{Patience, Piece, Request, fetch};
//! use std::io::{Read, Write};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = std::net::TcpListener::bind("127.0.0.1:0")?;
//! let url = format!("http://{}/words.csd", server.local_addr()?);
//! std::thread::spawn(move || {
//!     let (mut client, _) = server.accept()?;
//!     let _ = client.read(&mut [0; 1024])?;
//!     client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwords")
//! });
//! let (folder, pieces) = (tempfile::tempdir()?, [Piece { url: &url, sha256: None }]);
//! let to = &folder.path().join("words.csd");
//! let patience = Patience::default();
//! let request = Request { pieces: &pieces, to, sha256: None, magic: b"w", limit: 1 << 20, patience };
//! assert_eq!(fetch(&request, &mut |_| {})?.bytes, 5);
//! assert_eq!(std::fs::read(to)?, b"words");
//! # Ok(())
//! # }
//! ```

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
