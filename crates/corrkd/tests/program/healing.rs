//! `corrkd train` of a run whose files are damaged or absent, or which another process works on: the same command ends well,
//! with the same bits.

use crate::world::{World, finished, proved};
use corrkd_record::{Event, RunDir, RunResult};
use predicates::prelude::*;
use predicates::str::contains;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, SystemTime};

/// What must agree to the last bit.
fn bits(result: &RunResult) -> (String, String, usize, Vec<u64>) {
    let scores = result.test.iter().map(|of| of.scores.f1.to_bits()).collect();
    let training = result.training.as_ref().unwrap();
    (training.weights.clone(), result.predictions.clone(), training.best_epoch, scores)
}

fn train(world: &World, run: &RunDir) -> assert_cmd::assert::Assert {
    world.train(&world.dir.path().join("runs"), run, 1).assert()
}

/// Flips a bit in the midst of a file.
fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    fs::write(path, bytes).unwrap();
}

fn cut(path: &Path) {
    let bytes = fs::read(path).unwrap();
    fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

/// After which epoch the run's last process went on; none: it began anew.
fn resumed_from(run: &RunDir) -> Option<usize> {
    let started = |event| if let Event::Started { resumed_from, .. } = event { Some(resumed_from) } else { None };
    run.events().unwrap().into_iter().filter_map(started).next_back().unwrap()
}

#[test]
fn whatever_is_damaged_is_made_again() {
    let (world, teacher, student) = finished();
    let whole = proved(&student);
    // Nothing to do, nothing said.
    train(&world, &student).success().stdout("").stderr("");

    type Damage<'a> = &'a dyn Fn(&RunDir);
    let gone = |path: PathBuf| fs::remove_file(path).unwrap();
    let cases: [(&str, Damage, &str, Option<usize>); 14] = [
        ("no result", &|run| gone(run.result_path()), "", Some(3)),
        ("a result with a changed bit", &|run| flip(&run.result_path()), "result.json: damaged", Some(3)),
        ("a cut result", &|run| cut(&run.result_path()), "result.json: damaged", Some(3)),
        ("cut predictions", &|run| cut(&run.predictions_path()), "predictions.csv: damaged", Some(3)),
        ("no predictions", &|run| gone(run.predictions_path()), "predictions.csv: damaged: it is absent", Some(3)),
        ("a changed bit of the best weights", &|run| flip(&run.best_path()), "best.safetensors: damaged", None),
        ("no best weights", &|run| gone(run.best_path()), "best.safetensors: damaged: it is absent", None),
        ("a changed event", &|run| alter(&run.events_path()), "events.jsonl: damaged", None),
        ("no events", &|run| gone(run.events_path()), "events.jsonl: damaged", None),
        (
            "no result, and a changed bit of the last checkpoint",
            &|run| {
                gone(run.result_path());
                flip(&run.last_path());
            },
            "last.safetensors: damaged: its checksum is not that of what it holds; the run starts anew",
            None,
        ),
        (
            "no result, no predictions and a cut checkpoint",
            &|run| {
                gone(run.result_path());
                gone(run.predictions_path());
                cut(&run.last_path());
            },
            "last.safetensors: damaged",
            None,
        ),
        (
            "no result, and the checkpoint of another run",
            &|run| {
                gone(run.result_path());
                fs::copy(teacher.last_path(), run.last_path()).unwrap();
            },
            "last.safetensors: damaged: it is the checkpoint of teacher-s1-",
            None,
        ),
        (
            "no result, and the best weights of another run",
            &|run| {
                gone(run.result_path());
                fs::copy(teacher.best_path(), run.best_path()).unwrap();
            },
            "best.safetensors: damaged: it is not that of epoch",
            None,
        ),
        (
            "nothing but the specification",
            &|run| {
                for path in [run.result_path(), run.predictions_path(), run.best_path(), run.last_path()] {
                    gone(path);
                }
                gone(run.events_path());
            },
            "",
            None,
        ),
    ];
    for (what, damage, said, resumed) in cases {
        damage(&student);
        let note = contains(said);
        let assert = train(&world, &student).success();
        assert!(note.eval(&String::from_utf8_lossy(&assert.get_output().stderr)), "{what}: {assert}");
        // The runner hears of it, too, between the events.
        assert!(note.eval(&String::from_utf8_lossy(&assert.get_output().stdout)), "{what}: {assert}");
        assert_eq!(said.is_empty(), assert.get_output().stderr.is_empty(), "{what}");
        assert_eq!(bits(&proved(&student)), bits(&whole), "{what}");
        assert_eq!(resumed_from(&student), resumed, "{what}");
    }
}

/// Changes what is told of the first epoch.
fn alter(events: &Path) {
    let text = fs::read_to_string(events).unwrap();
    fs::write(events, text.replacen("\"best\":true", "\"best\":false", 1)).unwrap();
}

#[test]
fn a_student_learns_from_no_altered_teacher() {
    let (world, teacher, student) = finished();
    let whole = [proved(&teacher), proved(&student)];
    student.clear().unwrap();
    let altered: [(&dyn Fn(), &str); 4] = [
        (&|| flip(&teacher.best_path()), "best.safetensors: damaged: its checksum"),
        (&|| fs::remove_file(teacher.best_path()).unwrap(), "best.safetensors: "),
        // Another checkpoint of the same run, whole in itself.
        (&|| other_weights(&world, &teacher), "its weights are not those that the run's result names"),
        (&|| flip(&teacher.result_path()), "result.json: damaged"),
    ];
    for (alter, said) in altered {
        alter();
        let remedy = format!("`corrkd train` of the run {}", teacher.id());
        let refused = contains(said).and(contains(teacher.id().as_str())).and(contains(remedy));
        train(&world, &student).code(3).stderr(refused);
        assert!(student.result().unwrap().is_none() && !student.best_path().exists());
        // As it says.
        train(&world, &teacher).success();
        assert_eq!(bits(&proved(&teacher)), bits(&whole[0]));
    }
    train(&world, &student).success();
    assert_eq!(bits(&proved(&student)), bits(&whole[1]));
}

/// Puts the best weights of a teacher that learned otherwise in place of a teacher's.
fn other_weights(world: &World, teacher: &RunDir) {
    let root = world.dir.path().join("other");
    let runs = corrkd_record::Runs::open(&root).unwrap();
    let (other, _) = world.plan_with(&runs, "teacher = { epochs = 1, batch = 20, learning_rate = 2e-2 }");
    world.train(&root, &other, 1).assert().success();
    fs::copy(other.best_path(), teacher.best_path()).unwrap();
}

/// What a process that was killed had begun goes when the next one starts.
#[test]
fn left_overs_are_swept() {
    let (world, teacher, _) = finished();
    let root = world.dir.path().join("runs");
    let paths = [teacher.path().join(".result.json.a1b2c3.unfinished"), root.join(".verify.a1b2c3.unfinished")];
    fs::write(&paths[0], "{").unwrap();
    fs::create_dir(&paths[1]).unwrap();
    fs::write(paths[1].join("spec.json"), "{").unwrap();
    for path in &paths {
        File::open(path).unwrap().set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
    }
    train(&world, &teacher).success();
    assert!(!paths.iter().any(|path| path.exists()));
}

/// A run that another process works on is waited for, and what it comes to is used: both end well, it is trained once.
#[test]
fn two_at_once() {
    let world = World::new();
    let root = world.dir.path().join("runs");
    let (teacher, _) = world.plan(&world.runs());
    let lock = teacher.lock().unwrap();
    let start = || world.training(&root, &teacher).stdout(Stdio::piped()).spawn().unwrap();
    let mut children = [start(), start()];
    let mut outputs = children.each_mut().map(|child| BufReader::new(child.stdout.take().unwrap()));
    for output in &mut outputs {
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, "{\"event\":\"waiting\"}\n");
    }
    assert!(!teacher.events_path().exists(), "who waits writes nothing");
    drop(lock);
    let said = outputs.map(|output| output.lines().map_while(Result::ok).collect::<Vec<_>>());
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    let [mut quiet, mut told] = said;
    if quiet.len() > told.len() {
        std::mem::swap(&mut quiet, &mut told);
    }
    assert_eq!((quiet.len(), told.is_empty()), (0, false));
    let started = |event: &&Event| matches!(event, Event::Started { .. });
    assert_eq!(teacher.events().unwrap().iter().filter(started).count(), 1);
    assert!(!teacher.events().unwrap().contains(&Event::Waiting));
    proved(&teacher);
}
