//! An HTTP server whose answers are written by hand.

use anyhow::Result;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// A server on a port of its own. Its threads end with the process.
pub(crate) struct Server {
    address: SocketAddr,
}

/// A request.
pub(crate) struct Asked {
    pub(crate) path: String,
    /// Where the wanted range begins.
    pub(crate) from: Option<usize>,
}

impl Server {
    /// Gives each request to `answer`; the connection ends when that returns.
    pub(crate) fn start(answer: impl Fn(&Asked, &mut TcpStream) + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let answer = Arc::clone(&answer);
                thread::spawn(move || asked(&mut stream).map(|asked| answer(&asked, &mut stream)));
            }
        });
        Ok(Self { address })
    }

    /// Serves these files as a server should, but no faster than a piece of 4 KiB each so many milliseconds.
    pub(crate) fn of_files(files: Vec<(String, Vec<u8>)>, pause: u64) -> Result<Self> {
        Self::start(move |asked, stream| {
            let name = asked.path.trim_start_matches('/');
            let Some((_, bytes)) = files.iter().find(|(file, _)| file == name) else {
                return send(stream, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            };
            let (status, from) = match asked.from {
                Some(from) if from < bytes.len() => ("206 Partial Content", from),
                Some(_) => ("416 Range Not Satisfiable", bytes.len()),
                None => ("200 OK", 0),
            };
            let rest = &bytes[from..];
            let last = bytes.len().saturating_sub(1);
            let range = format!("Content-Range: bytes {from}-{last}/{}\r\n", bytes.len());
            let range = if asked.from.is_some() { range } else { String::new() };
            let length = rest.len();
            send(
                stream,
                format!(
                    "HTTP/1.1 {status}\r\nETag: \"1\"\r\n{range}Content-Length: {length}\r\nConnection: close\r\n\r\n"
                )
                .as_bytes(),
            );
            for piece in rest.chunks(4096) {
                send(stream, piece);
                thread::sleep(Duration::from_millis(pause));
            }
        })
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// Writes bytes; a client that goes away is none of the server's business.
pub(crate) fn send(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
}

/// Reads a request up to the empty line; none where the client goes away.
fn asked(stream: &mut TcpStream) -> Option<Asked> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?.to_lowercase();
    let range = head.lines().find_map(|line| line.strip_prefix("range: bytes="));
    let from = range.and_then(|range| range.split('-').next()?.parse().ok());
    Some(Asked { path: head.split(' ').nth(1)?.to_owned(), from })
}
