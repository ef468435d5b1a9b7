//! Every file in experiments/ can be planned, and says what its comment says.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use corrkd_config::{Experiment, Job, Plan, RcdForm};
use std::{fs, path::Path};

fn read(path: &Path) -> Experiment {
    let text = fs::read_to_string(path).unwrap();
    Experiment::parse(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../experiments")
}

#[test]
fn every_file_is_an_experiment_with_a_known_dataset() {
    let mut files = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let experiment = read(&path);
        let plan = Plan::of(&experiment);
        let students = plan.runs.iter().filter(|run| run.row.is_some()).count();
        assert_eq!(students, experiment.rows.len() * experiment.seeds.len(), "{}", path.display());
        let recipe = folder().join("../datasets").join(&experiment.dataset.name).with_extension("toml");
        assert!(recipe.is_file(), "{} names the dataset {}", path.display(), experiment.dataset.name);
        files += 1;
    }
    assert!(files >= 2);
}

/// The paper's Table 3: each row lacks exactly one loss, and all share one teacher per seed.
#[test]
fn the_ablations_ablate_one_loss_each() {
    for name in ["quickstart.toml", "ablation-mosi-utterance.toml"] {
        let experiment = read(&folder().join(name));
        let full = &experiment.rows[0].settings;
        let mut expected = vec![full.clone(); 4];
        expected[1].losses.scd.weight = 0.0;
        expected[2].losses.cpd.weight = 0.0;
        expected[3].losses.rcd.form = RcdForm::Kl;
        assert_eq!(experiment.rows.iter().map(|row| row.settings.clone()).collect::<Vec<_>>(), expected);
        assert_eq!(full.losses, corrkd_config::Losses::default());
        let names: Vec<&str> = experiment.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["full", "without-scd", "without-cpd", "without-rcd"]);
        let teachers = Plan::of(&experiment).runs.iter().filter(|run| matches!(run.job, Job::Teacher { .. })).count();
        assert_eq!(teachers, experiment.seeds.len());
    }
}
