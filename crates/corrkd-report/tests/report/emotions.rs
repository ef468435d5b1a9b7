//! A sweep on emotions: a line, a metric and a comparison for each of them.

use crate::finished::{finished, parquet, student};
use corrkd_config::{Condition, Presence, Task};
use corrkd_metrics::mean;
use corrkd_record::{Answer, Prediction, Runs, Sweep, SweepRun};
use corrkd_report::write;
use polars::prelude::*;
use std::fs;

const EMOTIONS: [&str; 4] = ["happy", "sad", "angry", "neutral"];

/// 10 utterances of each emotion, by its number.
fn labels() -> Vec<usize> {
    (0..40).map(|i| i % 4).collect()
}

/// Named by a run: the truth, but neutral for the sad ones; the row `weak` names every emotion but happy wrongly.
fn named(row: &str, truth: usize) -> usize {
    match (row, truth) {
        ("weak", 0) => 0,
        ("weak", other) => 1 + other % 3,
        (_, 1) => 3,
        (_, other) => other,
    }
}

fn run(runs: &Runs, row: &str, seed: u64) -> SweepRun {
    let truth = labels();
    let answers: Vec<usize> = truth.iter().map(|&truth| named(row, truth)).collect();
    let sets = Presence::ALL.map(Condition::only);
    let dropped = [0.5, 1.0].map(Condition::dropped);
    let conditions: Vec<Condition> = sets.into_iter().chain(dropped).collect();
    let predictions: Vec<Prediction> = conditions
        .iter()
        .flat_map(|condition| {
            truth.iter().zip(&answers).enumerate().map(move |(i, (&truth, &answer))| Prediction {
                condition: condition.to_string(),
                id: format!("{i:02}"),
                label: truth as f32,
                category: truth,
                answer: Answer::Categories {
                    probabilities: (0..4).map(|k| if k == answer { 0.7 } else { 0.1 }).collect(),
                    score: None,
                },
            })
        })
        .collect();
    let margin = if row == "weak" { 2.0 } else { 1.0 };
    finished(runs, Some(row), student(Task::Emotion, margin), seed, 9, &predictions)
}

/// ```python
/// import numpy as np; from sklearn.metrics import f1_score
/// t = np.arange(40) % 4; p = np.where(t == 1, 3, t); w = np.where(t == 0, 0, 1 + t % 3)
/// for p in (p, w): print([round(100 * f1_score(t == k, p == k, average="weighted"), 2) for k in range(4)])
/// # [100.0, 64.29, 100.0, 76.67]
/// # [100.0, 50.0, 50.0, 50.0]
/// ```
#[test]
fn each_emotion_has_its_lines() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::open(root.path()).unwrap();
    let list = (1..=2).flat_map(|seed| ["CorrKD", "weak"].map(|row| run(&runs, row, seed))).collect();
    let sweep = Sweep {
        name: "emotions".to_owned(),
        title: "Table 2".to_owned(),
        dataset: "iemocap".to_owned(),
        reference: "CorrKD".to_owned(),
        paper: Some("table2.iemocap".to_owned()),
        folds: None,
        rows: vec!["CorrKD".to_owned(), "weak".to_owned()],
        seeds: vec![1, 2],
        runs: list,
        search: Vec::new(),
    };
    let terminal = write(&runs, &sweep).unwrap().terminal;
    println!("{terminal}");
    let file = |name: &str| fs::read_to_string(runs.report("emotions").join(name)).unwrap();
    let markdown = file("table.md");
    let line = |label: &str| {
        let start = format!("| {label} | ");
        let line =
            markdown.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("{label}: {markdown}"));
        line.split('|').map(|cell| cell.replace("**", "").replace('≈', "").trim().to_owned()).collect::<Vec<_>>()
    };
    let mut expected = Vec::new();
    for (emotion, [own, weak], never) in [
        ("happy", ["100.00", "100.00"], "64.29"),
        ("sad", ["64.29", "50.00"], "64.29"),
        ("angry", ["100.00", "50.00"], "64.29"),
        ("neutral", ["76.67", "50.00"], "64.29"),
    ] {
        assert_eq!(line(&format!("CorrKD, {emotion}"))[3], format!("{own} ± 0.00"));
        assert_eq!(line(&format!("weak, {emotion}"))[9], format!("{weak} ± 0.00"));
        let difference = weak.parse::<f64>().unwrap() - own.parse::<f64>().unwrap();
        assert_eq!(line(&format!("weak vs CorrKD, {emotion}"))[9], format!("{difference:+.2} ± 0.00"));
        // 3 of 4 are negative: F1 6/7 with weight 3/4.
        assert_eq!(line(&format!("never {emotion}"))[3], never);
        expected.push(own.parse::<f64>().unwrap());
    }
    assert_eq!(line("GCNet (paper), sad")[3], "80.50");
    let beneath = markdown.split("| CorrKD, sad |").nth(1).unwrap();
    let beneath: Vec<&str> = beneath.lines().skip(1).take(2).collect();
    assert!(beneath[0].starts_with("| &emsp;paper |  | 82.70 | 71.30 |"), "{beneath:?}");
    assert!(beneath[1].starts_with("| &emsp;difference |  | -18.41 | -7.01 |"), "{beneath:?}");
    assert!(terminal.replace("\n  ", " ").contains("Ours are for the data set IEMOCAP as its recipe makes it."));

    // The mean over the emotions is a metric of its own.
    let value = |condition: &str, metric: &str| {
        let frame = parquet(&runs.report("emotions").join("table.parquet")).lazy();
        let of = |key: &str, value: &str| col(key).eq(lit(value));
        let found = frame.filter(of("row", "CorrKD").and(of("condition", condition)).and(of("metric", metric)));
        found.collect().unwrap().column("mean").unwrap().f64().unwrap().get(0).unwrap()
    };
    for condition in ["l", "avg", "lav", "area"] {
        let each: Vec<f64> =
            EMOTIONS.iter().map(|emotion| 100.0 * value(condition, &format!("f1_{emotion}"))).collect();
        assert!(each.iter().zip(&expected).all(|(got, want)| (got - want).abs() < 0.005), "{condition} {each:?}");
        assert!((100.0 * value(condition, "f1") - mean(&each).unwrap()).abs() < 1e-9);
    }
    // Each emotion is compared on its own.
    let compared = file("comparison.csv");
    for (emotion, difference) in [("happy", "0.0"), ("angry", "-0.5")] {
        assert!(compared.contains(&format!("weak,lav,f1_{emotion},2,40,{difference},")), "{compared}");
    }
    assert!(file("curve.csv").contains("weak,f1_angry,0.5,2,0.5,"), "{}", file("curve.csv"));
    for table in ["means over the seeds", "Differences from CorrKD", "share p of dropped", "All scores"] {
        let (_, rest) = terminal.split_once(table).unwrap();
        let label = if table == "All scores" { "\nweak" } else { "\nweak, neutral" };
        assert!(rest.contains(label), "{table}: {terminal}");
    }
    assert!(terminal.lines().all(|line| line.chars().count() <= 120));
    assert!(!terminal.contains("Acc-2") && terminal.contains("Accuracy"), "{terminal}");
}
