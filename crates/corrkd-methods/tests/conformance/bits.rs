//! The same run gives the same bits: twice, with other numbers of threads, and when it goes on from any epoch or step. That a run
//! which is killed at any moment goes on so is a test of the program (`corrkd`, `same_bits`).

use super::{Case, cases};
use corrkd_record::{Event, RunDir, RunId, RunResult, Runs};
use corrkd_train::Stop;
use rayon::ThreadPoolBuilder;
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, iter};

/// What must be the same of a run.
type Bits = (String, String, usize, Vec<String>);

fn bits(results: &[RunResult]) -> Vec<Bits> {
    let of = |r: &RunResult| {
        let training = r.training.as_ref().unwrap();
        (training.weights.clone(), r.predictions.clone(), training.best_epoch, r.warnings.clone())
    };
    results.iter().map(of).collect()
}

fn with_threads(case: &Case, threads: usize) -> Vec<Bits> {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::open(root.path()).unwrap();
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let mut results = Vec::new();
    pool.scope(|_| results = case.run(&runs, &mut |_, _| {}));
    bits(&results)
}

#[test]
fn threads_change_no_bit() {
    for case in cases() {
        let once = with_threads(&case, 1);
        for threads in [1, 2] {
            assert_eq!(with_threads(&case, threads), once, "{} with {threads} threads", case.name);
        }
    }
}

/// A copy of what a run has left at each moment that it tells of goes on to the same end, as do those that it needs:
/// these are finished at that moment, and the runs that need it get the same bits from it.
#[test]
fn a_run_goes_on_from_anywhere() {
    for case in cases() {
        let [root, copies] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let runs = Runs::open(root.path()).unwrap();
        // How many runs had begun at each moment.
        let (mut begun, mut moments): (Vec<RunId>, Vec<usize>) = (Vec::new(), Vec::new());
        let results = case.run(&runs, &mut |dir: &RunDir, event: &Event| {
            if matches!(event, Event::Epoch { .. } | Event::Evaluating { .. }) {
                if begun.last() != Some(dir.id()) {
                    begun.push(dir.id().clone());
                }
                copy(root.path(), &copies.path().join(moments.len().to_string()));
                moments.push(begun.len());
            }
        });
        assert_eq!(begun.len(), results.len(), "{}", case.name);
        assert!(moments.len() > 2, "{}", case.name);
        for (moment, &begun) in moments.iter().enumerate() {
            let runs = Runs::open(&copies.path().join(moment.to_string())).unwrap();
            let again = case.run_first(begun, &runs, &mut |_, _| {});
            assert_eq!(bits(&again), bits(&results[..begun]), "{}, moment {moment}", case.name);
        }
    }
}

/// A run that is told to stop behind each of its steps comes to the same end, and tells of the same epochs.
#[test]
fn a_run_that_is_stopped_goes_on_within_an_epoch() {
    let mut within: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases() {
        let told = |stop: &Stop, asks: bool| {
            let root = tempfile::tempdir().unwrap();
            let runs = Runs::open(root.path()).unwrap();
            let mut stops = 0;
            let results = case.run_stopped(case.row.stages.len(), &runs, stop, &mut |_, event| match event {
                Event::Started { .. } | Event::Epoch { .. } if asks => _ = stop.ask(),
                Event::Stopped { step, .. } => stops += usize::from(*step > 0),
                _ => {}
            });
            let epochs = results.iter().flat_map(|result| runs.run(&result.id).events().unwrap()).filter_map(timeless);
            (bits(&results), epochs.collect::<Vec<_>>(), stops)
        };
        let (once, epochs, _) = told(&Stop::new(), false);
        let (again, told, stops) = told(&Stop::new(), true);
        *within.entry(case.row.name.clone()).or_default() += stops;
        assert_eq!((again, told), (once, epochs), "{}", case.name);
    }
    // Of some data an epoch is a single step.
    assert!(within.values().all(|&stops| stops > 0), "never stopped within an epoch: {within:?}");
}

/// What an epoch came to.
fn timeless(event: Event) -> Option<String> {
    match event {
        Event::Epoch { epoch, losses, parts, gradient_norm, validation, best, .. } => {
            Some(format!("{epoch} {losses:?} {parts:?} {gradient_norm:?} {validation:?} {best}"))
        }
        _ => None,
    }
}

/// Copies a folder.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let mut entries = fs::read_dir(from).unwrap();
    for path in iter::from_fn(|| entries.next()).map(|entry| entry.unwrap().path()) {
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}
