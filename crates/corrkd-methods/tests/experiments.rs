//! Every file in experiments/ can be planned, and says what its comment says.

use corrkd_config::{Experiment, ExperimentFiles, Job, Overrides, PerModality, Plan, Presence, Row, Task};
use corrkd_methods::corrkd::{Losses, RcdForm, Settings};
use corrkd_methods::dmd;
use std::{collections::BTreeMap, fs, path::Path};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments")
}

/// The files' texts by name.
fn texts() -> BTreeMap<String, String> {
    let paths = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| path.extension().is_some_and(|e| e == "toml"));
    paths.map(|p| (p.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(p).unwrap())).collect()
}

fn read(name: &str) -> Experiment {
    let texts = texts();
    let file = texts.find(name, None).unwrap().unwrap_or_else(|| panic!("no {name}"));
    let read = Experiment::read(&file, &texts, &corrkd_methods::plans(), &Overrides::default());
    read.unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn row(name: &str, row: &str) -> Row {
    read(name).rows.into_iter().find(|r| r.name == row).unwrap_or_else(|| panic!("{name} has no {row}"))
}

/// CorrKD's settings of a row: those of all its stages.
fn settings(row: &Row) -> Settings {
    let mut table = toml::Table::new();
    row.stages.iter().for_each(|stage| table.extend(stage.settings.clone()));
    corrkd_config::typed("the row", table).unwrap()
}

#[test]
fn every_file_is_an_experiment_with_a_known_dataset() {
    for name in texts().names(None) {
        let experiment = read(&name);
        let plan = Plan::of(&experiment);
        let students = plan.runs.iter().filter(|run| run.row.is_some()).count();
        assert_eq!(students, experiment.rows.len() * experiment.seeds.len(), "{name}");
        let recipe = folder().join("../datasets").join(&experiment.dataset.name).with_extension("toml");
        assert!(recipe.is_file(), "{name} names the dataset {}", experiment.dataset.name);
    }
}

/// Each table and figure of the paper for each of its data sets, and the twins that need no licence.
#[test]
fn there_is_a_file_for_each_table_and_figure() {
    let names = texts().names(None);
    let expected = [
        ("mosi", "mosi", "table1 table3 curves ablation-curves projection controls balance"),
        ("mosei", "mosei", "table1 curves projection controls"),
        ("iemocap", "iemocap", "table2 curves projection controls"),
        ("mosi-utterance", "mosi-utterance", "table1 table3 curves ablation-curves projection controls balance"),
        ("synthetic", "synthetic", "table1 table3 curves ablation-curves controls balance"),
        ("synthetic", "synthetic-emotion", "table2 projection"),
        ("synthetic-unaligned", "synthetic-unaligned", "table1"),
        ("pom", "pom", "table1 table3 controls"),
    ];
    for (of, dataset, whats) in expected {
        for what in whats.split(' ') {
            let name = format!("{what}-{of}");
            assert!(names.contains(&name), "{name}");
            let experiment = read(&name);
            assert_eq!(experiment.dataset.name, dataset, "{name}");
            let seeds: Vec<u64> = if of == "pom" { (1..=10).collect() } else { (1..=5).collect() };
            assert_eq!(experiment.seeds, seeds, "{name}");
            assert_eq!(experiment.dataset.size.as_deref(), of.starts_with("synthetic").then_some("mosi"), "{name}");
        }
    }
}

/// Heads, learning rate, batch, epochs and margin as the paper prints them; d = 40 and a kernel of 3 for all.
#[test]
fn the_papers_settings() {
    for (name, heads, rate, batch, epochs, margin, task) in [
        ("table1-mosi", 10, 4e-3, 64, 50, 1.2, Task::Binary),
        ("table1-mosei", 8, 2e-3, 32, 20, 1.0, Task::Binary),
        ("table2-iemocap", 10, 4e-3, 64, 30, 1.4, Task::Emotion),
    ] {
        let row = row(name, "CorrKD");
        let (s, protocol) = (settings(&row), row.protocol);
        assert_eq!((s.network.width, s.network.heads, s.network.kernel), (40, heads, 3), "{name}");
        assert_eq!(protocol.task, task, "{name}");
        for training in [s.teacher, s.student] {
            let got = (training.learning_rate, training.batch, training.epochs, training.patience);
            assert_eq!(got, (rate, batch, epochs, 0), "{name}");
        }
        let l = s.losses;
        assert_eq!(
            (l.scd.margin, l.task.weight, l.scd.weight, l.cpd.weight, l.rcd.weight),
            (margin, 1.0, 1.0, 1.0, 1.0)
        );
        assert!(protocol.missing.inter && protocol.missing.intra == PerModality::from_fn(|_| [0.0, 1.0]));
        let tenths: Vec<f64> = (0..=10).map(|tenth| f64::from(tenth) / 10.0).collect();
        assert_eq!(protocol.evaluation.ratios, tenths);
        let kept: Vec<String> = protocol.evaluation.representations.iter().map(ToString::to_string).collect();
        assert_eq!(kept, [Presence::COMPLETE.to_string(), "l@0.5".to_owned()]);
    }
}

/// DMD's published configuration for MOSI everywhere, and where there is another, for MOSEI, that one.
#[test]
fn dmd_as_published() {
    let settings = |name: &str| -> dmd::Settings {
        let stage = row(name, "DMD").stages.remove(0);
        corrkd_config::typed(name, stage.settings).unwrap()
    };
    for name in ["table1-mosi", "table1-mosi-utterance", "table1-pom", "table2-iemocap", "curves-mosi"] {
        assert_eq!(settings(name), dmd::Settings::default(), "{name}");
    }
    let mut expected = dmd::Settings::default();
    (expected.network.width, expected.network.heads) = (30, 6);
    expected.network.kernels = PerModality { language: 5, audio: 1, vision: 3 };
    (expected.dropout.language, expected.dropout.embedding) = (0.3, 0.0);
    expected.dropout.attention = PerModality { language: 0.4, audio: 0.0, vision: 0.0 };
    assert_eq!(settings("table1-mosei"), expected);
}

/// The paper's Table 3: each row lacks exactly one loss, and all share one teacher per seed.
#[test]
fn the_ablations_ablate_one_loss_each() {
    for name in
        ["quickstart", "table3-mosi", "table3-mosi-utterance", "table3-pom", "table3-synthetic", "ablation-curves-mosi"]
    {
        let experiment = read(name);
        let rows: Vec<Settings> = experiment.rows.iter().map(settings).collect();
        let full = &rows[0];
        let mut expected = vec![full.clone(); 4];
        expected[1].losses.scd.weight = 0.0;
        expected[2].losses.cpd.weight = 0.0;
        expected[3].losses.rcd.form = RcdForm::Kl;
        assert_eq!(rows, expected);
        assert_eq!(full.losses, Losses::default());
        let names: Vec<&str> = experiment.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["full", "without-scd", "without-cpd", "without-rcd"]);
        let teachers = Plan::of(&experiment).runs.iter().filter(|run| run.job.stage == "teacher").count();
        assert_eq!(teachers, experiment.seeds.len());
    }
}

