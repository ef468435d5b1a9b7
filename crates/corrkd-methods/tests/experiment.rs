//! Experiment files: what they mean, and what is said of mistakes.

use corrkd_config::{ConfigError, Experiment, Plan, Row};
use corrkd_methods::corrkd::{RcdForm, Settings};
use corrkd_methods::plans;
use std::collections::BTreeMap;

const GOOD: &str = r#"
title = "Which loss earns its place"
dataset = "synthetic"
seeds = [1, 2]
reference = "full"
student.learning_rate = 1e-3
[[variant]]
name = "full"
[[variant]]
name = "without-scd"
losses.scd.weight = 0.0
[[variant]]
name = "small"
network.layers = 1
losses.rcd.form = "kl"
"#;

/// An experiment that extends no other.
fn parse(text: &str) -> Result<Experiment, ConfigError> {
    Experiment::parse(text, &BTreeMap::new(), &plans())
}

/// CorrKD's settings of a row: those of all its stages.
fn settings(row: &Row) -> Settings {
    let mut table = toml::Table::new();
    row.stages.iter().for_each(|stage| table.extend(stage.settings.clone()));
    corrkd_config::typed("the row", table).unwrap()
}

fn message(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn rows_state_only_what_differs() {
    let experiment = parse(GOOD).unwrap();
    let mut expected = Settings::default();
    expected.student.learning_rate = 1e-3;
    assert_eq!(settings(&experiment.rows[0]), expected);
    expected.losses.scd.weight = 0.0;
    assert_eq!(settings(&experiment.rows[1]), expected);
    expected.losses.scd.weight = 1.0;
    expected.losses.rcd.form = RcdForm::Kl;
    expected.network.layers = 1;
    assert_eq!(settings(&experiment.rows[2]), expected);
}

#[test]
fn rows_share_a_teacher_unless_it_differs() {
    let plan = Plan::of(&parse(GOOD).unwrap());
    let listing: Vec<String> = plan
        .runs
        .iter()
        .map(|run| format!("{} {} {:?}", run.seed, run.row.as_deref().unwrap_or(&run.job.stage), run.needs))
        .collect();
    assert_eq!(
        listing,
        [
            "1 teacher []",
            "1 full [0]",
            "1 without-scd [0]",
            "1 teacher []",
            "1 small [3]",
            "2 teacher []",
            "2 full [5]",
            "2 without-scd [5]",
            "2 teacher []",
            "2 small [8]",
        ]
    );
    assert!(plan.runs.iter().all(|run| run.needs.is_empty() == (run.job.stage == "teacher")));
}

#[test]
fn a_sweep_repeats_every_row() {
    let text = format!(
        "{}\n[sweep]\n\"losses.scd.margin\" = [0.8, 1.2]\n\"student.batch\" = [16, 32]",
        GOOD.replace("reference = \"full\"", "reference = \"full losses.scd.margin=0.8 student.batch=16\"")
    );
    let rows = parse(&text).unwrap().rows;
    assert_eq!(rows.len(), 12);
    assert_eq!(rows[7].name, "without-scd losses.scd.margin=1.2 student.batch=32");
    let settings = settings(&rows[7]);
    assert_eq!((settings.losses.scd.weight, settings.losses.scd.margin, settings.student.batch), (0.0, 1.2, 32));
}

#[test]
fn only_keeps_the_reference() {
    let keep = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        parse(GOOD).unwrap().only(&names).map(|e| e.rows.into_iter().map(|r| r.name).collect::<Vec<_>>())
    };
    assert_eq!(keep(&["small"]).unwrap(), ["full", "small"]);
    assert_eq!(
        keep(&["smal"]).unwrap_err().to_string(),
        "--only `smal` is not among the rows: full, without-scd, small"
    );
}

