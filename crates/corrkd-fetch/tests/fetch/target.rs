//! The file's name: what is there already is never touched, and two processes never share a part.

use crate::server::{Server, cut, reply, send};
use crate::world::{World, bytes, sum};
use corrkd_fetch::{FetchError, Piece};
use std::sync::mpsc;

fn never() -> Server {
    Server::start(|_, out| send(out, &reply("500 Internal Server Error", "", b"")))
}

#[test]
fn a_file_that_is_there_is_left_alone() {
    let server = never();
    for known in [false, true] {
        let mut world = World::new();
        std::fs::write(world.target(), bytes(1000, 1)).unwrap();
        world.sha256 = known.then(|| sum(&bytes(1000, 1)));
        let fetched = world.fetch(&server.url("/a.csd")).unwrap();
        assert!(fetched.there_already);
        assert_eq!((fetched.bytes, fetched.sha256), (1000, sum(&bytes(1000, 1))));
        world.assert_whole(&bytes(1000, 1));
    }
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn another_file_that_is_there_is_an_error_and_stays() {
    let server = never();
    let mut world = World::new();
    std::fs::write(world.target(), b"mine").unwrap();
    world.sha256 = Some(sum(b"yours"));
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(matches!(error, FetchError::Occupied { .. }), "{error}");
    let message = error.to_string();
    for part in ["a.csd is there already", &sum(b"yours"), &sum(b"mine"), "move it away"] {
        assert!(message.contains(part), "{message}");
    }
    world.assert_whole(b"mine");

    let mut world = World::new();
    std::fs::write(world.target(), b"<html>").unwrap();
    world.magic = b"\x89HDF";
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(error.to_string().contains(r#"begins with "\x89HDF", got "<html>""#), "{error}");
    world.assert_whole(b"<html>");
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn a_file_that_comes_there_meanwhile_is_not_overwritten() {
    let mut world = World::new();
    let target = world.target();
    let server = Server::start(move |_, out| {
        std::fs::write(&target, b"mine").unwrap();
        send(out, &reply("200 OK", "", b"yours"));
    });
    world.sha256 = Some(sum(b"yours"));
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(matches!(error, FetchError::Occupied { .. }), "{error}");
    assert_eq!(std::fs::read(world.target()).unwrap(), b"mine");
    assert_eq!(std::fs::read(world.part()).unwrap(), b"yours");
}

#[test]
fn a_part_belongs_to_one_process() {
    let (begun, begins) = mpsc::channel();
    let (go_on, goes_on) = mpsc::channel::<()>();
    let goes_on = std::sync::Mutex::new(goes_on);
    let whole = bytes(1000, 1);
    let server = Server::start(move |_, out| {
        let reply = reply("200 OK", "", &whole);
        let first = cut(&reply, 600);
        send(out, first);
        begun.send(()).unwrap();
        goes_on.lock().unwrap().recv().unwrap();
        send(out, &reply[first.len()..]);
    });
    let url = server.url("/a.csd");
    let mut world = World::new();
    let to = world.target();
    std::thread::scope(|scope| {
        let first = scope.spawn(|| world.fetch(&url));
        begins.recv().unwrap();
        let request = corrkd_fetch::Request {
            pieces: &[Piece { url: &url, sha256: None }],
            to: &to,
            sha256: None,
            magic: b"",
            limit: 1000,
            patience: crate::world::PATIENCE,
        };
        let error = corrkd_fetch::fetch(&request, &mut |_| {}).unwrap_err();
        assert!(matches!(error, FetchError::Busy { .. }), "{error}");
        go_on.send(()).unwrap();
        first.join().unwrap().unwrap();
    });
    world.assert_whole(&bytes(1000, 1));
}

#[test]
fn a_folder_that_is_not_there() {
    let server = never();
    let to = std::path::Path::new("/nowhere/at/all/a.csd");
    let url = server.url("/a.csd");
    let request = corrkd_fetch::Request {
        pieces: &[Piece { url: &url, sha256: None }],
        to,
        sha256: None,
        magic: b"",
        limit: 1000,
        patience: crate::world::PATIENCE,
    };
    let error = corrkd_fetch::fetch(&request, &mut |_| {}).unwrap_err();
    assert!(matches!(&error, FetchError::Io { path, .. } if path.ends_with("a.csd.part")), "{error}");
}
