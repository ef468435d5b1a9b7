//! Damaged files, thousands of them: whatever bytes are cut, flipped or replaced by absurd sizes, the file is opened,
//! listed, checked and read without a panic, in bounded time and memory.
//!
//! The work is done by this same binary, started again for each file with a limit on its memory, so that an allocation
//! too large or a loop without end is found and not merely waited for.

use std::io::{BufRead, BufReader, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use corrkd_csd::{Arrays, Entry, Features, Rows, Sequence, check_file, write};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
/// Names the file to damage; set where this binary is the worker.
const SEED: &str = "CORRKD_CSD_MUTATED_FILE";
/// How many damages of each kind.
const CASES: &str = "CORRKD_CSD_MUTATIONS";
/// Address space of the worker in KiB. The files have up to 60 kB; what deflate could make of that is 60 MB.
const MEMORY_KIB: u64 = 512 << 10;
/// No damage takes longer, even where all cores are busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// SplitMix64: the same damages on every machine.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Where the file's structures begin: their four letters, and object headers of version 1.
fn structures(bytes: &[u8]) -> Vec<usize> {
    let letters: [&[u8; 4]; 13] = [
        b"TREE", b"SNOD", b"HEAP", b"GCOL", b"OHDR", b"OCHK", b"FRHP", b"FHDB", b"BTHD", b"BTLF", b"FAHD", b"FADB",
        b"EAHD",
    ];
    let header = |at: usize| bytes[at..].starts_with(&[1, 0]) && bytes[at + 3..].starts_with(&[0, 1, 0, 0, 0]);
    let begins = |at: usize| letters.iter().any(|letters| bytes[at..].starts_with(*letters)) || header(at);
    (0..bytes.len().saturating_sub(8)).filter(|&at| at == 0 || begins(at)).collect()
}

/// A damaged copy, and what was done to it.
fn damage(bytes: &[u8], structures: &[usize], number: usize, draws: &mut Draws) -> (String, Vec<u8>) {
    let mut copy = bytes.to_vec();
    // Near a structure's beginning are its sizes and addresses.
    let near = structures[draws.below(structures.len())];
    let place = (near + draws.below(200)).min(bytes.len() - 8);
    let what = match number % 4 {
        0 => {
            let cut = if draws.below(2) == 0 { near } else { draws.below(bytes.len()) };
            // Half of them keep their length, as an interrupted download into a file of full size does.
            if draws.below(2) == 0 {
                copy.truncate(cut)
            } else {
                copy[cut..].fill(0)
            }
            format!("cut at {cut}")
        }
        1 => {
            let flips: Vec<(usize, u8)> =
                (0..=draws.below(4)).map(|_| (draws.below(bytes.len()), draws.below(256) as u8)).collect();
            flips.iter().for_each(|&(at, byte)| copy[at] = byte);
            format!("bytes {flips:?}")
        }
        2 => {
            let byte = draws.below(256) as u8;
            copy[place] = byte;
            format!("byte {byte} at {place}")
        }
        _ => {
            let value = match draws.below(8) {
                0 => u64::MAX,
                1 => 1 << 31,
                2 => 1 << 63,
                3 => u64::MAX >> 1,
                4 => 0,
                5 => bytes.len() as u64,
                // An address of something else, or of itself.
                6 => structures[draws.below(structures.len())] as u64,
                _ => near as u64,
            };
            let width = [2, 4, 8][draws.below(3)];
            let place = place & !1;
            copy[place..place + width].copy_from_slice(&value.to_le_bytes()[..width]);
            format!("{value:#x} in {width} bytes at {place}")
        }
    };
    // Newer files have checksums, which would keep most damage from getting any further.
    if number % 8 < 6 {
        crate::sign::sign(&mut copy);
    }
    (what, copy)
}

/// The worker: says what it is about to do, and does it.
fn work(seed: &Path, cases: usize) {
    let bytes = std::fs::read(seed).unwrap();
    let structures = structures(&bytes);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("damaged.csd");
    let mut draws = Draws(bytes.len() as u64);
    std::panic::set_hook(Box::new(|_| {}));
    let mut out = std::io::stdout().lock();
    for number in 0..cases {
        let (what, copy) = damage(&bytes, &structures, number, &mut draws);
        writeln!(out, "{what}").unwrap();
        out.flush().unwrap();
        std::fs::write(&path, copy).unwrap();
        let read = || {
            let _ = check_file(&path);
            let _ = Arrays::open(&path).map(|arrays| arrays.names().for_each(|name| drop(arrays.read(name))));
        };
        if catch_unwind(AssertUnwindSafe(read)).is_err() {
            writeln!(out, "panicked").unwrap();
            out.flush().unwrap();
        }
    }
    writeln!(out, "finished").unwrap();
}

/// What was not damaged is signed as it was.
#[test]
fn signatures_are_those_of_hdf5() {
    for name in ["v110", "ids_v110", "chunks_v110"] {
        let bytes = std::fs::read(Path::new(FIXTURES).join(name).with_extension("csd")).unwrap();
        let mut signed = bytes.clone();
        crate::sign::sign(&mut signed);
        assert!(signed == bytes, "{name}: first difference at {:?}", (0..bytes.len()).find(|&i| bytes[i] != signed[i]));
    }
}

/// A test for the other one alone: nothing where it is not the worker.
#[test]
fn worker() {
    let Some(seed) = std::env::var_os(SEED) else { return };
    work(Path::new(&seed), std::env::var(CASES).unwrap().parse().unwrap());
}

/// Starts the worker on one file. Gives what went wrong.
fn watch(seed: &Path, cases: usize) -> Vec<String> {
    let binary = std::env::current_exe().unwrap();
    let limit = if cfg!(target_os = "linux") { format!("ulimit -v {MEMORY_KIB}; ") } else { String::new() };
    let mut child = Command::new("sh")
        .args(["-c", &format!("{limit}exec \"$0\" --exact mutations::worker --nocapture --test-threads=1")])
        .arg(binary)
        .env(SEED, seed)
        .env(CASES, cases.to_string())
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (send, receive) = channel();
    std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| send.send(line)));
    let (mut last, mut wrong) = (String::new(), Vec::new());
    let name = seed.file_name().unwrap().to_string_lossy();
    loop {
        match receive.recv_timeout(PATIENCE) {
            Ok(line) if line == "finished" => break,
            Ok(line) if line == "panicked" => wrong.push(format!("{name}: panics after {last}")),
            Ok(line) => last = line,
            Err(RecvTimeoutError::Timeout) => {
                wrong.push(format!("{name}: hangs after {last}"));
                break;
            }
            Err(RecvTimeoutError::Disconnected) => {
                wrong.push(format!("{name}: dies after {last}"));
                break;
            }
        }
    }
    let _ = child.kill();
    child.wait().unwrap();
    wrong
}

