//! A file that is published in pieces: received one behind the other, each gone on with by itself, proved as a whole.

use crate::server::{Asked, Served, Server, cut, reply, send};
use crate::world::{World, bytes, sum};
use corrkd_fetch::{FetchError, Piece};
use proptest::prelude::*;

/// Pieces of these lengths, `/0` and so on.
fn pieces(lengths: &[usize]) -> Vec<Served> {
    let piece = |(number, length): (usize, &usize)| Served {
        bytes: bytes(*length, number as u64 + 1),
        version: "ETag: \"v1\"\r\n",
    };
    lengths.iter().enumerate().map(piece).collect()
}

fn whole(pieces: &[Served]) -> Vec<u8> {
    pieces.iter().flat_map(|piece| piece.bytes.clone()).collect()
}

fn number(asked: &Asked) -> usize {
    asked.path().trim_start_matches('/').parse().unwrap()
}

/// A server that sends so much of each piece that is wanted, by the piece's number and how often pieces were wanted before.
fn server(pieces: &[Served], sent: impl Fn(usize, usize) -> usize + Send + Sync + 'static) -> Server {
    let pieces = pieces.to_vec();
    let wanted = std::sync::atomic::AtomicUsize::new(0);
    Server::start(move |asked, out| {
        let piece = &pieces[number(asked)];
        if asked.wants_bytes() {
            let nth = wanted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            return send(out, cut(&piece.reply(asked), sent(number(asked), nth)));
        }
        // Its length alone, with or without ranges.
        match piece.bytes.len() {
            length if length % 2 == 1 => {
                let range = format!("Content-Range: bytes 0-0/{length}\r\n");
                send(out, &reply("206 Partial Content", &range, &piece.bytes[..1]));
            }
            _ => send(out, cut(&piece.reply(asked), 0)),
        }
    })
}

/// A folder to fetch the file of these pieces into.
fn world(pieces: &[Served]) -> World {
    let mut world = World::new();
    world.patience.attempts = 1;
    world.sha256 = Some(sum(&whole(pieces)));
    world
}

fn urls(server: &Server, count: usize) -> Vec<String> {
    (0..count).map(|number| server.url(&format!("/{number}"))).collect()
}

fn of(urls: &[String]) -> Vec<Piece<'_>> {
    urls.iter().map(|url| Piece { url, sha256: None }).collect()
}

/// Number and wanted range of each piece that was asked for.
fn gets(server: &Server) -> Vec<(usize, Option<usize>)> {
    server.seen().iter().filter(|asked| asked.wants_bytes()).map(|asked| (number(asked), asked.from())).collect()
}

#[test]
fn pieces_become_one_file() {
    let pieces = pieces(&[701, 0, 500]);
    let server = server(&pieces, |_, _| 1 << 20);
    let mut world = world(&pieces);
    let urls = urls(&server, 3);
    let fetched = world.fetch_pieces(&of(&urls)).unwrap();
    world.assert_whole(&whole(&pieces));
    assert_eq!((fetched.bytes, fetched.sha256), (1201, sum(&whole(&pieces))));
    assert_eq!(gets(&server), [(0, None), (1, None), (2, None)]);
    // The room that it needs, before the first byte is there.
    assert_eq!(world.ahead, [(3, 0, Some(1201))]);
    assert!(world.received.is_sorted() && world.received.last() == Some(&1201), "{:?}", world.received);
    assert!(world.fetch_pieces(&of(&urls)).unwrap().there_already);
}

#[test]
fn each_piece_is_gone_on_with_by_itself() {
    let pieces = pieces(&[700, 600, 500]);
    let server = server(&pieces, |_, nth| if nth == 1 { 400 } else { 1 << 20 });
    let mut world = world(&pieces);
    let urls = urls(&server, 3);
    world.fetch_pieces(&of(&urls)).unwrap_err();
    world.assert_part(&whole(&pieces)[..1100]);
    world.fetch_pieces(&of(&urls)).unwrap();
    world.assert_whole(&whole(&pieces));
    assert_eq!(gets(&server), [(0, None), (1, None), (1, Some(400)), (2, None)]);
    assert_eq!(world.ahead, [(3, 0, Some(1800)), (3, 1100, Some(1800))]);
}

#[test]
fn a_piece_that_is_another_file_goes_alone() {
    let right = pieces(&[700, 600, 500]);
    let mut pieces = right.clone();
    pieces[1].bytes = bytes(600, 9);
    let server = server(&pieces, |_, _| 1 << 20);
    let mut world = world(&right);
    let (urls, sums) = (urls(&server, 3), right.iter().map(|piece| sum(&piece.bytes)).collect::<Vec<_>>());
    let proved: Vec<Piece> = urls.iter().zip(&sums).map(|(url, sum)| Piece { url, sha256: Some(sum) }).collect();
    let error = world.fetch_pieces(&proved).unwrap_err();
    assert!(matches!(&error, FetchError::Sha256 { url, .. } if *url == urls[1]), "{error}");
    world.assert_part(&right[0].bytes);
    world.fetch_pieces(&proved).unwrap_err();
    assert_eq!(gets(&server), [(0, None), (1, None), (1, None)]);

    // Without sums of their own, only the whole can tell, and nothing is kept.
    let error = world.fetch_pieces(&of(&urls)).unwrap_err();
    assert!(error.to_string().contains("/0 and what follows it: expected sha256"), "{error}");
    assert_eq!(world.names(), [""; 0]);
}

