//! Which trainings a row comes to.

use super::{experiment, resolve};
use crate::corrkd::{RcdForm, Settings};
use corrkd_config::{Job, Plan};

/// What is said of a row's settings reaches its stages, each of which has what it depends on.
#[test]
fn a_stage_has_the_settings_it_depends_on() {
    let resolved = resolve("student.learning_rate = 1e-3\nnetwork.layers = 1\nlosses.rcd.form = \"kl\"");
    let mut expected = Settings::default();
    expected.student.learning_rate = 1e-3;
    expected.network.layers = 1;
    expected.losses.rcd.form = RcdForm::Kl;
    assert_eq!(resolved.settings, expected);
    let keys = |stage: usize| resolved.row.stages[stage].settings.keys().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(keys(0), ["network", "dropout", "teacher", "losses"]);
    assert_eq!(resolved.row.stages[0].settings["losses"].to_string(), "{ task = { weights = \"none\" } }");
    assert_eq!(keys(1), ["network", "dropout", "student", "losses"]);
}

/// A student that no loss ties to a teacher is planned without one.
#[test]
fn no_loss_asks_no_teacher() {
    let plan = |weights: &str| {
        let plan = Plan::of(&experiment(weights));
        plan.runs.iter().map(|run| (run.job.stage.clone(), run.needs.clone())).collect::<Vec<_>>()
    };
    let none = "losses = { scd.weight = 0.0, cpd.weight = 0.0, rcd.weight = 0.0 }";
    assert_eq!(plan(none), [("student".to_owned(), vec![])]);
    for loss in ["scd", "cpd", "rcd"] {
        let one = none.replace(&format!("{loss}.weight = 0.0"), &format!("{loss}.weight = 0.5"));
        assert_eq!(plan(&one), [("teacher".to_owned(), vec![]), ("student".to_owned(), vec![0])], "{loss}");
    }
}

/// A teacher knows nothing of what its students lose, or of how they learn.
#[test]
fn students_that_differ_share_a_teacher() {
    let teacher = |text: &str| {
        let row = resolve(text).row;
        Job::of(&row, &row.stages[0])
    };
    let base = teacher("");
    for same in ["student.epochs = 3", "losses.scd.margin = 2.0", "missing.inter = false"] {
        assert_eq!(teacher(same), base, "{same}");
    }
    for other in [
        "teacher.epochs = 3",
        "network.layers = 1",
        "dropout.output = 0.5",
        "task = \"seven\"",
        "losses.task.weights = \"balanced\"",
    ] {
        assert_ne!(teacher(other), base, "{other}");
    }
}
