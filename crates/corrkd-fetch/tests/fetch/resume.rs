//! Connections that break or stall, and what the next attempt or the next process goes on from.

use crate::server::{Served, Server, cut, reply, send};
use crate::world::{World, bytes, sum};
use corrkd_fetch::FetchError;
use std::time::{Duration, Instant};

fn served() -> Served {
    Served { bytes: bytes(1000, 1), version: "ETag: \"v1\"\r\n" }
}

#[test]
fn a_whole_file() {
    let file = Served { bytes: bytes(3_000_000, 1), version: "" };
    let server = Server::start({
        let file = file.clone();
        move |asked, out| send(out, &file.reply(asked))
    });
    let mut world = World::new();
    let fetched = world.fetch(&server.url("/a.csd")).unwrap();
    world.assert_whole(&file.bytes);
    assert_eq!((fetched.bytes, fetched.there_already), (3_000_000, false));
    assert_eq!(fetched.sha256, sum(&file.bytes));
    assert_eq!(server.ranges(), [None]);
    assert_eq!(server.seen()[0].header("accept-encoding"), Some("identity"));
    assert_eq!((world.received[0], world.received.last()), (0, Some(&3_000_000)));
    assert!(world.received.is_sorted() && world.received.len() > 10);
}

#[test]
fn a_file_in_chunks_and_an_empty_one() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let server = Server::start(move |_, out| send(out, format!("{head}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").as_bytes()));
    let mut world = World::new();
    world.fetch(&server.url("/")).unwrap();
    world.assert_whole(b"abcde");

    let server = Server::start(|_, out| send(out, &reply("200 OK", "", b"")));
    let mut world = World::new();
    world.fetch(&server.url("/")).unwrap();
    world.assert_whole(b"");
}

#[test]
fn a_broken_connection_is_resumed_at_the_byte_reached() {
    for version in ["ETag: \"v1\"\r\n", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"] {
        let file = Served { version, ..served() };
        let server = Server::start({
            let file = file.clone();
            move |asked, out| {
                let reply = file.reply(asked);
                send(out, if asked.nth < 3 { cut(&reply, 300) } else { &reply });
            }
        });
        let mut world = World::new();
        world.fetch(&server.url("/a.csd")).unwrap();
        world.assert_whole(&file.bytes);
        assert_eq!(server.ranges(), [None, Some(300), Some(600), Some(900)]);
        let (_, name) = version.trim_end().split_once(": ").unwrap();
        assert!(server.seen()[1..].iter().all(|asked| asked.header("if-range") == Some(name)));
        assert_eq!(world.pauses.len(), 3);
        assert!(world.pauses[0].1.contains("the connection broke"), "{:?}", world.pauses);
        assert!(world.received.is_sorted(), "{:?}", world.received);
    }
}

#[test]
fn a_broken_connection_in_the_midst_of_chunks() {
    let whole = "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    let file = Served { bytes: b"abcde".to_vec(), version: "ETag: \"v1\"\r\n" };
    let server = Server::start(move |asked, out| match asked.nth {
        0 => send(out, cut(whole.as_bytes(), 10)),
        _ => send(out, &file.reply(asked)),
    });
    let mut world = World::new();
    world.fetch(&server.url("/")).unwrap();
    world.assert_whole(b"abcde");
    assert_eq!(server.ranges()[0], None);
    assert!(server.ranges()[1].is_some());
}

#[test]
fn a_server_without_ranges_starts_over() {
    let file = served();
    let server = Server::start({
        let file = file.clone();
        move |asked, out| {
            let reply = reply("200 OK", file.version, &file.bytes);
            send(out, if asked.nth < 2 { cut(&reply, 700) } else { &reply });
        }
    });
    let mut world = World::new();
    world.fetch(&server.url("/a.csd")).unwrap();
    world.assert_whole(&file.bytes);
    assert_eq!(server.ranges(), [None, Some(700), Some(700)]);
}