fn seeds(dir: &Path) -> Vec<PathBuf> {
    let entry = Entry {
        intervals: (0..5000).map(|row| [f64::from(row), f64::from(row) + 1.0]).collect(),
        features: Features::F32(Rows::flat(20, (0..100_000).map(|i| (i % 7) as f32).collect())),
    };
    let words = Entry { intervals: vec![[0.0, 1.0]; 3], features: Features::Texts(Rows::flat(1, vec!["a".into(); 3])) };
    let mut entries: std::collections::BTreeMap<String, Entry> =
        (0..20).map(|i| (format!("v[{i}]"), words.clone())).collect();
    entries.insert("long".into(), entry);
    let ours = dir.join("ours.csd");
    write(&ours, &Sequence { root: "S".into(), metadata: Default::default(), entries }).unwrap();
    let mut seeds: Vec<PathBuf> = std::fs::read_dir(FIXTURES)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csd"))
        .chain([ours])
        .collect();
    seeds.sort();
    seeds
}

#[test]
fn no_damage_panics_hangs_or_exhausts_memory() {
    let dir = tempfile::tempdir().unwrap();
    let long = std::env::var_os("CORRKD_LONG_TESTS").is_some_and(|value| value == "1");
    let cases = if long { 4000 } else { 500 };
    let seeds = seeds(dir.path());
    assert!(seeds.len() > 30, "{seeds:?}");
    let next = std::sync::Mutex::new(seeds.iter());
    let wrong = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(seed) = { next.lock().unwrap().next() } {
                    let found = watch(seed, cases);
                    wrong.lock().unwrap().extend(found);
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
