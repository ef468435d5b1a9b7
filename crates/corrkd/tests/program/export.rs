//! `corrkd export --safetensors`: of every method a folder that plain PyTorch answers from as we do, where there is one with it.

use crate::world::{corrkd, python_with};
use corrkd_random::Stream;
use corrkd_record::{Runs, Sweep};
use predicates::str::contains;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// The experiment that has every method.
const EXPERIMENT: &str = include_str!("../../../../experiments/methods-quick.toml");

/// Samples of different lengths as JSON lines, in which frames are missing, and of every other one audio.
fn samples() -> String {
    let stream = Stream::new(1, "samples to export");
    let sample = |i: u64| {
        let of = |m: &str, width: usize| {
            let stream = stream.at(i).named(m);
            let frame = |t: u64| -> Option<Vec<f64>> {
                let stream = stream.at(t);
                (stream.uniform(0) > 0.2).then(|| (1..=width as u64).map(|d| 4.0 * stream.uniform(d) - 2.0).collect())
            };
            (m != "audio" || i.is_multiple_of(2)).then(|| (0..3 + i).map(frame).collect::<Vec<_>>())
        };
        let (language, audio, vision) = (of("language", 300), of("audio", 74), of("vision", 35));
        serde_json::json!({ "id": i, "language": language, "audio": audio, "vision": vision }).to_string() + "\n"
    };
    (0..6).map(sample).collect()
}

#[test]
fn every_method_of_one_network_answers_in_pytorch() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let short = EXPERIMENT.replace("epochs = 3", "epochs = 1");
    fs::write(at("short.toml"), short).unwrap();
    fs::write(at("samples.jsonl"), samples()).unwrap();
    corrkd().current_dir(folder.path()).args(["ablate", "short.toml", "--plain"]).assert().success();
    let runs = Runs::open(&at("runs")).unwrap();
    let mut exported = 0;
    for planned in Sweep::read(&runs.report("short")).unwrap().runs {
        let (run, out) = (runs.run(&planned.id), at("exported").join(planned.id.as_str()));
        let export = corrkd().arg("export").arg(run.path()).arg("--safetensors").arg(&out).assert();
        if planned.id.as_str().starts_with("mctn") {
            export.code(2).stderr(contains("the method mctn has no PyTorch module: six networks answer"));
            assert!(!out.exists());
            continue;
        }
        export.success();
        for file in ["model.safetensors", "config.json", "model.py", "MODEL.md"] {
            assert!(out.join(file).is_file(), "{}: no {file}", planned.id);
        }
        let mut predict = corrkd();
        predict.arg("predict").arg(run.path()).arg("--data").arg(at("samples.jsonl"));
        predict.arg("--out").arg(out.join("answers.jsonl")).assert().success();
        exported += 1;
    }
    let Some(python) = python_with("torch, safetensors") else {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = std::io::stderr().write_all(b"skipped: no Python with torch and safetensors; CORRKD_PYTHON=PATH\n");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/program/export.py");
    let said = Command::new(python).arg("-B").arg(script).arg(folder.path()).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert_eq!(String::from_utf8(said.stdout).unwrap(), format!("{exported} networks\n"));
}
