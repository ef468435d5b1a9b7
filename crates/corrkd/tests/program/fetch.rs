//! `corrkd data fetch` against a server on this machine: what it says, its exit code, and what it leaves behind.

use crate::server::{Asked, Served, Server, cut, reply, send};
use crate::world::{RECIPE, corrkd};
use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const FILES: [&str; 4] = ["labels.csd", "language.csd", "audio.csd", "vision.csd"];
/// `printf '\211HDF\r\n\032\nlabels.csd' | sha256sum`, which is what `labels.csd` holds here.
const LABELS_SHA256: &str = "1fac8901ca8db62111cd0397fdf6a5fd910b343b38b110c882b404217632e4ca";

/// A recipe and a folder to fetch into.
struct Fetching {
    dir: TempDir,
}

impl Fetching {
    /// The recipe as it is, which has no addresses.
    fn new() -> Self {
        let fetching = Self { dir: tempfile::tempdir().unwrap() };
        fetching.recipe(RECIPE);
        fetching
    }

    fn recipe(&self, text: &str) {
        fs::write(self.dir.path().join("tiny.toml"), text).unwrap();
    }

    /// Adds keys to the table of a file.
    fn say(&self, file: &str, keys: &str) {
        let path = self.dir.path().join("tiny.toml");
        let line = format!("file = \"{file}\"\n");
        let text = fs::read_to_string(&path).unwrap().replace(&line, &format!("{line}{keys}\n"));
        fs::write(path, text).unwrap();
    }

    fn to(&self) -> PathBuf {
        self.dir.path().join("data").join("tiny")
    }

    fn arguments(&self) -> Vec<String> {
        let path = |path: PathBuf| path.display().to_string();
        ["data", "fetch", &path(self.dir.path().join("tiny.toml")), "--to", &path(self.to())]
            .map(str::to_owned)
            .to_vec()
    }

    fn command(&self) -> Command {
        let mut command = corrkd();
        command.args(self.arguments());
        command
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.to()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        names
    }
}

/// What a path's file holds: HDF5's first bytes, then its name.
fn bytes(path: &str) -> Vec<u8> {
    [b"\x89HDF\r\n\x1a\n", path.trim_start_matches('/').as_bytes()].concat()
}

fn whole(asked: &Asked) -> Vec<u8> {
    Served { bytes: bytes(asked.path()), version: "ETag: \"v1\"\r\n" }.reply(asked)
}

#[test]
fn all_files_from_a_mirror_and_then_nothing_anew() {
    let server = Server::start(|asked, out| send(out, &whole(asked)));
    let fetching = Fetching::new();
    fetching.say("labels.csd", &format!("sha256 = \"{LABELS_SHA256}\""));
    let fetch = || fetching.command().args(["--mirror", &server.url("")]).assert().code(0);
    let table = fetch().stdout(contains("labels.csd    fetched                    18 bytes"));
    // The sums of the files that the recipe has none for, and of no other.
    table.stdout(contains(" # audio.csd").and(contains(LABELS_SHA256).not()));
    let mut names = FILES.map(str::to_owned);
    names.sort_unstable();
    assert_eq!(fetching.names(), names);
    for file in FILES {
        assert_eq!(fs::read(fetching.to().join(file)).unwrap(), bytes(file));
    }
    fetch().stdout(contains("labels.csd    there already              18 bytes"));
    assert_eq!(server.seen().len(), 4);
}

#[test]
fn what_cannot_be_had_does_not_keep_the_others() {
    let server = Server::start(|asked, out| match asked.path() {
        "/language.csd" => send(out, &reply("404 Not Found", "", b"")),
        "/audio.csd" => send(out, &reply("403 Forbidden", "", b"")),
        "/labels.csd" => send(out, &reply("200 OK", "Content-Type: text/html\r\n", b"<html>Please log in")),
        _ => send(out, &whole(asked)),
    });
    let fetching = Fetching::new();
    for file in FILES {
        fetching.say(file, &format!("url = \"{}\"", server.url(&format!("/{file}"))));
    }
    let said = contains("language.csd: http://")
        .and(contains("404 Not Found: it does not have this file, or no longer; get it from elsewhere"))
        .and(contains("403 Forbidden: it does not give this file to everybody"))
        .and(contains("got \"<html>Please log in\": a web page, not the file"))
        .and(contains("error: 3 of 4 files could not be had: labels.csd, language.csd, audio.csd;"))
        .and(contains("--mirror URL").and(contains("datasets/README.md")));
    let table = contains("language.csd  failed").and(contains("vision.csd    fetched"));
    fetching.command().assert().code(3).stderr(said).stdout(table);
    assert_eq!(fetching.names(), ["vision.csd"]);
}

