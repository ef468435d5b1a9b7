//! Data as they are published, from the file to the report, by the recipe's name; and the generated twin of such data.

use crate::world::corrkd;
use corrkd_record::{Runs, Sweep};
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::io::Write as _;
use std::path::Path;

const TINY: &str = r#"
title = "tiny"
seeds = [1]
reference = "full"
network = { width = 8, heads = 2, layers = 1, feed_forward = 8 }
teacher = { epochs = 1, batch = 40, learning_rate = 1e-3 }
student = { epochs = 1, batch = 40, learning_rate = 1e-3 }
evaluation.ratios = [0.0, 0.5]
[[variant]]
name = "full"
"#;

/// The sweep of an experiment, run in a folder and reported under this name, and what was said on the way.
fn ablate(folder: &Path, experiment: &str, arguments: &[&str], name: &str) -> (Sweep, String) {
    let path = folder.join("own.toml");
    fs::write(&path, experiment).unwrap();
    let mut command = corrkd();
    command.arg("ablate").arg(path).args(arguments).arg("--plain").arg("--runs").arg(folder.join("runs"));
    let done = command.assert().success();
    let said = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    let sweep = Sweep::read(&Runs::open(&folder.join("runs")).unwrap().report(name)).unwrap();
    assert!(sweep.runs.iter().all(|run| run.failure.is_none()), "{said}");
    (sweep, said)
}

/// 903 reviews, of which the 303 that have a text take part; in 164 of them there is no face.
#[test]
fn pom_from_its_arrays_to_a_report_over_five_folds() {
    let arrays = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/real/pom/pom.npz"));
    if !arrays.is_file() {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = std::io::stderr().write_all(format!("skipped: {} is not there\n", arrays.display()).as_bytes());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut import = corrkd();
    import.args(["data", "import"]).arg(arrays).arg("--out").arg(&data);
    import.args(["--label", "14", "--scale", "1,4,7"]).assert().success();
    let mut check = corrkd();
    check.args(["data", "check", "pom", "--data"]).arg(&data).arg("--cache").arg(folder.path().join("cache"));
    check.assert().success().stdout(contains("0 errors"));
    let experiment = format!("dataset = \"pom\"\n{TINY}");
    for task in ["binary", "regression"] {
        let arguments = ["--data", data.to_str().unwrap(), "--task", task];
        let (sweep, said) = ablate(folder.path(), &experiment, &arguments, &format!("own-{task}"));
        // A teacher and its student in each of five folds.
        let folds: Vec<Option<usize>> = sweep.runs.iter().map(|run| run.fold).collect();
        assert_eq!((folds.len(), folds.iter().flatten().max()), (10, Some(&4)), "{said}");
        let parts = contains("samples: 181 train, 61 valid, 61 test").count(1);
        let parts = parts.and(contains("vision: missing in 164 samples").count(5));
        assert!(parts.eval(&said), "{said}");
    }
}

#[test]
fn every_method_trains_on_generated_data_with_a_clock_for_each_modality() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = "extends = \"methods-quick\"\ndataset = \"synthetic-unaligned\"\ntraining.epochs = 2\n\
                      teacher.epochs = 2\nstudent.epochs = 1\n";
    let (sweep, said) = ablate(folder.path(), experiment, &[], "own");
    assert_eq!(sweep.rows, ["Self-MM", "CubeMLP", "DMD", "MCTN", "TransM", "SMIL", "GCNet", "CorrKD"], "{said}");
    // MCTN answers by six networks, of which five are no more than parts; SMIL starts from one.
    assert_eq!(sweep.runs.iter().filter(|run| run.is_part).count(), 6, "{said}");
    assert!(said.contains("samples: 339 train, 80 valid, 140 test"), "{said}");
}
