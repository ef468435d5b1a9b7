//! Hostile servers: they lie, send without end, hold back, or go away.

use crate::command::limited;
use crate::server::{Asked, Server, send};
use crate::trial::Trial;
use crate::world::World;
use anyhow::Result;
use std::net::TcpStream;
use std::process::Command;
use std::thread;
use std::time::Duration;

/// A server that means harm.
pub(super) struct Hostile {
    pub(super) what: &'static str,
    answer: fn(&Asked, &mut TcpStream),
    /// Whether it takes all of the program's patience.
    pub(super) slow: bool,
}

/// An HDF5 file begins so.
const HDF5: &[u8] = b"\x89HDF\r\n\x1a\n";

const fn hostile(what: &'static str, answer: fn(&Asked, &mut TcpStream)) -> Hostile {
    Hostile { what, answer, slow: false }
}

pub(super) fn cases() -> Vec<Hostile> {
    vec![
        hostile("headers without end", |_, to| endless(to, b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n")),
        hostile("one header without end", |_, to| endless(to, b"HTTP/1.1 200 OK\r\nX-Long: ", &[b'x'; 4096])),
        hostile("a body without end", |_, to| endless(to, b"HTTP/1.1 200 OK\r\n\r\n\x89HDF\r\n\x1a\n", &[0; 65_536])),
        hostile("pieces without end", |_, to| {
            endless(
                to,
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n\x89HDF\r\n\x1a\n\r\n",
                b"4\r\nabcd\r\n",
            );
        }),
        hostile("a piece of 2^64 bytes", |_, to| {
            send(to, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n");
        }),
        hostile("a body shorter than said", |_, to| body(to, 1000, HDF5)),
        hostile("a length of 2^64 bytes", |_, to| {
            send(to, b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\n");
            send(to, HDF5);
        }),
        hostile("a length of 2^62 bytes", |_, to| body(to, 1 << 62, HDF5)),
        hostile("a length below zero", |_, to| send(to, b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n\x89HDF")),
        hostile("redirects in a circle", |asked, to| {
            let next = if asked.path == "/a" { "/b" } else { "/a" };
            send(to, format!("HTTP/1.1 302 Found\r\nLocation: {next}\r\nContent-Length: 0\r\n\r\n").as_bytes());
        }),
        hostile("a redirect to a file", |_, to| {
            send(to, b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
        }),
        hostile("a web page with escapes", |_, to| body(to, 30, b"<html>\x1b[2J\x1b]0;x\x07 log in please")),
        hostile("a status with escapes", |_, to| {
            send(to, b"HTTP/1.1 404 \x1b[2J\xe2\x80\xae\r\nServer: \x1b[2J\r\nContent-Length: 0\r\n\r\n");
        }),
        hostile("wrong bytes", |_, to| body(to, 8, b"\0\0\0\0\0\0\0\0")),
        hostile("a range that was not asked for", |_, to| {
            send(to, b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 7-3/2\r\nContent-Length: 8\r\n\r\n");
            send(to, HDF5);
        }),
        hostile("no HTTP", |_, to| send(to, &[0xff; 4096])),
        hostile("nothing, and the end", |_, _| {}),
        Hostile { slow: true, ..hostile("silence", |_, _| thread::sleep(Duration::from_secs(400))) },
        Hostile {
            slow: true,
            ..hostile("a header letter by letter", |_, to| {
                for letter in b"HTTP/1.1 200 OK\r\nX-Slow: yes\r\n".iter().chain(&[b'x'; 400]) {
                    send(to, &[*letter]);
                    thread::sleep(Duration::from_secs(1));
                }
            })
        },
        Hostile {
            slow: true,
            ..hostile("a body that stands still", |_, to| {
                body(to, 1000, HDF5);
                thread::sleep(Duration::from_secs(400));
            })
        },
    ]
}

fn body(to: &mut TcpStream, length: u64, bytes: &[u8]) {
    send(to, format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").as_bytes());
    send(to, bytes);
}

/// Sends a piece again and again until the client goes away.
fn endless(to: &mut TcpStream, head: &[u8], piece: &[u8]) {
    use std::io::Write;
    send(to, head);
    while to.write_all(piece).is_ok() {}
}

impl Hostile {
    /// Fetches a data set from it. A file may not become larger than 64 MiB, as on a disk that is full then.
    pub(super) fn fetch(&self, world: &World, trial: &Trial) -> Result<Command> {
        let server = Server::start(self.answer)?;
        let mut command = world.corrkd();
        command.args(["data", "fetch"]).arg(world.file("recipe.toml")).arg("--to").arg(trial.path("to"));
        command.args(["--mirror", &server.url("/")]);
        Ok(limited("trap '' XFSZ; ulimit -f 131072", &command))
    }
}
