//! A cross-validation: the answers of all folds count like those of one run, each sample once; a fold without a result costs
//! its row the seed and not the report.

use crate::finished::{finished_on, labels, rewrite, space, student};
use crate::labels::Written;
use corrkd_config::{Condition, Cross, Presence, Task};
use corrkd_record::{Answer, Prediction, Runs, Sweep, SweepRun};
use corrkd_report::write;

/// The labels of three sessions, of different sizes.
const PARTS: [&[f32]; 3] = [&[1.0, -1.0, 0.5, -2.0], &[2.0, -0.5, 0.0], &[-1.5, 3.0, 1.0, 2.5, -2.5]];

fn cross() -> Cross {
    Cross::Groups(["Ses01", "Ses02", "Ses03"].map(str::to_owned).to_vec())
}

/// Whether a row errs with a seed on a sample of a fold.
fn errs(row: &str, seed: u64, fold: usize, i: usize) -> bool {
    row == "weak" && (i + fold + seed as usize).is_multiple_of(3)
}

fn run(runs: &Runs, row: Option<&str>, seed: u64, fold: usize) -> SweepRun {
    let space = space(Task::Binary);
    let mut predictions = Vec::new();
    for condition in Presence::ALL.map(Condition::only) {
        predictions.extend(PARTS[fold].iter().enumerate().map(|(i, &label)| {
            let positive = (label > 0.0) != errs(row.unwrap_or_default(), seed, fold, i);
            Prediction {
                condition: condition.to_string(),
                id: format!("Ses0{}-{i}", fold + 1),
                label,
                category: space.category(label),
                answer: Answer::Targets(vec![if positive { 0.9 } else { 0.1 }]),
            }
        }));
    }
    let job = student(Task::Binary, [1.0, 2.0, 3.0][row.map_or(0, |row| 1 + usize::from(row == "weak"))]);
    finished_on(runs, row, job, labels(Task::Binary), Some((&cross(), fold)), seed, 9, &predictions)
}

/// Two rows and a stage on the way to them, in the plan's order: seeds, folds, rows.
fn sweep(runs: &Runs) -> Sweep {
    let parts = (1..=2).flat_map(|seed| (0..3).map(move |fold| (seed, fold)));
    let rows = [None, Some("full"), Some("weak")];
    Sweep {
        name: "labels".to_owned(),
        title: "Folds".to_owned(),
        dataset: "made-up".to_owned(),
        reference: "full".to_owned(),
        paper: None,
        folds: Some(cross()),
        rows: vec!["full".to_owned(), "weak".to_owned()],
        seeds: vec![1, 2],
        runs: parts.flat_map(|(seed, fold)| rows.map(|row| run(runs, row, seed, fold))).collect(),
        search: Vec::new(),
    }
}

/// The row `weak` by hand: F1 of each fold's samples that are not zero, and of all together.
///
/// ```python
/// import numpy as np; from sklearn.metrics import f1_score
/// parts = [[1, -1, .5, -2], [2, -.5, 0], [-1.5, 3, 1, 2.5, -2.5]]
/// f = lambda t, p: f1_score(t, p, average="weighted", zero_division=0)
/// def answers(seed):
///     for fold, y in enumerate(parts):
///         y = np.array(y); wrong = (np.arange(len(y)) + fold + seed) % 3 == 0; n = y != 0
///         yield (y > 0)[n], ((y > 0) != wrong)[n]
/// for seed in (1, 2):
///     of = list(answers(seed)); print([f(t, p) for t, p in of], f(*map(np.concatenate, zip(*of))))
/// # [0.7333333333333334, 0.3333333333333333, 0.6] 0.6363636363636364
/// # [0.7333333333333334, 0.3333333333333333, 0.8] 0.7272727272727273
/// ```
const WEAK: [([f64; 3], f64); 2] = [
    ([0.7333333333333334, 0.3333333333333333, 0.6], 0.6363636363636364),
    ([0.7333333333333334, 0.3333333333333333, 0.8], 0.7272727272727273),
];

