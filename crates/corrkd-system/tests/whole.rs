//! Files and folders are whole or absent, whoever writes, reads and ends.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use corrkd_system::{WholeFile, WholeFolder, replace, sweep};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn no_reader_sees_a_torn_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("result.json");
    replace(&path, &[b'a'; 100_000]).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers = [b'a', b'b'].map(|byte| {
            let path = &path;
            scope.spawn(move || (0..200).for_each(|_| replace(path, &vec![byte; 100_000]).unwrap()))
        });
        let reader = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let bytes = fs::read(&path).unwrap();
                assert_eq!(bytes.len(), 100_000);
                assert!(bytes.iter().all(|&byte| byte == bytes[0]));
            }
        });
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        done.store(true, Ordering::Relaxed);
        reader.join().unwrap();
    });
    assert_eq!(names(folder.path()), ["result.json"]);
}

#[test]
fn what_is_not_published_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let (file, made) = (folder.path().join("a"), folder.path().join("sub/b"));
    let mut begun = WholeFile::create(&file).unwrap();
    begun.write_all(b"half").unwrap();
    drop(begun);
    let begun = WholeFolder::create(&made).unwrap();
    fs::write(begun.path().join("x"), "x").unwrap();
    drop(begun);
    assert_eq!(names(folder.path()), ["sub"]);
    assert!(names(&folder.path().join("sub")).is_empty());

    let begun = WholeFolder::create(&made).unwrap();
    fs::write(begun.path().join("x"), "x").unwrap();
    begun.publish().unwrap();
    assert_eq!(names(&made), ["x"]);
    assert!(WholeFolder::create(&made).unwrap().publish().is_err(), "a full folder is not replaced");
    assert_eq!(names(&folder.path().join("sub")), ["b"]);
}

#[test]
fn left_overs_are_swept_and_what_lives_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let living =
        (WholeFile::create(&folder.path().join("a")).unwrap(), WholeFolder::create(&folder.path().join("b")).unwrap());
    fs::write(folder.path().join(".c.123.unfinished"), "left").unwrap();
    fs::create_dir(folder.path().join(".d.123.unfinished")).unwrap();
    fs::write(folder.path().join(".d.123.unfinished/x"), "left").unwrap();
    fs::write(folder.path().join("kept.unfinished"), "a user's own").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    sweep(folder.path());
    let left = names(folder.path());
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(living.0.path().exists() && living.1.path().exists());
    drop(living);
    assert_eq!(names(folder.path()), ["kept.unfinished"]);
}

#[cfg(unix)]
#[test]
fn rights_are_those_that_the_umask_leaves() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let by_hand = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    fs::write(folder.path().join("file"), "").unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    replace(&folder.path().join("whole"), b"").unwrap();
    WholeFolder::create(&folder.path().join("made")).unwrap().publish().unwrap();
    let mode = |name: &str| by_hand(&folder.path().join(name));
    assert_eq!((mode("whole"), mode("made")), (mode("file"), mode("folder")));
}
