//! Bytes of two versions of a file are never joined.

use crate::server::{Served, Server, cut, reply, send};
use crate::world::{World, bytes, sum};
use corrkd_fetch::FetchError;
use proptest::prelude::*;

fn version(version: &'static str, length: usize, seed: u64) -> Served {
    Served { bytes: bytes(length, seed), version }
}

/// The first request gets 600 bytes of `old`, the others what `then` says; then the file is `new`.
fn changes(old: Served, new: Served, then: fn(&Served, Option<usize>) -> Vec<u8>) -> Server {
    let server = Server::start({
        let new = new.clone();
        move |asked, out| match asked.nth {
            0 => send(out, cut(&old.reply(asked), 600)),
            _ => send(out, &then(&new, asked.from())),
        }
    });
    let mut world = World::new();
    world.fetch(&server.url("/a.csd")).unwrap();
    world.assert_whole(&new.bytes);
    server
}

#[test]
fn the_server_says_that_the_file_has_changed() {
    let (old, new) = (version("ETag: \"v1\"\r\n", 1000, 1), version("ETag: \"v2\"\r\n", 1000, 2));
    let server = changes(old, new, |new, _| reply("200 OK", new.version, &new.bytes));
    assert_eq!(server.ranges(), [None, Some(600)]);
}

#[test]
fn the_server_gives_the_rest_of_another_version() {
    let rest: fn(&Served, Option<usize>) -> Vec<u8> = |new, from| match from {
        Some(from) => new.rest(from),
        None => reply("200 OK", new.version, &new.bytes),
    };
    let (old, new) = (version("ETag: \"v1\"\r\n", 1000, 1), version("ETag: \"v2\"\r\n", 1000, 2));
    let server = changes(old, new, rest);
    assert_eq!(server.ranges(), [None, Some(600), None]);
    // Only the length shows it.
    let (old, new) = (version("ETag: \"v1\"\r\n", 1000, 1), version("ETag: \"v1\"\r\n", 1001, 2));
    let server = changes(old, new, rest);
    assert_eq!(server.ranges(), [None, Some(600), None]);
}

#[test]
fn the_server_gives_a_part_that_was_not_asked_for() {
    let (old, new) = (version("ETag: \"v1\"\r\n", 1000, 1), version("ETag: \"v1\"\r\n", 1000, 1));
    let server = changes(old, new, |new, from| match from {
        Some(from) => new.rest(from - 1),
        None => reply("200 OK", new.version, &new.bytes),
    });
    assert_eq!(server.ranges(), [None, Some(600), None]);
}

#[test]
fn the_new_file_is_shorter_than_the_part() {
    let (old, new) = (version("ETag: \"v1\"\r\n", 1000, 1), version("ETag: \"v2\"\r\n", 500, 2));
    let server = changes(old, new, |new, from| match from {
        Some(_) => reply("416 Range Not Satisfiable", "Content-Range: bytes */500\r\n", b""),
        None => reply("200 OK", new.version, &new.bytes),
    });
    assert_eq!(server.ranges(), [None, Some(600), None]);
}

#[test]
fn without_a_version_or_a_sum_nothing_is_gone_on_with() {
    for no_version in ["", "ETag: W/\"v1\"\r\n"] {
        let file = version(no_version, 1000, 1);
        let server = changes(file.clone(), file, |file, _| reply("200 OK", file.version, &file.bytes));
        assert_eq!(server.ranges(), [None, None]);
    }
}

#[test]
fn with_a_sum_alone_a_wrong_join_is_found_and_thrown_away() {
    let (old, new) = (version("", 1000, 1), version("", 1000, 2));
    let server = Server::start({
        let new = new.clone();
        move |asked, out| match asked.nth {
            0 => send(out, cut(&old.reply(asked), 600)),
            _ => send(out, &new.reply(asked)),
        }
    });
    let mut world = World::new();
    world.sha256 = Some(sum(&new.bytes));
    let error = world.fetch(&server.url("/a.csd")).unwrap_err();
    assert!(matches!(error, FetchError::Sha256 { .. }), "{error}");
    assert_eq!(world.names(), [""; 0]);
    world.fetch(&server.url("/a.csd")).unwrap();
    world.assert_whole(&new.bytes);
    assert_eq!(server.ranges(), [None, Some(600), None]);
}

#[test]
fn another_address_starts_over() {
    let server = Server::start(|asked, out| {
        let seed = if asked.path() == "/a" { 1 } else { 2 };
        let reply = version("ETag: \"same\"\r\n", 1000, seed).reply(asked);
        send(out, if seed == 1 { cut(&reply, 600) } else { &reply });
    });
    let mut world = World::new();
    world.patience.attempts = 1;
    world.fetch(&server.url("/a")).unwrap_err();
    world.assert_part(&bytes(1000, 1)[..600]);
    world.fetch(&server.url("/b")).unwrap();
    world.assert_whole(&bytes(1000, 2));
    assert_eq!(server.ranges(), [None, None]);
}

#[test]
fn a_part_without_its_record_starts_over() {
    let file = version("ETag: \"v1\"\r\n", 1000, 1);
    let server = Server::start({
        let file = file.clone();
        move |asked, out| send(out, &file.reply(asked))
    });
    let mut world = World::new();
    std::fs::write(world.part(), bytes(600, 3)).unwrap();
    world.fetch(&server.url("/a.csd")).unwrap();
    world.assert_whole(&file.bytes);
    assert_eq!(server.ranges(), [None]);
}

/// What one request gets.
#[derive(Clone, Copy, Debug)]
struct Turn {
    /// The file is in its second version from now on.
    changed: bool,
    /// Ranges are ignored.
    no_ranges: bool,
    /// `If-Range` is ignored.
    careless: bool,
    /// How much of the body is sent.
    sent: usize,
}

fn turn() -> impl Strategy<Value = Turn> {
    (prop::bool::weighted(0.3), prop::bool::weighted(0.2), any::<bool>(), 0_usize..150)
        .prop_map(|(changed, no_ranges, careless, sent)| Turn { changed, no_ranges, careless, sent })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// However a file changes and connections break, what comes out in the end is one of its versions, whole.
    #[test]
    fn what_comes_out_is_one_version(turns in prop::collection::vec(turn(), 1..8), lengths in (0_usize..120, 0_usize..120)) {
        let files = [version("ETag: \"v1\"\r\n", lengths.0, 1), version("ETag: \"v2\"\r\n", lengths.1, 2)];
        let last = files.clone();
        let server = Server::start(move |asked, out| {
            let so_far = &turns[..turns.len().min(asked.nth + 1)];
            let file = &files[usize::from(so_far.iter().any(|turn| turn.changed))];
            let Some(turn) = turns.get(asked.nth) else { return send(out, &file.reply(asked)) };
            let whole = match asked.from() {
                Some(from) if turn.careless && !turn.no_ranges && from < file.bytes.len() => file.rest(from),
                _ if turn.no_ranges => reply("200 OK", file.version, &file.bytes),
                _ => file.reply(asked),
            };
            send(out, cut(&whole, turn.sent));
        });
        let mut world = World::new();
        // Several processes in turn, each of which gives up after four failures.
        let done = (0..4).find_map(|_| world.fetch(&server.url("/a.csd")).ok());
        prop_assert!(done.is_some());
        let got = std::fs::read(world.target()).unwrap();
        prop_assert!(last.iter().any(|file| file.bytes == got), "{} bytes of neither version", got.len());
        prop_assert_eq!(world.names(), ["a.csd"]);
    }
}
