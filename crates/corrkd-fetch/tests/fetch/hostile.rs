//! Servers that mean no good: each ends in an error, soon, and with nothing on the disk that is not a file's part.

use crate::server::{Server, reply, send};
use crate::world::{World, bytes};
use corrkd_fetch::FetchError;
use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Sends a byte now and then, as long as somebody listens.
fn drip(out: &mut TcpStream, byte: u8) {
    while out.write_all(&[byte]).is_ok() {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What becomes of a file of such a server, within seconds.
fn fetched(answer: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> (World, FetchError) {
    let server = Server::start(move |_, out| answer(out));
    let mut world = World::new();
    world.patience.stall = Duration::from_millis(300);
    world.limit = 1 << 20;
    let since = Instant::now();
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(since.elapsed() < Duration::from_secs(20), "{error}");
    (world, error)
}

#[test]
fn a_body_that_drips() {
    let head = b"HTTP/1.1 200 OK\r\nETag: \"v\"\r\nContent-Length: 1000000\r\n\r\n";
    let (world, error) = fetched(|out| {
        send(out, head);
        drip(out, 7);
    });
    assert!(error.to_string().contains("bytes came in 0.3 s; 4 attempts in a row have failed"), "{error}");
    assert_eq!(world.names(), ["a.csd.part", "a.csd.part.json"], "what came is kept");
}

#[test]
fn headers_that_drip() {
    let (world, error) = fetched(|out| {
        send(out, b"HTTP/1.1 200 OK\r\nX-More: ");
        drip(out, b'a');
    });
    assert!(matches!(error, FetchError::GaveUp { .. }), "{error}");
    assert_eq!(world.names(), [""; 0]);
}

/// Neither fast nor slow does the size of a chunk come to an end.
#[test]
fn the_head_of_a_chunk_without_end() {
    for slow in [true, false] {
        let (_, error) = fetched(move |out| {
            send(out, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;");
            match slow {
                true => drip(out, b'a'),
                false => while out.write_all(&[b'a'; 4096]).is_ok() {},
            }
        });
        assert!(matches!(error, FetchError::GaveUp { .. } | FetchError::Protocol { .. }), "{error}");
    }
}

#[test]
fn lengths_that_are_none() {
    for length in ["-1", "1e9", "99999999999999999999999", "3, 4", ""] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        let (world, error) = fetched(move |out| send(out, &[head.as_bytes(), &bytes(10, 1)].concat()));
        assert!(!error.is_user_input(), "{length}: {error}");
        assert!(!world.target().exists(), "{length}: {error}");
    }
}

/// A name that a server gives is none of a file's.
#[test]
fn names_with_paths_in_them() {
    let header = "Content-Disposition: attachment; filename=\"../../b\"\r\n";
    let server = Server::start(move |_, out| send(out, &reply("200 OK", header, b"abc")));
    let mut world = World::new();
    world.fetch(&server.url("/..%2f..%2fb")).unwrap();
    world.assert_whole(b"abc");
}

#[test]
fn places_that_are_none() {
    for place in ["file:///etc/passwd", "//", "http://[", "\x1b[2J", "ftp://127.0.0.1/a", "http://127.0.0.1:1/\x07"] {
        let header = format!("Location: {place}\r\n");
        let (world, error) = fetched(move |out| send(out, &reply("302 Found", &header, b"")));
        assert!(!error.is_user_input(), "{place:?}: {error}");
        assert_eq!(world.names(), [""; 0], "{place:?}");
    }
}

/// What is not in the way of a file must not be waited for either.
#[cfg(unix)]
#[test]
fn a_pipe_in_the_files_place() {
    for name in ["a.csd", "a.csd.part"] {
        let server = Server::start(|_, out| send(out, &reply("200 OK", "", b"abc")));
        let mut world = World::new();
        let pipe = world.target().with_file_name(name);
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let error = world.fetch(&server.url("/a.csd")).unwrap_err().to_string();
        assert!(error.ends_with("it is a pipe, a socket or a device, expected a regular file"), "{error}");
    }
}