#[test]
fn mistakes_are_named_with_what_is_allowed() {
    let with = |line: &str| message(&format!("{line}\n{GOOD}"));
    assert_eq!(
        with("datset = 1"),
        "the experiment: at `datset`: unknown key, expected one of extends, title, dataset, size, folds, seeds, reference, \
         paper, methods, sweep, search, slurm, variant, task, missing, evaluation, network, dropout, teacher, student, losses"
    );
    assert_eq!(
        with("losses.sdc.weight = 0"),
        "variant `full`: at `losses.sdc`: unknown field `sdc`, expected one of `task`, `scd`, `cpd`, `rcd`"
    );
    assert_eq!(
        with("losses.scd.wieght = 0"),
        "variant `full`: at `losses.scd.wieght`: unknown field `wieght`, expected one of `weight`, `margin`, `distance`, `push`"
    );
    assert_eq!(
        message(&GOOD.replace("losses.rcd.form = \"kl\"", "lossse.rcd.form = \"kl\"")),
        "variant `small`: at `lossse`: unknown key, expected one of name, method, task, missing, evaluation, network, \
         dropout, teacher, student, losses"
    );
    assert_eq!(
        with("losses.task.class_weights = [1.0, 2.0]"),
        "variant `full`: at `losses.task.class_weights`: unknown field `class_weights`, expected `weight` or `weights`"
    );
    assert!(with("teacher.epochs = \"many\"").contains("at `teacher.epochs`: invalid type: string \"many\""));
    assert_eq!(with("network.heads = 7"), "variant `full`: `network.heads` is 7, expected a divisor of network.width");
    assert_eq!(
        with("missing.intra = [0.5, 0.2]"),
        "variant `full`: `missing.intra` is [0.5, 0.2], expected [low, high] within 0 and 1"
    );
    assert_eq!(
        with("evaluation.representations = [\"lav\", \"l\", \"lav@0\"]"),
        "variant `full`: `evaluation.representations` is [\"lav\", \"l\", \"lav\"], expected different conditions"
    );
    assert_eq!(
        message(&GOOD.replace("[1, 2]", "[1, 1]")),
        "the experiment: `seeds` is [1, 1], expected one or more different numbers"
    );
    assert_eq!(
        message(&GOOD.replace("name = \"small\"", "name = \"full\"")),
        "two variants are named `full`; rename one"
    );
    assert_eq!(
        message(&GOOD.replace("reference = \"full\"", "reference = \"all\"")),
        "the reference row `all` is not among the rows: full, without-scd, small"
    );
    assert_eq!(message(&GOOD.replace("name = \"small\"", "")), "a variant: at `name`: missing");
    assert!(message("title = ").starts_with("the experiment: not a TOML file"), "{}", message("title = "));
}

/// What differs is laid over the other file by key; a list of variants replaces the other's.
#[test]
fn a_file_extends_others() {
    let others = BTreeMap::from([
        ("good".to_owned(), GOOD.to_owned()),
        ("twin".to_owned(), "extends = \"good\"\ndataset = \"twin\"\nstudent.batch = 8".to_owned()),
        ("left".to_owned(), "extends = \"right\"".to_owned()),
        ("right".to_owned(), "extends = \"left\"".to_owned()),
        ("broken".to_owned(), "title = ".to_owned()),
    ]);
    let of = |text: &str| Experiment::parse(text, &others, &plans());
    let base = parse(GOOD).unwrap();
    let twin = of(&others["twin"]).unwrap();
    assert_eq!((twin.dataset.name.as_str(), &twin.title, &twin.seeds), ("twin", &base.title, &base.seeds));
    let mut expected = base.rows.clone();
    for row in &mut expected {
        let student = row.stages.iter_mut().find(|stage| stage.name == "student").unwrap();
        student.settings["student"].as_table_mut().unwrap().insert("batch".into(), 8.into());
    }
    assert_eq!(twin.rows, expected);
    let alone = of("extends = \"twin\"\nreference = \"one\"\n[[variant]]\nname = \"one\"").unwrap();
    assert_eq!(alone.rows.len(), 1);
    assert_eq!(alone.rows[0].stages, expected[0].stages);

    let message = |text: &str| of(text).unwrap_err().to_string();
    assert_eq!(
        message("extends = \"god\""),
        "the experiment: at `extends`: no `god`, expected one of broken, good, left, right, twin"
    );
    assert_eq!(
        message("extends = \"left\""),
        "the experiment extends left, which extends right, which extends left: a circle, which one of them must leave"
    );
    assert!(message("extends = \"broken\"").starts_with("`broken`, which is extended: not a TOML file"));
    assert_eq!(message("extends = 1"), "the experiment: at `extends`: expected a text, got 1");
}