#[test]
fn a_stalled_body_is_resumed() {
    let file = served();
    let server = Server::start({
        let file = file.clone();
        move |asked, out| {
            let reply = file.reply(asked);
            if asked.nth == 0 {
                send(out, cut(&reply, 400));
                std::thread::sleep(Duration::from_secs(60));
            }
            send(out, &reply);
        }
    });
    let mut world = World::new();
    world.patience.stall = Duration::from_millis(300);
    let started = Instant::now();
    world.fetch(&server.url("/a.csd")).unwrap();
    assert!(started.elapsed() < Duration::from_secs(30));
    world.assert_whole(&file.bytes);
    assert_eq!(server.ranges(), [None, Some(400)]);
    assert!(world.pauses[0].1.contains("nothing came for 0.3 s"), "{:?}", world.pauses);
}

#[test]
fn a_server_that_never_answers() {
    let server = Server::start(|_, _| std::thread::sleep(Duration::from_secs(60)));
    let mut world = World::new();
    world.patience.stall = Duration::from_millis(100);
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(error.to_string().contains("nothing came for 0.1 s; 4 attempts in a row"), "{error}");
    assert_eq!(server.seen().len(), 4);
    assert_eq!(world.names(), [""; 0]);
}

#[test]
fn what_one_call_leaves_the_next_goes_on_from() {
    let file = served();
    let server = Server::start({
        let file = file.clone();
        move |asked, out| {
            let reply = file.reply(asked);
            send(out, if asked.nth < 4 { cut(&reply, 200) } else { &reply });
        }
    });
    let url = server.url("/a.csd");
    let mut world = World::new();
    let error = world.fetch(&url).unwrap_err();
    assert!(
        matches!(&error, FetchError::GaveUp { attempts: 4, last } if matches!(**last, FetchError::Connection { .. }))
    );
    world.assert_part(&file.bytes[..800]);
    let fetched = world.fetch(&url).unwrap();
    world.assert_whole(&file.bytes);
    assert_eq!(fetched.sha256, sum(&file.bytes));
    assert_eq!(server.ranges(), [None, Some(200), Some(400), Some(600), Some(800)]);
}

#[test]
fn a_part_that_is_whole_already_needs_no_server() {
    let file = served();
    let server = Server::start({
        let file = file.clone();
        move |asked, out| send(out, cut(&file.reply(asked), 600))
    });
    let mut world = World::new();
    world.patience.attempts = 1;
    world.fetch(&server.url("/a.csd")).unwrap_err();
    // As a process leaves it that is killed after the last byte and before the file has its name.
    std::fs::write(world.part(), &file.bytes).unwrap();
    world.fetch(&server.url("/a.csd")).unwrap();
    world.assert_whole(&file.bytes);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn progress_renews_the_patience() {
    // Ten failures with 1.2 MiB between them, where four in a row are too many.
    let file = Served { bytes: bytes(12_000_000, 1), version: "ETag: \"v1\"\r\n" };
    let server = Server::start({
        let file = file.clone();
        move |asked, out| send(out, cut(&file.reply(asked), 1_200_000))
    });
    let mut world = World::new();
    world.fetch(&server.url("/a.csd")).unwrap();
    world.assert_whole(&file.bytes);
    assert_eq!(server.seen().len(), 10);
}

#[test]
fn a_server_that_gives_a_slice_at_a_time() {
    let file = served();
    let server = Server::start({
        let file = file.clone();
        move |asked, out| match asked.from() {
            None => send(out, cut(&file.reply(asked), 400)),
            Some(from) => {
                let end = (from + 300).min(1000);
                let headers = format!("Content-Range: bytes {from}-{}/1000\r\n{}", end - 1, file.version);
                send(out, &reply("206 Partial Content", &headers, &file.bytes[from..end]));
            }
        }
    });
    let mut world = World::new();
    world.fetch(&server.url("/a.csd")).unwrap();
    world.assert_whole(&file.bytes);
    assert_eq!(server.ranges(), [None, Some(400), Some(700)]);
}