#[test]
fn a_piece_that_changes_starts_over_alone() {
    let new = pieces(&[700, 600]);
    let mut old = new.clone();
    old[1] = Served { bytes: bytes(600, 9), version: "ETag: \"v0\"\r\n" };
    let files = new.clone();
    let server = Server::start(move |asked, out| match (asked.wants_bytes(), asked.from(), number(asked)) {
        (false, ..) => send(out, &reply("405 Method Not Allowed", "", b"")),
        (true, None, 1) => send(out, cut(&old[1].reply(asked), 300)),
        (true, ..) => send(out, &files[number(asked)].reply(asked)),
    });
    let mut world = world(&new);
    let urls = urls(&server, 2);
    world.fetch_pieces(&of(&urls)).unwrap_err();
    world.fetch_pieces(&of(&urls)).unwrap();
    world.assert_whole(&whole(&new));
    assert_eq!(gets(&server), [(0, None), (1, None), (1, Some(300))]);
    // A server that does not state a length beforehand is asked for the file all the same.
    assert_eq!(world.ahead, [(2, 0, None), (2, 1000, Some(1300))]);
}

#[test]
fn other_addresses_start_over() {
    let pieces = pieces(&[300, 300]);
    let server = server(&pieces, |_, nth| if nth == 1 { 100 } else { 1 << 20 });
    let mut world = world(&pieces);
    let urls = urls(&server, 2);
    world.fetch_pieces(&of(&urls)).unwrap_err();
    let swapped = [urls[1].clone(), urls[0].clone()];
    world.fetch_pieces(&of(&swapped)).unwrap_err();
    assert_eq!(gets(&server), [(0, None), (1, None), (1, None), (0, None)]);
    assert_eq!(world.names(), [""; 0]);
    world.fetch_pieces(&of(&urls)).unwrap();
    world.assert_whole(&whole(&pieces));
}

#[test]
fn pieces_that_nothing_could_prove_are_not_asked_for() {
    let pieces = pieces(&[300, 300]);
    let server = server(&pieces, |_, _| 1 << 20);
    let mut world = world(&pieces);
    world.sha256 = None;
    let error = world.fetch_pieces(&of(&urls(&server, 2))).unwrap_err();
    assert!(error.is_user_input() && error.to_string().contains("whose whole must have a sha256"), "{error}");
    assert_eq!((server.seen().len(), world.names().len()), (0, 0));
}

#[test]
fn pieces_have_the_limit_of_the_whole() {
    let pieces = pieces(&[700, 600]);
    let server = server(&pieces, |_, _| 1 << 20);
    let mut world = world(&pieces);
    world.limit = 1000;
    let error = world.fetch_pieces(&of(&urls(&server, 2))).unwrap_err();
    assert!(matches!(error, FetchError::TooLong { limit: 1000, got: 1300, .. }), "{error}");
    assert_eq!(gets(&server), []);
}

/// What happens to the files that a stopped process leaves.
#[derive(Clone, Copy, Debug)]
enum Harm {
    None,
    /// Its last bytes never reached the disk.
    Lost(usize),
    /// Its last byte is another.
    Changed,
    /// There is no record.
    Forgotten,
    /// The record is cut short.
    Torn(usize),
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![
        4 => Just(Harm::None),
        1 => (0_usize..200).prop_map(Harm::Lost),
        1 => Just(Harm::Changed),
        1 => Just(Harm::Forgotten),
        1 => (0_usize..80).prop_map(Harm::Torn),
    ]
}

fn inflict(harm: Harm, world: &World) {
    let (part, record) = (world.part(), world.part().with_extension("part.json"));
    let (Ok(mut bytes), Ok(mut text)) = (std::fs::read(&part), std::fs::read(&record)) else { return };
    match harm {
        Harm::None => return,
        Harm::Lost(count) => bytes.truncate(bytes.len().saturating_sub(count)),
        Harm::Changed => bytes.iter_mut().last().into_iter().for_each(|byte| *byte ^= 1),
        Harm::Forgotten => std::fs::remove_file(&record).unwrap(),
        Harm::Torn(length) => text.truncate(length),
    }
    std::fs::write(&part, bytes).unwrap();
    if !matches!(harm, Harm::Forgotten) {
        std::fs::write(&record, text).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever is interrupted, and whatever becomes of what lies on the disk, the file has the same bytes in the end.
    #[test]
    fn the_file_is_the_same_whatever_is_interrupted(
        lengths in prop::collection::vec(0_usize..120, 1..5),
        sent in prop::collection::vec(0_usize..150, 0..12),
        harms in prop::collection::vec(harm(), 0..8),
        proved in any::<bool>(),
    ) {
        let pieces = pieces(&lengths);
        let calls = sent.len() + harms.len() + 2;
        let server = server(&pieces, move |_, nth| sent.get(nth).copied().unwrap_or(1 << 20));
        let mut world = world(&pieces);
        let urls = urls(&server, lengths.len());
        let sums: Vec<String> = pieces.iter().map(|piece| sum(&piece.bytes)).collect();
        let wanted: Vec<Piece> =
            urls.iter().zip(&sums).map(|(url, sum)| Piece { url, sha256: proved.then_some(sum) }).collect();
        let mut harms = harms.into_iter();
        let done = (0..calls).any(|_| {
            let done = world.fetch_pieces(&wanted).is_ok();
            inflict(harms.next().unwrap_or(Harm::None), &world);
            done
        });
        prop_assert!(done);
        world.assert_whole(&whole(&pieces));
    }
}
