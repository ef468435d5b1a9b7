//! However the runner ends, its processes end with it, and the same command goes on.

use crate::stand_in::{Stage, signal};
use std::{
    io::Read,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A sweep in whose third run, which does not end, it is.
fn hanging(stage: &Stage) -> Child {
    stage.put("hang", r"\b9\.5\b");
    let sweep = stage.ablate_std().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    stage.wait_for("hanging", 1);
    sweep
}

/// The same command once more.
fn goes_on(stage: &Stage) {
    stage.remove("hang");
    let output = stage.ablate_std().output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("reuse 2 of 6 runs"), "{said}");
}

#[test]
fn signals_stop_it_and_its_processes() {
    // Where the tests are to outlive their terminal, with `nohup`, so is what they start.
    let hangs_up = !corrkd_system::ignored(1);
    for name in ["INT", "TERM", "HUP"].into_iter().filter(|name| *name != "HUP" || hangs_up) {
        let stage = Stage::set();
        let sweep = hanging(&stage);
        signal(name, &sweep);
        let start = Instant::now();
        let output = sweep.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(130), "{name}: {said}");
        assert!(said.contains("interrupted: 2 of 6 runs are finished, 1 stopped"), "{said}");
        assert!(start.elapsed() < Duration::from_secs(20));
        goes_on(&stage);
    }
}

/// `kill -9`: nothing of the runner can do anything any more.
#[test]
fn its_processes_do_not_outlive_it() {
    let stage = Stage::set();
    let mut sweep = hanging(&stage);
    signal("KILL", &sweep);
    assert_eq!(sweep.wait().unwrap().code(), None);
    stage.wait_for("orphaned", 1);
    goes_on(&stage);
}

/// One that does not listen is ended by force.
#[test]
fn a_process_that_does_not_listen_is_killed() {
    let stage = Stage::set();
    let deaf = stage.lines("corrkd").join("\n").replace("kill -TERM $$", "true");
    stage.put_script("corrkd", &deaf);
    let sweep = hanging(&stage);
    signal("TERM", &sweep);
    assert_eq!(sweep.wait_with_output().unwrap().status.code(), Some(130));
    goes_on(&stage);
}

/// Whoever reads its progress has gone.
#[test]
fn output_that_nobody_reads_ends_it_quietly() {
    let stage = Stage::set();
    stage.put("slow", ".");
    let mut sweep = stage.ablate_std().stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    drop(sweep.stderr.take());
    assert_eq!(sweep.wait().unwrap().code(), Some(130));
    stage.remove("slow");
    assert!(stage.ablate_std().output().unwrap().status.success());

    let mut plan = stage.ablate_std().arg("--dry-run").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(plan.stdout.take());
    let mut said = String::new();
    plan.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((plan.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}

/// `nohup`: the end of the terminal is not to end it.
#[cfg(target_os = "linux")]
#[test]
fn it_outlives_the_terminal_where_that_is_asked_for() {
    let stage = Stage::set();
    stage.put("hang", r"\b9\.5\b");
    let ablate = stage.ablate_std();
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' HUP; exec \"$@\"", "sh"]).arg(ablate.get_program()).args(ablate.get_args());
    let mut sweep = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    stage.wait_for("hanging", 1);
    signal("HUP", &sweep);
    thread::sleep(Duration::from_millis(700));
    assert!(sweep.try_wait().unwrap().is_none());
    signal("TERM", &sweep);
    assert_eq!(sweep.wait().unwrap().code(), Some(130));
}

/// What ends the report ends the command in the same way: a full disk is no fault of the program.
#[test]
fn a_report_that_cannot_be_written_is_not_the_programs_fault() {
    for (last, code) in [("3", 3), ("2", 2), ("130", 130), ("9", 1)] {
        let stage = Stage::set();
        stage.put("last", last);
        let output = stage.ablate_std().args(["--seeds", "1"]).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