#[test]
fn pooled_answers_and_folds_beside_each_other() {
    let report = Written::new(sweep);
    let [(one, pooled_one), (two, pooled_two)] = WEAK;
    let mean = |a: f64, b: f64| format!("{:.2}", 50.0 * (a + b));
    let starts = |cell: &str, a: f64, b: f64| assert!(cell.starts_with(&mean(a, b)), "{cell} is not {}", mean(a, b));

    let main = report.line("Weighted F1 (%) by the modalities", "weak");
    assert_eq!(main[0], "2");
    main[1..].iter().for_each(|cell| starts(cell, pooled_one, pooled_two));
    let folds = report.line("Scores by fold, lav", "weak");
    assert_eq!(report.line("Scores by fold, lav", "")[1..], ["Ses01", "Ses02", "Ses03", "mean", "pooled"]);
    assert_eq!(report.line("Scores by fold, lav", "test samples")[1..], ["4", "3", "5", "", "12"]);
    (0..3).for_each(|fold| starts(&folds[1 + fold], one[fold], two[fold]));
    starts(&folds[4], one.iter().sum::<f64>() / 3.0, two.iter().sum::<f64>() / 3.0);
    starts(&folds[5], pooled_one, pooled_two);
    // Differences are paired over all samples: 11 of 12 are not zero.
    let compared = report.file("comparison.csv");
    assert!(compared.contains("weak,lav,f1,2,11,-"), "{compared}");
    assert_eq!(report.line("Weighted F1 (%) by the modalities", "weak vs full")[0], "2");
    // A number comes from the runs of all folds of both seeds.
    let table = report.file("table.csv");
    let line = table.lines().find(|line| line.starts_with("weak,lav,f1,")).unwrap();
    assert_eq!(line.rsplit(',').next().unwrap().split(' ').count(), 6, "{line}");
    assert_eq!(report.line("What a run cost", "full")[0], "2");
    assert!(report.said().contains("Cross-validation over 3 folds: of each seed the answers of all folds"));
    let html = report.file("report.html");
    assert!(html.contains("over 2 seeds: 1, 2, each on 3 folds. All 18 runs left a result"), "{html}");
    assert!(html.contains("synthetic, fold Ses02"));
    assert!(report.terminal.lines().all(|line| line.chars().count() <= 120), "{}", report.terminal);
}

#[test]
fn a_fold_without_a_result_costs_its_seed() {
    let report = Written::new(|runs| {
        let mut sweep = sweep(runs);
        let lost = |run: &&mut SweepRun| (run.row.as_deref(), run.seed, run.fold) == (Some("weak"), 2, Some(1));
        sweep.runs.iter_mut().find(lost).unwrap().failure = Some("out of memory".to_owned());
        sweep
    });
    let (_, pooled) = WEAK[0];
    let main = report.line("Weighted F1 (%) by the modalities", "weak");
    assert_eq!((main[0].as_str(), main[8].clone()), ("1/2", format!("{:.2} ≈", 100.0 * pooled)));
    assert_eq!(report.line("Weighted F1 (%) by the modalities", "full")[0], "2");
    let said = report.said();
    assert!(said.contains("- weak, seed 2, fold Ses02 (student-s2-"), "{said}");
    assert!(
        said.contains("- weak, seed 2: left out of all tables, since not all of its folds have a result"),
        "{said}"
    );
    // The folds that there are have their place on the page.
    assert!(report.file("report.html").contains("17 of 18 runs left a result, 1 did not"));
}

/// The same sample in two folds would count twice.
#[test]
fn a_sample_is_tested_once() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::open(root.path()).unwrap();
    let sweep = sweep(&runs);
    let id = &sweep.runs[4].id;
    rewrite(&runs, id, |all| all.iter_mut().filter(|p| p.id == "Ses02-0").for_each(|p| p.id = "Ses01-0".to_owned()));
    let said = write(&runs, &sweep).unwrap().terminal.replace("\n  ", " ");
    assert!(
        said.contains(&format!("fold Ses02 ({id}): its test samples or their labels: not the same as of most of the")),
        "{said}"
    );
    // Where all say so there is no odd one: the first of each row and seed is named.
    for run in sweep.runs.iter().filter(|run| run.fold == Some(1) && run.id != *id) {
        rewrite(&runs, &run.id, |all| {
            all.iter_mut().filter(|p| p.id == "Ses02-0").for_each(|p| p.id = "Ses01-0".to_owned());
        });
    }
    let said = write(&runs, &sweep).unwrap_err().to_string();
    assert!(said.contains("it tests the sample Ses01-0, which another fold tests as well"), "{said}");
}
