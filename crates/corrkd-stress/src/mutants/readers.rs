//! The readers: what each starts from, and how it is asked for all that a file can give.

use crate::act::Act;
use crate::bits::listing;
use crate::data::{EXPERIMENT, RECIPE, arrays, npy, npz, pickle};
use crate::server::{Server, send};
use crate::world::World;
use anyhow::{Context, Result};
use corrkd_config::{DatasetRef, Experiment, Plan};
use corrkd_data::{Trust, unseen};
use corrkd_fetch::{Patience, Piece, Request};
use corrkd_import::Choices;
use corrkd_import::embed::{Unknown, embed};
use corrkd_inspect::{Target, inspect};
use corrkd_nn::Archive;
use corrkd_numpy::{Document, Value};
use corrkd_record::{Prediction, Representation, RunDir, RunId, Runs, Sweep};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Sound inputs, by name.
type Seeds = Vec<(String, Vec<u8>)>;

/// A reader.
pub(super) struct Reader {
    pub(super) name: &'static str,
    /// Its part of all mutants; a fast reader has more.
    pub(super) share: u64,
    /// Whether its inputs end in the hash of themselves.
    pub(super) sealed: bool,
    pub(super) seeds: fn(&World) -> Result<Seeds>,
    /// Reads; whether it gave a value.
    pub(super) read: fn(&Place, &[u8]) -> bool,
}

const fn reader(
    name: &'static str,
    share: u64,
    seeds: fn(&World) -> Result<Seeds>,
    read: fn(&Place, &[u8]) -> bool,
) -> Reader {
    Reader { name, share, sealed: false, seeds, read }
}

pub(super) const READERS: [Reader; 27] = [
    reader("csd", 40, sequences, csd),
    reader("describe", 10, sequences, describe),
    reader("npy", 80, |_| Ok(vec![("npy".into(), npy("<f4", &[3, 2], &[0; 24]))]), numpy),
    reader("npz", 60, archives, numpy),
    reader("pickle", 80, |_| Ok(vec![("pickle".into(), pickle(&arrays(4)))]), numpy),
    reader("import-npz", 6, archives, |place, bytes| import(place, "x.npz", bytes)),
    reader(
        "import-pickle",
        6,
        |_| Ok(vec![("pickle".into(), pickle(&arrays(4)))]),
        |place, bytes| import(place, "x.pkl", bytes),
    ),
    reader(
        "labels",
        10,
        |world| file(world, "loose/labels.csv"),
        |place, bytes| import(place, "loose/labels.csv", bytes),
    ),
    reader(
        "frames",
        10,
        |world| file(world, "loose/vision/a0.csv"),
        |place, bytes| import(place, "loose/vision/a0.csv", bytes),
    ),
    reader("recipe", 70, recipes, |place, bytes| {
        corrkd_data::recipe(&place.write("recipe.toml", bytes).display().to_string()).is_ok()
    }),
    reader("recipe-and-data", 4, recipes, |place, bytes| place.load("recipe.toml", bytes)),
    reader("folds", 4, |world| file(world, "data/folds.toml"), |place, bytes| place.load("data/folds.toml", bytes)),
    reader(
        "sequence-of-recipe",
        4,
        |world| file(world, "data/language.csd"),
        |place, bytes| place.load("data/language.csd", bytes),
    ),
    reader("cache", 6, |world| cached(world, ".safetensors"), |place, bytes| place.load_cached(&place.cached, bytes)),
    reader(
        "hashes",
        6,
        |_| Ok(vec![("hashes".into(), HASHES.into())]),
        |place, bytes| place.load_cached("hashes.json", bytes),
    ),
    reader("experiment", 70, |world| Ok([file(world, "own.toml")?, swept()].concat()), experiment),
    reader(
        "spec",
        70,
        |world| of_run(world, "/spec.json"),
        |place, bytes| {
            place.write_to_run("spec.json", bytes);
            place.run.spec().is_ok_and(|spec| spec.label_space().is_ok())
        },
    ),
    Reader {
        name: "result",
        share: 70,
        sealed: true,
        seeds: |world| of_run(world, "/result.json"),
        read: |place, bytes| {
            place.write_to_run("result.json", bytes);
            let _ = place.run.proved();
            place.run.result().is_ok()
        },
    },
    Reader {
        name: "sweep",
        share: 70,
        sealed: true,
        seeds: |world| of_run(world, "/sweep.json"),
        read: |place, bytes| {
            place.write("sweep.json", bytes);
            Sweep::read(&place.scratch).is_ok()
        },
    },
    reader(
        "events",
        70,
        |world| of_run(world, "/events.jsonl"),
        |place, bytes| {
            place.write_to_run("events.jsonl", bytes);
            let read = place.run.events().is_ok();
            let _ = (place.run.history_hash(), place.run.truncate_events(1));
            read
        },
    ),
    reader(
        "predictions",
        70,
        |world| of_run(world, "/predictions.csv"),
        |place, bytes| Prediction::read(&place.write("x.csv", bytes), &blake3::hash(bytes).to_hex()).is_ok(),
    ),
    reader(
        "representations",
        70,
        |world| of_run(world, "/representations.csv"),
        |place, bytes| Representation::read(&place.write("x.csv", bytes), &blake3::hash(bytes).to_hex()).is_ok(),
    ),
    reader(
        "checkpoint",
        40,
        |world| of_run(world, "/last.safetensors"),
        |place, bytes| Archive::load(&place.write("x.safetensors", bytes)).is_ok(),
    ),
    reader(
        "vectors",
        30,
        |world| file(world, "vectors.txt"),
        |place, bytes| {
            let vectors = place.write("vectors.txt", bytes);
            embed(&place.files.join("words.csd"), &vectors, &place.scratch.join("o.csd"), Unknown::default(), &unseen)
                .is_ok()
        },
    ),
    reader(
        "words",
        20,
        |world| file(world, "words.csd"),
        |place, bytes| {
            let words = place.write("words.csd", bytes);
            embed(&words, &place.files.join("vectors.txt"), &place.scratch.join("o.csd"), Unknown::default(), &unseen)
                .is_ok()
        },
    ),
    reader(
        "prepared",
        20,
        |world| Ok(vec![("prepared".into(), world.out(Act::Prepare).into())]),
        |_, bytes| serde_json::from_slice::<corrkd_record::Prepared>(bytes).is_ok(),
    ),
    reader(
        "http",
        6,
        |_| Ok(ANSWERS.map(|answer| ("answer".into(), answer.into())).to_vec()),
        |place, bytes| place.fetch(bytes),
    ),
];

