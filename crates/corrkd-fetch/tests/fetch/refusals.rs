//! Replies that are no file: which are tried again, and what is said of the others.

use crate::server::{Server, reply, send};
use crate::world::World;
use corrkd_fetch::FetchError;
use std::time::{Duration, Instant};

#[test]
fn what_will_not_change_is_asked_for_once() {
    for (status, said) in [
        ("400 Bad Request", "expected 200 OK"),
        ("401 Unauthorized", "it wants a login"),
        ("403 Forbidden", "it does not give this file to everybody, or no longer"),
        ("404 Not Found", "it does not have this file, or no longer"),
        ("410 Gone", "it does not have this file, or no longer"),
        ("204 No Content", "expected 200 OK"),
        ("206 Partial Content", "expected 200 OK"),
        ("416 Range Not Satisfiable", "expected 200 OK"),
    ] {
        let body: &[u8] = if status.starts_with("204") { b"" } else { b"<html>sorry</html>" };
        let server = Server::start(move |_, out| send(out, &reply(status, "", body)));
        let mut world = World::new();
        let url = server.url("/a.csd");
        let error = world.fetch(&url).unwrap_err();
        assert!(matches!(error, FetchError::Status { .. }), "{error}");
        let message = error.to_string();
        assert!(message.contains(&url) && message.contains(status) && message.contains(said), "{message}");
        assert_eq!(server.seen().len(), 1, "{status}");
        assert_eq!(world.names(), [""; 0], "{status}");
    }
}

#[test]
fn what_may_pass_is_tried_again() {
    for status in ["500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable", "429 Too Many Requests"] {
        let server = Server::start(move |asked, out| match asked.nth {
            0 | 1 => send(out, &reply(status, "", b"busy")),
            _ => send(out, &reply("200 OK", "", b"the file")),
        });
        let mut world = World::new();
        world.fetch(&server.url("/a.csd")).unwrap();
        world.assert_whole(b"the file");
        assert_eq!(server.seen().len(), 3, "{status}");
        assert!(world.pauses[0].1.contains(status), "{:?}", world.pauses);
        let milliseconds: Vec<_> = world.pauses.iter().map(|(pause, _)| pause.as_millis()).collect();
        assert_eq!(milliseconds, [1, 2]);
    }
}

#[test]
fn a_server_that_stays_at_fault() {
    let server = Server::start(|_, out| send(out, &reply("503 Service Unavailable", "", b"")));
    let mut world = World::new();
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(matches!(error, FetchError::GaveUp { attempts: 4, .. }), "{error}");
    assert!(error.to_string().ends_with("try again later; 4 attempts in a row have failed"), "{error}");
    assert_eq!(server.seen().len(), 4);
    assert_eq!(world.names(), [""; 0]);
}

#[test]
fn a_pause_that_the_server_asks_for_is_kept() {
    let server = Server::start(|asked, out| match asked.nth {
        0 => send(out, &reply("429 Too Many Requests", "Retry-After: 1\r\n", b"")),
        _ => send(out, &reply("200 OK", "", b"the file")),
    });
    let mut world = World::new();
    let started = Instant::now();
    world.fetch(&server.url("/a.csd")).unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1));
    world.assert_whole(b"the file");
    assert_eq!(world.pauses[0].0, Duration::from_secs(1));
}

#[test]
fn a_pause_that_is_too_long_is_told_instead() {
    let server = Server::start(|_, out| send(out, &reply("429 Too Many Requests", "Retry-After: 86400\r\n", b"")));
    let mut world = World::new();
    let started = Instant::now();
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(20));
    assert!(error.to_string().contains("it asks to wait for 86400 s"), "{error}");
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_part_outlives_a_refusal() {
    let file = crate::server::Served { bytes: crate::world::bytes(1000, 1), version: "ETag: \"v1\"\r\n" };
    let server = Server::start({
        let file = file.clone();
        move |asked, out| match asked.nth {
            0 => send(out, crate::server::cut(&file.reply(asked), 600)),
            1 => send(out, &reply("403 Forbidden", "", b"")),
            _ => send(out, &file.reply(asked)),
        }
    });
    let mut world = World::new();
    assert!(matches!(world.fetch(&server.url("/a.csd")), Err(FetchError::Status { .. })));
    world.assert_part(&file.bytes[..600]);
    world.fetch(&server.url("/a.csd")).unwrap();
    world.assert_whole(&file.bytes);
    assert_eq!(server.ranges(), [None, Some(600), Some(600)]);
}