/// Two methods in one experiment: each row takes of the settings of all rows those that its method has.
#[test]
fn rows_of_several_methods() {
    let text = format!("{GOOD}\n[[variant]]\nname = \"cube\"\nmethod = \"cubemlp\"\ntraining.epochs = 3");
    let experiment = parse(&text).unwrap();
    let methods: Vec<&str> = experiment.rows.iter().map(|row| row.method.as_str()).collect();
    assert_eq!(methods, ["corrkd", "corrkd", "corrkd", "cubemlp"]);
    let cube = &experiment.rows[3].stages[..];
    assert_eq!((cube.len(), cube[0].name, cube[0].sees_missing), (1, "cubemlp", false));
    assert_eq!(cube[0].settings["training"]["epochs"].as_integer(), Some(3));
    assert_eq!(Plan::of(&experiment).runs.len(), 2 * 6);

    // Of MCTN's six networks one answers, and is a row; the others are neither rows nor judged by themselves, as a
    // teacher is.
    let plan = Plan::of(&parse(&text.replace("\"cubemlp\"", "\"mctn\"")).unwrap());
    let [.., five, mctn] = &plan.runs[..plan.part] else { panic!("{plan:?}") };
    assert_eq!((mctn.row.as_deref(), mctn.is_part, mctn.needs.len()), (Some("cube"), false, 5));
    assert_eq!((five.row.as_deref(), five.is_part, &*five.job.stage), (None, true, "mctn-av"));
    let parts = plan.runs.iter().filter(|run| run.is_part);
    assert!(parts.clone().all(|run| run.job.method == "mctn"));
    assert_eq!((parts.count(), plan.runs.len()), (2 * 5, 2 * 11));

    assert_eq!(
        message(&text.replace("\"cubemlp\"", "\"cubemlb\"")),
        "variant `cube`: no method `cubemlb`, expected one of selfmm, cubemlp, dmd, mctn, transm, smil, gcnet, corrkd"
    );
    assert!(
        message(&text.replace("training.epochs", "losses.epochs"))
            .starts_with("variant `cube`: at `losses`: unknown key, expected one of name, method, task, missing"),
    );
    // Of no row's method, whatever the table.
    assert_eq!(
        message(&format!("network.depth = 1\n{text}")).split(',').next().unwrap(),
        "variant `full`: at `network.depth`: unknown field `depth`"
    );
    assert_eq!(
        message(&text.replace("method = \"cubemlp\"", "method = 7")),
        "variant `cube`: at `method`: expected a text, got 7"
    );
}

/// Losses that tell a batch's samples apart ask for two; where none of them takes part, one will do.
#[test]
fn a_student_that_compares_samples_needs_more_than_one() {
    let with = |line: &str| parse(&format!("{line}\n{GOOD}")).map(|_| ()).map_err(|error| error.to_string());
    let refused = "variant `full`: `student.batch` is 1, expected at least 2, since with one sample SCD has none to push \
                   away from, CPD is 0 and RCD has no marginals; or 0 as the weight of losses.scd, losses.cpd and losses.rcd";
    assert_eq!(with("student.batch = 1").unwrap_err(), refused);
    let without = |others: &str| with(&format!("student.batch = 1\nlosses = {{ {others} }}"));
    let none = "scd.weight = 0, cpd.weight = 0, rcd.weight = 0";
    for one in ["scd", "cpd", "rcd"] {
        let others = none.replace(&format!("{one}.weight = 0"), &format!("{one}.weight = 0.5"));
        assert_eq!(without(&others).unwrap_err(), refused, "{one}");
    }
    // The third row of the file asks for another form.
    without(none).unwrap();
    without("scd.weight = 0, cpd.weight = 0, rcd.form = \"kl\"").unwrap();
    with("teacher.batch = 1\nstudent.batch = 2").unwrap();
}

/// A score has neither categories nor parts.
#[test]
fn what_a_regression_cannot_have() {
    let with = |line: &str| parse(&format!("task = \"regression\"\n{line}\n{GOOD}"));
    with("").unwrap();
    with("losses.rcd.form = \"kl\"").unwrap();
    let weights = with("losses.task.weights = \"balanced\"").unwrap_err().to_string();
    assert_eq!(
        weights,
        "variant `full`: `losses.task.weights` is balanced, expected none, since a score has no categories to weigh"
    );
    let dkd = with("losses.rcd.form = \"dkd\"").unwrap_err().to_string();
    assert_eq!(
        dkd,
        "variant `full`: `losses.rcd.form` is dkd, expected mutual-information or kl, since a score has no target and \
         non-target parts"
    );
}
