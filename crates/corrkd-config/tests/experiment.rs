//! Experiment files: what they mean, and what is said of mistakes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use corrkd_config::{Condition, ConfigError, Experiment, Job, Modality, Plan, Presence, RcdForm, Settings};
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
    Experiment::parse(text, &BTreeMap::new())
}

fn message(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn rows_state_only_what_differs() {
    let experiment = parse(GOOD).unwrap();
    let mut expected = Settings::default();
    expected.student.learning_rate = 1e-3;
    assert_eq!(experiment.rows[0].settings, expected);
    expected.losses.scd.weight = 0.0;
    assert_eq!(experiment.rows[1].settings, expected);
    expected.losses.scd.weight = 1.0;
    expected.losses.rcd.form = RcdForm::Kl;
    expected.network.layers = 1;
    assert_eq!(experiment.rows[2].settings, expected);
}

#[test]
fn rows_share_a_teacher_unless_it_differs() {
    let plan = Plan::of(&parse(GOOD).unwrap());
    let listing: Vec<String> = plan
        .runs
        .iter()
        .map(|run| format!("{} {} {:?}", run.seed, run.row.as_deref().unwrap_or("teacher"), run.teacher))
        .collect();
    assert_eq!(
        listing,
        [
            "1 teacher None",
            "1 full Some(0)",
            "1 without-scd Some(0)",
            "1 teacher None",
            "1 small Some(3)",
            "2 teacher None",
            "2 full Some(5)",
            "2 without-scd Some(5)",
            "2 teacher None",
            "2 small Some(8)",
        ]
    );
    assert!(plan.runs.iter().all(|run| run.teacher.is_none() == matches!(run.job, Job::Teacher { .. })));
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
    let settings = &rows[7].settings;
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
        "the experiment: at `datset`: unknown key, expected one of extends, title, dataset, size, seeds, reference, paper, \
         sweep, variant, task, network, dropout, teacher, student, missing, losses, evaluation"
    );
    assert_eq!(
        with("losses.sdc.weight = 0"),
        "variant `full`: at `losses.sdc`: unknown field `sdc`, expected one of `task`, `scd`, `cpd`, `rcd`"
    );
    assert_eq!(
        with("losses.scd.wieght = 0"),
        "variant `full`: at `losses.scd.wieght`: unknown field `wieght`, expected one of `weight`, `margin`, `push`"
    );
    assert_eq!(
        message(&GOOD.replace("losses.rcd.form = \"kl\"", "lossse.rcd.form = \"kl\"")),
        "variant `small`: at `lossse`: unknown key, expected one of name, task, network, dropout, teacher, student, \
         missing, losses, evaluation"
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
    let of = |text: &str| Experiment::parse(text, &others);
    let base = parse(GOOD).unwrap();
    let twin = of(&others["twin"]).unwrap();
    assert_eq!((twin.dataset.name.as_str(), &twin.title, &twin.seeds), ("twin", &base.title, &base.seeds));
    let mut expected = base.rows.clone();
    expected.iter_mut().for_each(|row| row.settings.student.batch = 8);
    assert_eq!(twin.rows, expected);
    let alone = of("extends = \"twin\"\nreference = \"one\"\n[[variant]]\nname = \"one\"").unwrap();
    assert_eq!(alone.rows.len(), 1);
    assert_eq!(alone.rows[0].settings, expected[0].settings);

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

#[test]
fn presence_and_conditions_by_name() {
    let names: Vec<String> = Presence::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["l", "a", "v", "la", "lv", "av", "lav"]);
    for presence in Presence::ALL {
        assert_eq!(presence.to_string().parse::<Presence>().unwrap(), presence);
        let letters: String = Modality::ALL.iter().filter(|&&m| presence.has(m)).map(|m| m.letter()).collect();
        assert_eq!(letters, presence.to_string());
    }
    assert!("la ".parse::<Presence>().is_err());
    let subsets = |set: Presence| set.subsets().map(|subset| subset.to_string()).collect::<Vec<_>>();
    assert_eq!(subsets(Presence::COMPLETE), names);
    assert_eq!(subsets(Presence::ALL[4]), ["l", "v", "lv"]);
    assert_eq!(subsets(Presence::ALL[0]), ["l"]);
    for set in Presence::ALL {
        assert_eq!(Presence::of(|m| set.has(m)), Some(set));
    }
    assert_eq!(Presence::of(|_| false), None);
    assert_eq!(Condition::COMPLETE.to_string(), "lav");
    assert_eq!(Condition::dropped(0.3).to_string(), "lav@0.3");
    assert_eq!(Condition::only(Presence::ALL[3]).to_string(), "la");
}
