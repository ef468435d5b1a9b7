//! Addresses: redirects, what is no address, and servers that are not there.

use crate::server::{Served, Server, cut, reply, send};
use crate::world::{World, bytes};
use corrkd_fetch::FetchError;
use std::net::TcpListener;

#[test]
fn redirects_are_followed_also_when_resuming() {
    let file = Served { bytes: bytes(1000, 1), version: "ETag: \"v1\"\r\n" };
    let server = Server::start({
        let file = file.clone();
        move |asked, out| match (asked.path(), asked.nth) {
            ("/a.csd", _) => send(out, &reply("302 Found", "Location: /moved/b\r\n", b"moved")),
            (_, 1) => send(out, cut(&file.reply(asked), 600)),
            _ => send(out, &file.reply(asked)),
        }
    });
    let mut world = World::new();
    world.fetch(&server.url("/a.csd")).unwrap();
    world.assert_whole(&file.bytes);
    let paths: Vec<_> = server.seen().iter().map(|asked| asked.path().to_owned()).collect();
    assert_eq!(paths, ["/a.csd", "/moved/b", "/a.csd", "/moved/b"]);
    assert_eq!(server.ranges()[3], Some(600));
}

#[test]
fn redirects_in_a_circle() {
    let server = Server::start(|_, out| send(out, &reply("301 Moved Permanently", "Location: /a.csd\r\n", b"")));
    let mut world = World::new();
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(matches!(error, FetchError::Protocol { .. }), "{error}");
    assert!(error.to_string().contains("too many redirects"), "{error}");
    assert_eq!(world.names(), [""; 0]);
}

#[test]
fn what_is_no_address() {
    for url in ["", "a.csd", "ftp://host/a.csd", "http://", "https:///a.csd"] {
        let mut world = World::new();
        let error = world.fetch(url).unwrap_err();
        assert!(error.is_user_input(), "{error}");
        assert_eq!(world.names(), [""; 0]);
    }
}

#[test]
fn a_server_that_is_not_there() {
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut world = World::new();
    let error = world.fetch(&format!("http://127.0.0.1:{port}/a.csd")).unwrap_err();
    assert!(
        matches!(&error, FetchError::GaveUp { last, .. } if matches!(**last, FetchError::Connection { .. })),
        "{error}"
    );
    assert_eq!(world.pauses.len(), 3);
    assert_eq!(world.names(), [""; 0]);
}

#[test]
fn a_server_without_the_security_that_is_asked_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let tried = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        send(&mut stream, &reply("400 Bad Request", "", b"speak http"));
        // Were it tried again, the second connection would wait here.
        std::thread::sleep(std::time::Duration::from_secs(1));
        listener.set_nonblocking(true).unwrap();
        1 + usize::from(listener.accept().is_ok())
    });
    let mut world = World::new();
    let error = world.fetch(&format!("https://127.0.0.1:{port}/a.csd")).unwrap_err();
    assert!(matches!(error, FetchError::Protocol { .. }), "{error}");
    assert!(error.to_string().contains("no secure connection"), "{error}");
    assert_eq!(tried.join().unwrap(), 1);
}
