//! The same run gives the same bits: again, with another number of threads, after it was killed, and with a program that
//! was compiled otherwise.

use crate::world::{World, long};
use corrkd_random::Stream;
use corrkd_record::{Event, RunDir, RunResult, Runs};
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Trains teacher and student in a fresh folder of runs.
fn outcome(world: &World, folder: &str, threads: usize) -> [RunResult; 2] {
    let root = world.dir.path().join(folder);
    let runs = Runs::open(&root).unwrap();
    let (teacher, student) = world.plan(&runs);
    [teacher, student].map(|run| finish(world, &root, &run, threads))
}

/// Trains a run to its end.
fn finish(world: &World, root: &Path, run: &RunDir, threads: usize) -> RunResult {
    world.train(root, run, threads).assert().success();
    run.result().unwrap().unwrap()
}

/// Starts the training of a run, to be killed.
fn start(world: &World, root: &Path, run: &RunDir) -> Child {
    world.training(root, run).stdout(Stdio::null()).spawn().unwrap()
}

/// What must agree to the last bit.
fn bits(result: &RunResult) -> (&str, &str, usize, u64) {
    let training = result.training.as_ref().unwrap();
    (&training.weights, &result.predictions, training.best_epoch, training.validation.loss.to_bits())
}

/// One, unless said otherwise.
#[test]
fn threads_by_default() {
    let world = World::new();
    let root = world.dir.path().join("runs");
    let run = world.plan(&world.runs()).0;
    let mut child = start(&world, &root, &run);
    assert!(child.wait().unwrap().success());
    assert_eq!(run.result().unwrap().unwrap().environment.threads, 1);
}

#[test]
fn twice_and_with_other_threads() {
    let world = World::new();
    let first = outcome(&world, "first", 1);
    assert_ne!(bits(&first[0]).0, bits(&first[1]).0);
    for (folder, threads) in [("second", 1), ("two", 2), ("three", 3)] {
        let other = outcome(&world, folder, threads);
        for (first, other) in first.iter().zip(&other) {
            assert_eq!(bits(first), bits(other), "{threads} threads");
        }
        assert_eq!(other[0].environment.threads, threads);
    }
}

/// At the paper's widths, where products are large enough to be shared between threads.
#[test]
fn with_two_threads_at_full_width() {
    let world = World::generated();
    let [one, two] = [1, 2].map(|threads| {
        let root = world.dir.path().join(format!("runs{threads}"));
        let runs = Runs::open(&root).unwrap();
        finish(&world, &root, &world.plan(&runs).0, threads)
    });
    assert_eq!(bits(&one), bits(&two));
}

#[test]
fn killed_and_resumed() {
    let world = World::new();
    let whole = outcome(&world, "whole", 1);
    let root = world.dir.path().join("cut");
    let runs = Runs::open(&root).unwrap();
    let (teacher, student) = world.plan(&runs);
    let mut cut = 0;
    for (run, whole) in [teacher, student].iter().zip(&whole) {
        // Kill after each epoch's checkpoint in turn, until the run gets through.
        for epoch in 1..=2 {
            let mut child = start(&world, &root, run);
            let reached = |event: &Event| matches!(event, Event::Epoch { epoch: e, .. } if *e >= epoch);
            while child.try_wait().unwrap().is_none() && !run.events().unwrap().iter().any(reached) {
                std::thread::sleep(Duration::from_millis(1));
            }
            child.kill().unwrap();
            child.wait().unwrap();
            cut += usize::from(run.result().unwrap().is_none());
        }
        world.train(&root, run, 1).assert().success();
        let result = run.result().unwrap().unwrap();
        assert_eq!(bits(&result), bits(whole));
        let epochs: Vec<usize> = run
            .events()
            .unwrap()
            .iter()
            .filter_map(|event| if let Event::Epoch { epoch, .. } = event { Some(*epoch) } else { None })
            .collect();
        assert_eq!(epochs, [1, 2, 3], "each epoch is told once");
    }
    assert!(cut > 0, "no run was cut: the test proves nothing");
}

/// Killed (SIGKILL) after any share of the time the run takes: while it starts, trains, validates, writes a checkpoint,
/// an event, the predictions or the result. Whatever is left behind can be read, and the end is the same.
#[test]
fn killed_at_random_moments() {
    let enough = if long() { 400 } else { 40 };
    let world = World::new();
    let clock = Instant::now();
    let whole = outcome(&world, "whole", 1);
    let time = clock.elapsed() / 2;
    let moments = Stream::new(1, "moments");
    let mut kills = 0;
    for attempt in 0.. {
        let root = world.dir.path().join(format!("cut{attempt}"));
        let runs = Runs::open(&root).unwrap();
        let (teacher, student) = world.plan(&runs);
        for (run, whole) in [teacher, student].iter().zip(&whole) {
            while run.result().unwrap().is_none() {
                let mut child = start(&world, &root, run);
                std::thread::sleep(time.mul_f64(moments.at(attempt).uniform(kills)));
                child.kill().unwrap();
                let ended = child.wait().unwrap();
                assert!(ended.code().is_none_or(|code| code == 0), "it ended by itself with {ended}");
                run.events().unwrap();
                kills += u64::from(run.result().unwrap().is_none());
            }
            assert_eq!(bits(&run.result().unwrap().unwrap()), bits(whole), "after {kills} kills");
        }
        if kills >= enough {
            println!("{kills} kills, {} runs", 2 * (attempt + 1));
            return;
        }
    }
}

/// The order of every sum is ours and not the optimiser's: a program without vectors or inlining worth the name comes
/// to the same bits. That holds for a network of the paper's width too.
#[test]
fn compiled_otherwise() {
    if !long() {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = std::io::stderr()
            .write_all(b"skipped: building the program once more takes minutes; CORRKD_LONG_TESTS=1\n");
        return;
    }
    let usual = assert_cmd::cargo::cargo_bin("corrkd");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--locked", "--quiet", "--profile", "plain", "--package", "corrkd"])
        // The harness's own switch (.ci/run), for which cargo would build everything anew.
        .env_remove("RUSTC_BOOTSTRAP")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .status()
        .unwrap();
    assert!(built.success());
    let plain = usual.parent().unwrap().with_file_name("plain").join("corrkd");
    assert_ne!(std::fs::read(&usual).unwrap(), std::fs::read(&plain).unwrap(), "both programs are the same");
    let (tiny, full) = (World::new(), World::generated());
    for (world, runs) in [(&tiny, 2), (&full, 1)] {
        let root = world.dir.path().join("runs");
        let (teacher, student) = world.plan(&Runs::open(&root).unwrap());
        for run in [teacher, student].iter().take(runs) {
            finish(world, &root, run, 1);
            world.verify_with(&plain, run).assert().success();
        }
    }
}
