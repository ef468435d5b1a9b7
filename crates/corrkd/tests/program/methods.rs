//! Every method, killed (SIGKILL) at random moments and resumed: the end is the same, to the bit.

use assert_cmd::cargo::cargo_bin;
use corrkd_random::Stream;
use corrkd_record::{RunDir, RunResult, Runs, Sweep};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The experiment that has every method.
const EXPERIMENT: &str = "methods-quick";

/// The process of one run.
fn train(root: &Path, cache: &Path, run: &RunDir) -> Command {
    let mut command = Command::new(cargo_bin("corrkd"));
    command.arg("train").args([root.as_os_str(), run.id().as_str().as_ref()]).arg("--cache").arg(cache);
    command.stdout(Stdio::null());
    command
}

fn bits(result: &RunResult) -> (&str, &str, usize) {
    let training = result.training.as_ref().unwrap();
    (&training.weights, &result.predictions, training.best_epoch)
}

#[test]
fn every_method_killed_and_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let [whole, cut] = ["whole", "cut"].map(|name| folder.path().join(name));
    let cache = whole.join("cache");
    let mut ablate = Command::new(cargo_bin("corrkd"));
    ablate.args(["ablate", EXPERIMENT, "--plain", "--runs"]).arg(&whole);
    assert!(ablate.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
    let runs = Runs::open(&whole).unwrap();
    let sweep = Sweep::read(&runs.report(EXPERIMENT)).unwrap();
    assert!(sweep.runs.iter().all(|run| run.failure.is_none()));

    let again = Runs::open(&cut).unwrap();
    let moments = Stream::new(1, "moments of methods");
    // In the plan's order each run comes after those that it needs.
    for planned in &sweep.runs {
        let expected = runs.run(&planned.id).result().unwrap().unwrap();
        let run = again.run(&planned.id);
        run.prepare(&expected.spec).unwrap();
        let clock = Instant::now();
        let alone = Runs::open(&folder.path().join("alone")).unwrap();
        alone.run(&planned.id).prepare(&expected.spec).unwrap();
        assert!(train(alone.path(), &cache, &alone.run(&planned.id)).status().unwrap().success());
        let mut time = clock.elapsed();
        let mut kills = 0;
        while run.result().unwrap().is_none() {
            let mut child = train(&cut, &cache, &run).spawn().unwrap();
            // After a few cuts it is let through.
            if kills < 5 {
                std::thread::sleep(time.mul_f64(moments.named(planned.id.as_str()).uniform(kills)));
                child.kill().unwrap();
            }
            let ended = child.wait().unwrap();
            assert!(ended.code().is_none_or(|code| code == 0), "{} ended by itself with {ended}", planned.id);
            if run.result().unwrap().is_none() {
                kills += 1;
            } else if kills == 0 && time > Duration::from_millis(10) {
                // Faster than when it was timed, it was done before its moment came.
                std::fs::remove_dir_all(cut.join(planned.id.as_str())).unwrap();
                run.prepare(&expected.spec).unwrap();
                time /= 2;
            }
        }
        assert!(kills > 0, "{} was never cut: the test proves nothing", planned.id);
        assert_eq!(bits(&run.result().unwrap().unwrap()), bits(&expected), "{} after {kills} kills", planned.id);
    }
}
