//! `reproduce`: several experiments, one after another, that share their runs.

use crate::stand_in::Stage;
use assert_cmd::Command;
use predicates::{prelude::*, str::contains};
use std::collections::BTreeSet;

/// What there is for MOSI, in the order in which it is done.
const OF_MOSI: [&str; 7] = ["ablation-curves", "balance", "controls", "curves", "projection", "table1", "table3"];
/// Its runs with one seed: a teacher, CorrKD, three ablations, seven more controls and six more balances, Self-MM, CubeMLP, DMD,
/// MCTN's six, TransM, SMIL's two, and GCNet.
const RUNS: usize = 31;

fn reproduce(stage: &Stage, what: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_corrkd"));
    command.args(["reproduce", what, "--dataset", "mosi", "--seeds", "1", "--jobs", "1"]);
    command.arg("--program").arg(stage.path("corrkd")).arg("--runs").arg(stage.path("runs"));
    command
}

#[test]
fn one_is_the_experiment_of_that_name() {
    let stage = Stage::set();
    reproduce(&stage, "table3").assert().code(0).stdout("the report of table3-mosi\n");
    assert_eq!(stage.take("trained").len(), 5);
    assert_eq!(stage.reported().rows, ["full", "without-scd", "without-cpd", "without-rcd"]);
    assert!(stage.lines("prepared")[0].starts_with("prepare --dataset=mosi "));
}

#[test]
fn a_task_is_part_of_the_name() {
    let stage = Stage::set();
    let reported = reproduce(&stage, "table3").args(["--task", "ternary"]).assert().code(0);
    reported.stdout("the report of table3-mosi-ternary\n");
}

/// Seeds and folds as they are to be reported; the data are not here.
#[test]
fn pom_is_planned_over_five_folds() {
    for (what, rows) in [("table1", 8), ("table3", 4), ("controls", 7)] {
        for task in ["binary", "regression"] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_corrkd"));
            let planned = command.args(["reproduce", what, "--dataset", "pom", "--dry-run", "--task", task]).assert();
            planned
                .code(3)
                .stdout(contains(format!("({rows} rows, 10 seeds, 5 folds)")))
                .stderr(contains("--data DIR"));
        }
    }
}

#[test]
fn all_share_their_runs_and_each_is_reported() {
    let stage = Stage::set();
    let reports: String = OF_MOSI.iter().map(|what| format!("the report of {what}-mosi\n")).collect();
    let page = stage.path("runs/reports/balance-mosi/report.html");
    let said = contains("balance-mosi (2 of 7)").and(contains(format!("report {}", page.display())));
    reproduce(&stage, "all").assert().code(0).stdout(reports.clone()).stderr(said);
    let trained = stage.take("trained");
    assert_eq!((trained.len(), trained.iter().collect::<BTreeSet<_>>().len()), (RUNS, RUNS));
    reproduce(&stage, "all").assert().code(0).stdout(reports);
    assert_eq!(stage.take("trained").len(), 0);
    // Again from the start, but what one experiment has had run is not run again for the next.
    reproduce(&stage, "all").arg("--fresh").assert().code(0);
    assert_eq!(stage.take("trained").len(), RUNS);
}

#[test]
fn one_that_fails_does_not_stop_the_others() {
    let stage = Stage::set();
    stage.put("fail", r#""form": *"dkd""#);
    let said = contains("FAIL  dkd").and(contains("error: not complete: controls-mosi"));
    reproduce(&stage, "all").assert().code(100).stdout(contains("the report of balance-mosi")).stderr(said);
    assert_eq!(stage.take("trained").len(), RUNS);
    stage.remove("fail");
    reproduce(&stage, "all").assert().code(0);
    assert_eq!(stage.take("trained").len(), 1);
}

#[test]
fn data_that_is_not_there_is_said_for_each() {
    let stage = Stage::set();
    stage.put("refuse", "3");
    reproduce(&stage, "all").assert().code(3).stderr(contains("no such recordings").count(OF_MOSI.len()));
    assert!(stage.lines("trained").is_empty());
}

#[test]
fn what_there_is_not_is_answered_with_what_there_is() {
    let refused = |what: &str, dataset: &str, said: &'static str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_corrkd"));
        command.args(["reproduce", what, "--dataset", dataset]).assert().code(2).stdout("").stderr(contains(said));
    };
    refused("table2", "mosi-utterance", "no table2 for the data set mosi-utterance");
    refused("table2", "mosi-utterance", "table2          iemocap, synthetic\n");
    refused("table4", "mosi", "no table4 for the data set mosi");
    refused("all", "imdb", "no all for the data set imdb");
}
