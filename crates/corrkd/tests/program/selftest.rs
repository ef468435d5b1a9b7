//! `corrkd selftest` on the processor: every part is there and holds; and on a device that is not there.

use assert_cmd::Command;
use corrkd_methods::METHODS;
use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use std::io::Write as _;

fn selftest(device: &str) -> Command {
    let mut command = Command::cargo_bin("corrkd").unwrap();
    command.args(["selftest", "--device", device]);
    command
}

#[test]
fn a_device_that_is_not_there_proves_nothing() {
    for device in ["cuda:7", "metal"] {
        selftest(device).assert().code(2).stdout("").stderr(contains(format!("no device `{device}`")));
    }
}

#[test]
fn the_processor_computes_what_pytorch_does() {
    if std::env::var_os("CORRKD_LONG_TESTS").is_none_or(|value| value != "1") {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = writeln!(std::io::stderr(), "skipped: the whole self test takes half a minute; CORRKD_LONG_TESTS=1");
        return;
    }
    let told = selftest("cpu").assert().success().stdout(contains("Everything holds.").and(contains("layers")));
    let told = String::from_utf8(told.get_output().stdout.clone()).unwrap();
    for method in METHODS {
        // Its proofs, and its training.
        assert_eq!(told.matches(&format!("| {} ", method.name())).count(), 2, "{}:\n{told}", method.name());
    }
}