const HASHES: &str = r#"{"/a/b.csd": {"bytes": 12, "changed": 1700000000000000000, "hash": "00ff"}}"#;
const ANSWERS: [&str; 3] = [
    "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4/9\r\nContent-Length: 5\r\nLast-Modified: \
     Wed, 21 Oct 2015 07:28:00 GMT\r\n\r\nhello",
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
];

/// Where a process reads, and what lies beside its inputs.
pub(super) struct Place {
    files: PathBuf,
    scratch: PathBuf,
    /// The name of the samples in the cache.
    cached: String,
    run: RunDir,
    /// What its server answers next.
    answer: Arc<Mutex<Vec<u8>>>,
    server: Server,
}

impl Place {
    pub(super) fn new(files: &Path, seeds: &Path, scratch: &Path) -> Result<Self> {
        for name in ["data", "recipe.toml", "loose"] {
            crate::command::copy(&files.join(name), &scratch.join(name))?;
        }
        let seed = fs::read_dir(seeds)?.next().context("no seeds")??.file_name().to_string_lossy().into_owned();
        let cached = seed.split_once(' ').map_or("", |(_, name)| name).to_owned();
        // A run of the name that spec and result are of.
        let id: RunId = cached.parse().or_else(|_| "teacher-s1-000000000000".parse())?;
        let run = Runs::open(&scratch.join("runs"))?.run(&id);
        fs::create_dir_all(run.path())?;
        let answer = Arc::new(Mutex::new(Vec::new()));
        let server = {
            let answer = Arc::clone(&answer);
            Server::start(move |_, stream| send(stream, &answer.lock().unwrap_or_else(PoisonError::into_inner)))?
        };
        Ok(Self { files: files.to_owned(), scratch: scratch.to_owned(), cached, run, answer, server })
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.scratch.join(name);
        fs::write(&path, bytes).expect("the folder is its own");
        path
    }

    fn write_to_run(&self, name: &str, bytes: &[u8]) {
        fs::write(self.run.path().join(name), bytes).expect("the folder is its own");
    }

    /// Makes the data set ready of which one file is mutated.
    fn load(&self, name: &str, bytes: &[u8]) -> bool {
        self.write(name, bytes);
        let cache = self.scratch.join("cache");
        let _ = fs::remove_dir_all(&cache);
        let name = self.scratch.join("recipe.toml").display().to_string();
        let dataset = DatasetRef { name, size: None, fold: None };
        corrkd_data::load(&dataset, Some(&self.scratch.join("data")), &cache, Trust::Read, &unseen).is_ok()
    }

    /// Makes the data set ready where a file of the cache is mutated: it can be made again, always.
    fn load_cached(&self, name: &str, bytes: &[u8]) -> bool {
        fs::create_dir_all(self.scratch.join("cache")).expect("the folder is its own");
        self.write(&format!("cache/{name}"), bytes);
        let dataset = DatasetRef { name: self.files.join("recipe.toml").display().to_string(), size: None, fold: None };
        let data = self.files.join("data");
        let loaded = corrkd_data::load(&dataset, Some(&data), &self.scratch.join("cache"), Trust::Remembered, &unseen);
        assert!(loaded.is_ok(), "the cache could not be made again: {:?}", loaded.err());
        true
    }