#[test]
fn a_wrong_file_is_not_kept() {
    let server = Server::start(|_, out| send(out, &reply("200 OK", "", &bytes("another file"))));
    let fetching = Fetching::new();
    for file in FILES {
        fetching.say(file, &format!("sha256 = \"{LABELS_SHA256}\""));
    }
    let said =
        contains(format!("expected sha256 {LABELS_SHA256}, got ")).and(contains("4 of 4 files could not be had"));
    fetching.command().args(["--mirror", &server.url("/a/")]).assert().code(3).stderr(said);
    assert_eq!(fetching.names(), [""; 0]);
    assert_eq!(server.seen()[0].path(), "/a/labels.csd");
}

#[test]
fn a_file_of_the_users_is_not_overwritten() {
    let server = Server::start(|asked, out| send(out, &whole(asked)));
    let fetching = Fetching::new();
    fetching.say("labels.csd", &format!("sha256 = \"{LABELS_SHA256}\""));
    fs::create_dir_all(fetching.to()).unwrap();
    fs::write(fetching.to().join("labels.csd"), bytes("mine")).unwrap();
    let said = contains("labels.csd is there already, but it is another file").and(contains("move it away"));
    fetching.command().args(["--mirror", &server.url("")]).assert().code(3).stderr(said);
    assert_eq!(fs::read(fetching.to().join("labels.csd")).unwrap(), bytes("mine"));
    assert_eq!(fetching.names().len(), 4);
}

#[test]
fn a_dropped_connection_is_told_and_resumed() {
    let server = Server::start(|asked, out| {
        let reply = whole(asked);
        send(out, if asked.nth == 0 { cut(&reply, 10) } else { &reply });
    });
    let fetching = Fetching::new();
    let said = contains("labels.csd: http://")
        .and(contains("the connection broke; trying again in 1 s"))
        .and(contains("labels.csd: goes on from 10 B"));
    fetching.command().args(["--mirror", &server.url("")]).assert().code(0).stderr(said);
    assert_eq!(server.ranges(), [None, Some(10), None, None, None]);
}

#[test]
fn a_recipe_without_addresses() {
    let fetching = Fetching::new();
    let said =
        contains("says of no file where it can be downloaded; give --mirror URL, or get labels.csd, language.csd")
            .and(contains("datasets/README.md"));
    fetching.command().assert().code(2).stderr(said);
    assert!(!fetching.to().exists());
    // One address is something to begin with; the others are told.
    let server = Server::start(|asked, out| send(out, &whole(asked)));
    fetching.say("audio.csd", &format!("url = \"{}\"", server.url("/x")));
    let said = contains("labels.csd: the recipe does not say where it can be downloaded");
    fetching.command().assert().code(3).stderr(said);
    assert_eq!(fetching.names(), ["audio.csd"]);
    // What was put there by hand needs none.
    for file in FILES {
        fs::write(fetching.to().join(file), bytes(file)).unwrap();
    }
    fetching.command().assert().code(0);
}

/// `printf '\200abcdefghi' | sha256sum`: a pickle's first byte, then what its three parts hold.
const PICKLE_SHA256: &str = "568c11c3022542ce01df2cd71608712849af1bb69b46e8bb27e2604e6bf26739";

/// Adds a published pickle to the recipe, by way of its parts on a server.
fn publish(fetching: &Fetching, server: &Server) {
    let parts: Vec<String> = (0..3).map(|k| format!("{{ url = \"{}\" }}", server.url(&format!("/{k}?x")))).collect();
    let source =
        format!("[source]\nfile = \"all.pkl\"\nsha256 = \"{PICKLE_SHA256}\"\nparts = [{}]\n", parts.join(", "));
    fetching.recipe(&format!("{RECIPE}\n{source}"));
}

fn third(asked: &Asked) -> Vec<u8> {
    let parts: [&[u8]; 3] = [b"\x80abc", b"def", b"ghi"];
    let number: usize = asked.path().trim_start_matches("/hub/").trim_start_matches('/')[..1].parse().unwrap();
    Served { bytes: parts[number].to_vec(), version: "ETag: \"v1\"\r\n" }.reply(asked)
}