/// At equal compute: every control trains as the full method does, on the same data, with the same network.
#[test]
fn controls_differ_in_losses_or_missingness_alone() {
    let names = texts().names(None);
    let controls: Vec<&String> = names.iter().filter(|name| name.starts_with("controls-")).collect();
    assert_eq!(controls.len(), 6);
    for name in controls {
        let rows = read(name).rows;
        // What is run for two categories and for scores has no DKD.
        let has = |row: &&str| name != "controls-pom" || *row != "dkd";
        let all = ["full", "task-only", "kl", "dkd", "task+scd", "task+cpd", "task+rcd", "no-mrm"];
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, all.into_iter().filter(has).collect::<Vec<_>>(), "{name}");
        let full = settings(&rows[0]);
        let weights = |row: &Settings| [row.losses.scd.weight, row.losses.cpd.weight, row.losses.rcd.weight];
        let expected = [
            ([1.0, 1.0, 1.0], RcdForm::MutualInformation),
            ([0.0, 0.0, 0.0], RcdForm::MutualInformation),
            ([0.0, 0.0, 1.0], RcdForm::Kl),
            ([0.0, 0.0, 1.0], RcdForm::Dkd),
            ([1.0, 0.0, 0.0], RcdForm::MutualInformation),
            ([0.0, 1.0, 0.0], RcdForm::MutualInformation),
            ([0.0, 0.0, 1.0], RcdForm::MutualInformation),
            ([1.0, 1.0, 1.0], RcdForm::MutualInformation),
        ];
        let expected = all.into_iter().zip(expected).filter(|(row, _)| has(row)).map(|(_, expected)| expected);
        for (row, expected) in rows.iter().zip(expected) {
            let of_row = settings(row);
            assert_eq!((weights(&of_row), of_row.losses.rcd.form), expected, "{name}, {}", row.name);
            // A student that no teacher teaches has no teacher's settings.
            let taught = if row.name == "task-only" { of_row.teacher } else { full.teacher };
            let like_full = Settings { losses: full.losses, teacher: full.teacher, ..of_row.clone() };
            assert_eq!((&like_full, of_row.teacher), (&full, taught), "{name}, {}", row.name);
            assert_eq!(row.stages.len(), if row.name == "task-only" { 1 } else { 2 }, "{name}, {}", row.name);
            let (protocol, of_full) = (&row.protocol, &rows[0].protocol);
            assert_eq!((protocol.task, &protocol.evaluation), (of_full.task, &of_full.evaluation), "{name}");
            let complete = protocol.missing;
            assert_eq!(!complete.inter && complete.intra == PerModality::from_fn(|_| [0.0, 0.0]), row.name == "no-mrm");
            assert!(row.name == "no-mrm" || complete == of_full.missing, "{name}, {}", row.name);
        }
    }
}

/// Experiments on the same data share their runs: a row of the same meaning is the same job in all of them.
#[test]
fn experiments_on_the_same_data_share_runs() {
    for (of, rows) in [
        (
            "mosi",
            "table1:CorrKD table3:full curves:CorrKD ablation-curves:full projection:CorrKD controls:full balance:full",
        ),
        ("mosei", "table1:CorrKD curves:CorrKD projection:CorrKD controls:full"),
        ("iemocap", "table2:CorrKD curves:CorrKD projection:CorrKD controls:full"),
    ] {
        let job = |row: Row| row.stages.iter().map(|stage| Job::of(&row, stage)).collect::<Vec<_>>();
        let mut same = rows.split(' ').map(|pair| {
            let (what, name) = pair.split_once(':').unwrap();
            job(row(&format!("{what}-{of}"), name))
        });
        let first = same.next().unwrap();
        assert!(same.all(|jobs| jobs == first), "{of}");
        let table = if of == "iemocap" { "table2" } else { "table1" };
        for name in ["Self-MM", "MCTN"] {
            let [projection, table] = ["projection", table].map(|what| job(row(&format!("{what}-{of}"), name)));
            assert_eq!(projection, table, "{of}, {name}");
        }
    }
}

/// The experiment that shows every method has a row for each.
#[test]
fn the_quick_one_has_every_method() {
    let rows = read("methods-quick").rows;
    let methods: Vec<&str> = rows.iter().map(|row| row.method.as_str()).collect();
    assert_eq!(methods, corrkd_methods::METHODS.iter().map(|method| method.name()).collect::<Vec<_>>());
}