    fn fetch(&self, bytes: &[u8]) -> bool {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = bytes.to_vec();
        let to = self.scratch.join("fetched");
        let _ = fs::remove_file(&to);
        let (url, short) = (self.server.url("/x"), Duration::from_millis(300));
        let patience =
            Patience { attempts: 2, pause: Duration::ZERO, longest: Duration::ZERO, connect: short, stall: short };
        let pieces = [Piece { url: &url, sha256: None }];
        let request = Request { pieces: &pieces, to: &to, sha256: None, magic: b"", limit: 1 << 16, patience };
        corrkd_fetch::fetch(&request, &mut |_| {}).is_ok()
    }
}

fn csd(place: &Place, bytes: &[u8]) -> bool {
    let path = place.write("x.csd", bytes);
    let _ = corrkd_csd::check_file(&path);
    let _ = corrkd_csd::Arrays::open(&path).map(|arrays| arrays.names().for_each(|name| drop(arrays.read(name))));
    corrkd_csd::read(&path).is_ok()
}

fn describe(place: &Place, bytes: &[u8]) -> bool {
    let path = [place.write("x.csd", bytes)];
    inspect(Target::Files(&path), &unseen).is_ok_and(|seen| {
        let _ = (seen.description.to_string(), seen.findings.to_string());
        serde_json::to_string(&seen.description).is_ok() && serde_json::to_string(&seen.findings).is_ok()
    })
}

fn numpy(_: &Place, bytes: &[u8]) -> bool {
    Document::from_bytes(Path::new("x"), bytes.to_vec()).is_ok_and(|document| {
        visit(document.root(), 6);
        !document.outline(50).is_empty()
    })
}

/// Asks a value for all that it may hold.
fn visit(value: Value<'_>, depth: usize) {
    let _ = (value.text(), value.word(), value.bytes(), value.number());
    if let Some(array) = value.array() {
        let _ = (array.numbers(), array.texts(), array.words(), array.rows().map(|_| ()));
    }
    if depth > 0 {
        value.items().into_iter().flatten().take(100).for_each(|item| visit(item, depth - 1));
        value.entries().into_iter().flatten().take(100).for_each(|(key, item)| {
            visit(key, depth - 1);
            visit(item, depth - 1);
        });
    }
}

/// Imports a mutated file, or a folder with one.
fn import(place: &Place, name: &str, bytes: &[u8]) -> bool {
    let path = place.write(name, bytes);
    let path = if name.contains('/') { place.scratch.join("loose") } else { path };
    let out = place.scratch.join("out");
    let report = corrkd_import::import(&path, &out, &Choices::default(), &unseen).map(|report| report.to_string());
    let _ = fs::remove_dir_all(out);
    report.is_ok()
}

fn experiment(_: &Place, bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let read = Experiment::parse(text, &BTreeMap::new(), &corrkd_methods::plans());
    read.is_ok_and(|experiment| !Plan::of(&experiment).runs.is_empty())
}

/// An experiment over axes.
fn swept() -> Seeds {
    let rest = "[sweep]\n\"losses.scd.margin\" = [1.0, 1.2]\n\"losses.cpd.weight\" = [0.5, 1.0]\n";
    vec![("swept".into(), format!("{EXPERIMENT}{rest}").into_bytes())]
}

fn recipes(_: &World) -> Result<Seeds> {
    let more = RECIPE.replace("time = 3", "time = 3\nzeros = \"missing\"\nclean = { outside = \"drop\" }");
    Ok(vec![("recipe".into(), RECIPE.into()), ("more".into(), more.into())])
}

fn sequences(world: &World) -> Result<Seeds> {
    Ok([file(world, "words.csd")?, file(world, "data/labels.csd")?, file(world, "data/audio.csd")?].concat())
}

fn archives(_: &World) -> Result<Seeds> {
    Ok(vec![("stored".into(), npz(&arrays(4), false)?), ("packed".into(), npz(&arrays(4), true)?)])
}

/// One of the files that the campaigns work on.
fn file(world: &World, name: &str) -> Result<Seeds> {
    Ok(vec![(name.replace('/', "-"), fs::read(world.file(name))?)])
}

/// The samples in the cache, under their name.
fn cached(world: &World, ending: &str) -> Result<Seeds> {
    let cache = world.reference(Act::Prepare).join("cache");
    let names = listing(&cache)?;
    let name = names.into_iter().find(|name| name.ends_with(ending)).context("no samples in the cache")?;
    Ok(vec![(name.clone(), fs::read(cache.join(name))?)])
}

/// The files of the runs of a finished sweep that end so, under the names of their runs.
fn of_run(world: &World, ending: &str) -> Result<Seeds> {
    let runs = world.reference(Act::Ablate).join("runs");
    let names = listing(&runs)?;
    let names = names.iter().filter(|name| name.ends_with(ending));
    let name = |path: &str| path.trim_end_matches(ending).rsplit('/').next().unwrap_or_default().to_owned();
    names.map(|path| Ok((name(path), fs::read(runs.join(path))?))).collect()
}
