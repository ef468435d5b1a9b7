//! `[search]`: trials first, then the rows as validation chose, each run once.

use crate::stand_in::Stage;
use predicates::{prelude::*, str::contains};

/// A search over the margin for two rows, one of which has a margin of its own; the stand-in is best at 2.5.
const SEARCH: &str = "
[search]
trials = 4
seed = 1
[search.space.corrkd]
losses.scd.margin = [1.0, 2.0, 2.5, 7.0]
student.learning_rate = { from = 1e-4, to = 1e-2, log = true }
";

fn stage() -> Stage {
    let stage = Stage::set();
    let experiment = stage.lines("two-rows.toml").join("\n");
    let (head, rows) = experiment.split_once("[[variant]]").unwrap();
    stage.put("two-rows.toml", &format!("{head}{SEARCH}[[variant]]{rows}"));
    stage
}

#[test]
fn validation_chooses_and_everything_is_run_once() {
    let stage = stage();
    stage.ablate().assert().code(0).stderr(contains("8 trials of 2 rows"));
    // A teacher of each seed; four trials of each row with the first; with the second what was chosen, and the rows as they are.
    let reported = stage.reported();
    let [full, wide] = &reported.search[..] else { panic!("{:?}", reported.search) };
    let margin = |trial: &corrkd_record::TrialRun| {
        let own = || ("losses.scd.margin".to_owned(), "1.2".to_owned());
        trial
            .settings
            .iter()
            .find(|(key, _)| key == "losses.scd.margin")
            .cloned()
            .unwrap_or_else(own)
            .1
            .parse::<f64>()
            .unwrap()
    };
    let losses: Vec<f64> = full.trials.iter().map(|trial| (margin(trial) - 2.5).abs()).collect();
    let least = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(full.chosen, losses.iter().position(|&loss| loss == least).unwrap());
    assert!(full.chosen > 0 && full.untuned.as_deref() == Some("full, untuned"), "{full:?}");
    // The margin of the other is its own: all of its trials are equally good, and the first is its own.
    assert!(wide.trials.iter().all(|trial| trial.settings.iter().all(|(key, _)| key == "student.learning_rate")));
    assert_eq!((wide.chosen, wide.untuned.as_deref()), (0, None));
    assert_eq!(reported.rows, ["full", "wide", "full, untuned"]);
    assert_eq!(reported.seeds, [1, 2]);
    let trained = stage.take("trained");
    assert_eq!(trained.len(), 2 + 8 + 3);
    let of =
        |row: &str, seed| reported.runs.iter().find(|run| run.row.as_deref() == Some(row) && run.seed == seed).unwrap();
    assert_eq!(of("full", 1).id, full.trials[full.chosen].id);
    assert_eq!(of("full, untuned", 1).id, full.trials[0].id);

    stage.ablate().assert().code(0).stderr(contains("reuse"));
    assert_eq!(stage.take("trained").len(), 0);
    assert_eq!(stage.reported(), reported);
    stage.ablate().arg("--fresh").assert().code(0);
    assert_eq!(stage.take("trained").len(), 13);
    stage.ablate().args(["--only", "full"]).assert().code(0);
    assert_eq!((stage.take("trained").len(), stage.reported().search.len()), (0, 1));
}

#[test]
fn a_trial_that_fails_is_not_chosen_and_is_said() {
    let stage = stage();
    stage.ablate().assert().code(0);
    let best = stage.reported().search[0].clone();
    let rate = &best.trials[best.chosen].settings.iter().find(|(key, _)| key == "student.learning_rate").unwrap().1;
    let stage = self::stage();
    stage.put("fail", &format!(r#""learning_rate": *{rate}\b"#));
    stage.ablate().assert().code(100).stderr(contains("runs failed"));
    let again = &stage.reported().search[0];
    assert!(again.chosen != best.chosen && again.trials[best.chosen].failure.is_some(), "{again:?}");
}

#[test]
fn it_is_planned_and_refused_before_anything_is_run() {
    let stage = stage();
    let plan = contains("full trial 4")
        .and(contains("then each row with the trial that validation chooses, and as it is: 10"));
    stage.ablate().arg("--dry-run").assert().code(0).stdout(plan);
    // Another program's predictions have nothing to search: the row is one trial, and is planned.
    let experiment = stage.lines("two-rows.toml").join("\n");
    let with_theirs = format!("{experiment}\n[[variant]]\nname = \"mine\"\npredictions = \"mine.csv\"\n");
    stage.put("two-rows.toml", &with_theirs);
    let plan = contains("mine trial 1").and(contains("mine trial 2").not());
    stage.ablate().arg("--dry-run").assert().code(0).stdout(plan);
    stage.put("two-rows.toml", &experiment);
    let experiment = stage.lines("two-rows.toml").join("\n");
    stage.put("two-rows.toml", &format!("folds = 5\n{experiment}"));
    stage.ablate().assert().code(2).stderr(contains("choose settings by samples that other folds test"));
    assert!(stage.lines("trained").is_empty());
}
