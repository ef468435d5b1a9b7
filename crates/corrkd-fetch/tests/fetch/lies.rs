//! Files that are not what they are said to be.

use crate::server::{Served, Server, reply, send};
use crate::world::{World, bytes, sum};
use corrkd_fetch::FetchError;

const HDF5: &[u8] = b"\x89HDF\r\n\x1a\n";

#[test]
fn a_wrong_file() {
    let (right, wrong) = (bytes(1000, 1), bytes(1000, 2));
    let server = Server::start({
        let (right, wrong) = (right.clone(), wrong.clone());
        move |asked, out| send(out, &reply("200 OK", "ETag: \"v\"\r\n", if asked.nth == 0 { &wrong } else { &right }))
    });
    let mut world = World::new();
    world.sha256 = Some(sum(&right).to_uppercase());
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    let FetchError::Sha256 { expected, got, .. } = &error else { panic!("{error}") };
    assert_eq!((expected, got), (&sum(&right).to_uppercase(), &sum(&wrong)));
    assert_eq!(world.names(), [""; 0]);
    // The wrong bytes are not gone on with.
    world.fetch(&server.url("/a.csd")).unwrap();
    world.assert_whole(&right);
    assert_eq!(server.ranges(), [None, None]);
}

#[test]
fn a_web_page_under_the_files_name() {
    let page = [b"<!DOCTYPE html><title>Log in</title>".as_slice(), &[b' '; 1 << 20]].concat();
    let server = Server::start(move |_, out| send(out, &reply("200 OK", "Content-Type: text/html\r\n", &page)));
    let mut world = World::new();
    world.magic = HDF5;
    let error = world.fetch(&server.url("/a.csd")).unwrap_err().to_string();
    assert!(error.contains(r#"begins with "\x89HDF\r\n\x1a\n", got "<!DOCTYPE html><title>Log in"#), "{error}");
    assert!(error.contains("a web page, not the file"), "{error}");
    assert_eq!(world.names(), [""; 0]);
    assert!(world.received.last().unwrap() < &(1 << 20), "not given up at its start");
}

#[test]
fn a_file_shorter_than_its_kinds_first_bytes() {
    for body in [b"".as_slice(), &HDF5[..4], b"no"] {
        let server = Server::start(move |_, out| send(out, &reply("200 OK", "", body)));
        let mut world = World::new();
        world.magic = HDF5;
        assert!(matches!(world.fetch(&server.url("/a.csd")), Err(FetchError::Kind { .. })));
        assert_eq!(world.names(), [""; 0]);
    }
}

#[test]
fn the_right_kind() {
    let file = [HDF5, &bytes(100, 1)].concat();
    let body = file.clone();
    let server = Server::start(move |_, out| send(out, &reply("200 OK", "", &body)));
    let mut world = World::new();
    world.magic = HDF5;
    world.fetch(&server.url("/a.csd")).unwrap();
    world.assert_whole(&file);
}

#[test]
fn fewer_bytes_than_stated() {
    // It states 2000 bytes and has 1000.
    let server = Server::start(|asked, out| {
        let from = asked.from().unwrap_or(0);
        let stated = 2000 - from;
        let status = if from > 0 { "206 Partial Content" } else { "200 OK" };
        let range = if from > 0 { format!("Content-Range: bytes {from}-1999/2000\r\n") } else { String::new() };
        let head = format!("HTTP/1.1 {status}\r\nETag: \"v1\"\r\nContent-Length: {stated}\r\n{range}\r\n");
        send(out, &[head.as_bytes(), &bytes(1000, 1)[from..]].concat());
    });
    let mut world = World::new();
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(matches!(error, FetchError::GaveUp { attempts: 4, .. }), "{error}");
    world.assert_part(&bytes(1000, 1));
    assert_eq!(server.ranges(), [None, Some(1000), Some(1000), Some(1000)]);
}

#[test]
fn more_bytes_than_stated() {
    // What follows the stated length is not part of the reply.
    let server = Server::start(|_, out| {
        send(out, &[reply("200 OK", "", &bytes(500, 1)), bytes(500, 2)].concat());
    });
    let mut world = World::new();
    world.fetch(&server.url("/a.csd")).unwrap();
    world.assert_whole(&bytes(500, 1));
}

#[test]
fn a_rest_longer_than_the_file() {
    let file = Served { bytes: bytes(1000, 1), version: "ETag: \"v1\"\r\n" };
    let server = Server::start(move |asked, out| match asked.from() {
        None => send(out, crate::server::cut(&file.reply(asked), 600)),
        Some(from) => {
            let headers = format!("Content-Range: bytes {from}-999/1000\r\n{}", file.version);
            send(out, &reply("206 Partial Content", &headers, &bytes(700, 2)));
        }
    });
    let mut world = World::new();
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(matches!(error, FetchError::TooLong { limit: 1000, .. }), "{error}");
    assert_eq!(world.names(), [""; 0]);
}

#[test]
fn an_endless_body() {
    let server = Server::start(|_, out| {
        use std::io::Write as _;
        send(out, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        let chunk = [b"1000\r\n".as_slice(), &[7; 0x1000], b"\r\n"].concat();
        while out.write_all(&chunk).is_ok() {}
    });
    let mut world = World::new();
    world.limit = 100_000;
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(matches!(error, FetchError::TooLong { limit: 100_000, .. }), "{error}");
    assert_eq!(world.names(), [""; 0]);
}

#[test]
fn a_length_beyond_the_limit_is_refused_at_once() {
    let server =
        Server::start(|_, out| send(out, b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\nabc"));
    let mut world = World::new();
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(matches!(error, FetchError::TooLong { got: u64::MAX, .. }), "{error}");
    assert_eq!(world.names(), [""; 0]);
    assert!(world.received.is_empty());
}

#[test]
fn without_a_length_only_the_sum_shows_the_end() {
    let server = Server::start(|asked, out| {
        let sent = if asked.nth == 1 { 400 } else { 1000 };
        send(out, &[b"HTTP/1.0 200 OK\r\n\r\n".as_slice(), &bytes(1000, 1)[..sent]].concat());
    });
    let mut world = World::new();
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(matches!(error, FetchError::NoLength { .. }), "{error}");
    assert_eq!(world.names(), [""; 0]);
    world.sha256 = Some(sum(&bytes(1000, 1)));
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(matches!(error, FetchError::Sha256 { .. }), "{error}");
    assert_eq!(world.names(), [""; 0]);
    world.fetch(&server.url("/a.csd")).unwrap();
    world.assert_whole(&bytes(1000, 1));
}

#[test]
fn what_is_no_http() {
    let server = Server::start(|_, out| send(out, b"220 ready\r\n\r\n"));
    let mut world = World::new();
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(matches!(error, FetchError::Protocol { .. }), "{error}");
    assert_eq!(server.seen().len(), 1);
    assert_eq!(world.names(), [""; 0]);
}

#[test]
fn headers_without_end() {
    let server = Server::start(|_, out| {
        use std::io::Write as _;
        send(out, b"HTTP/1.1 200 OK\r\n");
        while out.write_all(b"X-More: and more, and more, and more\r\n").is_ok() {}
    });
    let mut world = World::new();
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(matches!(error, FetchError::Protocol { .. }), "{error}");
}