#[test]
fn a_published_file_in_parts_and_how_it_is_imported() {
    let server = Server::start(|asked, out| {
        let reply = third(asked);
        send(out, if asked.wants_bytes() { &reply } else { cut(&reply, 0) });
    });
    let fetching = Fetching::new();
    publish(&fetching, &server);
    let all = fetching.to().join("all.pkl");
    let command = format!("corrkd data import {} --out {}", all.display(), fetching.to().join("sequences").display());
    let said = contains("all.pkl: 3 parts, 10 B in all; 10 B to come, and so much room is needed");
    let table = contains("all.pkl  fetched                    10 bytes").and(contains(command.clone()));
    fetching.command().assert().code(0).stderr(said).stdout(table);
    assert_eq!(fetching.names(), ["all.pkl"]);
    assert_eq!(fs::read(&all).unwrap(), b"\x80abcdefghi");
    // It is proved again, wherever it came from.
    fetching.command().assert().code(0).stdout(contains("there already").and(contains(command)));

    fs::remove_file(&all).unwrap();
    fetching.command().args(["--mirror", &server.url("/hub")]).assert().code(0);
    assert_eq!(fs::read(&all).unwrap(), b"\x80abcdefghi");
    assert!(server.seen().iter().any(|asked| asked.path() == "/hub/2"));

    fs::write(&all, b"\x80another").unwrap();
    fetching.command().assert().code(3).stderr(contains("all.pkl is there already, but it is another file"));
}

#[test]
fn a_published_file_that_is_had_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    let fetch = |recipe: &str| {
        let mut command = corrkd();
        command.args(["data", "fetch", recipe, "--to"]).arg(dir.path().join("data")).assert().code(2)
    };
    let said = contains("get mosi_unaligned_50.pkl by hand").and(contains("then: corrkd data import "));
    fetch("mosi-mmsa").stderr(said);
    assert!(!dir.path().join("data").exists());
}

#[test]
fn data_that_are_generated_and_other_mistakes() {
    let dir = tempfile::tempdir().unwrap();
    let fetch = |recipe: &str| {
        let mut command = corrkd();
        command.args(["data", "fetch", recipe, "--to"]).arg(dir.path().join("data"));
        command
    };
    fetch("synthetic").assert().code(2).stderr(contains("`synthetic` is generated").and(contains("nothing to fetch")));
    fetch("mosy").assert().code(2).stderr(contains("no recipe is named `mosy`"));
    let mut mirrored = fetch("mosi-utterance");
    mirrored
        .args(["--mirror", "ftp://host/"])
        .assert()
        .code(2)
        .stderr(contains("expected an address such as https://"));
    corrkd().args(["data", "fetch", "mosi-utterance"]).assert().code(2).stderr(contains("--to <DIR>"));
    assert!(!dir.path().join("data").exists());
}

#[test]
fn a_proxy_is_taken_from_the_environment() {
    let server = Server::start(|asked, out| {
        assert!(asked.head.starts_with("CONNECT data.example:80 "), "{}", asked.head);
        send(out, b"HTTP/1.1 200 OK\r\n\r\n");
        let head = crate::server::head(out).unwrap();
        send(out, &whole(&Asked { nth: 0, head }));
    });
    let fetching = Fetching::new();
    let mut command = fetching.command();
    command.env("ALL_PROXY", server.url("")).env_remove("NO_PROXY").env_remove("no_proxy");
    command.args(["--mirror", "http://data.example"]).assert().code(0);
    assert_eq!(fetching.names().len(), 4);
    assert_eq!(server.seen().len(), 4);
}

#[cfg(unix)]
#[test]
fn stopped_at_any_moment_it_goes_on_the_next_time() {
    // A megabyte, a thousandth of it at a time.
    let file = Served { bytes: [bytes(""), vec![7; 1_000_000]].concat(), version: "ETag: \"v1\"\r\n" };
    let server = Server::start({
        let file = file.clone();
        move |asked, out| {
            for piece in file.reply(asked).chunks(1000) {
                std::thread::sleep(Duration::from_millis(1));
                send(out, piece);
            }
        }
    });
    for (signal, code) in [("INT", Some(130)), ("KILL", None)] {
        let fetching = Fetching::new();
        let before = server.seen().len();
        let mut arguments = fetching.arguments();
        arguments.extend(["--mirror".to_owned(), server.url("")]);
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("corrkd"))
            .args(&arguments)
            .stderr(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let part = fetching.to().join("labels.csd.part");
        let started = Instant::now();
        while fs::metadata(&part).map_or(0, |part| part.len()) < 100_000 {
            assert!(started.elapsed() < Duration::from_secs(60), "nothing arrives");
            std::thread::sleep(Duration::from_millis(5));
        }
        let kill = std::process::Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), code);
        assert_eq!(fetching.names(), ["labels.csd.part", "labels.csd.part.json"]);
        let reached = fs::metadata(&part).unwrap().len() as usize;
        assert!(reached < file.bytes.len());

        corrkd().args(&arguments).assert().code(0).stderr(contains("labels.csd: goes on from"));
        assert_eq!(server.ranges()[before..before + 2], [None, Some(reached)]);
        assert_eq!(server.seen()[before + 1].header("if-range"), Some("\"v1\""));
        assert_eq!(fetching.names().len(), 4);
        assert!(fs::read(fetching.to().join("labels.csd")).unwrap() == file.bytes, "other bytes");
    }
}
