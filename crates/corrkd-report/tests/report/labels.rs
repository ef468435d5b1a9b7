//! Labels of every kind: a regression on MOSI's scale and on SIMS's, seven uneven emotions with odd names, and networks that
//! give one answer to everything.

use crate::finished::{finished_on, job, parquet};
use crate::pictures::whole_and_apart;
use corrkd_config::{Condition, Cuts, LabelSpace, Labels, Missing, Presence, Scale, Task};
use corrkd_record::{Answer, Prediction, Runs, Sweep, SweepRun};
use corrkd_report::write;
use polars::prelude::*;
use std::fs;

const MOSI: [f32; 12] = [-3.0, -1.8, -0.4, 0.0, 0.0, 0.6, 1.4, 2.5, 3.0, -1.2, 0.2, -0.6];
const MOSI_SCORES: [f32; 12] = [-2.5, -0.3, 0.0, 0.0, -0.2, 0.5, 2.5, 1.5, 3.4, -1.5, 0.0, -0.7];
const SIMS: [f32; 12] = [-1.0, -0.8, -0.7, -0.2, -0.1, 0.0, 0.0, 0.1, 0.2, 0.7, 0.8, 1.0];
const SIMS_SCORES: [f32; 12] = [-0.6, -0.9, -0.75, 0.1, -0.1, 0.0, 0.05, 0.3, 0.1, 0.9, 0.7, 1.2];

/// Cells without their spread.
fn means(cells: Vec<String>) -> Vec<String> {
    cells.into_iter().map(|cell| cell.split(" ± ").next().unwrap().to_owned()).collect()
}

fn mosi() -> Labels {
    Labels::Score(Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() })
}

fn sims() -> Labels {
    let cuts =
        Cuts { binary: Some([0.0]), ternary: Some([-0.1, 0.1]), five: Some([-0.7, -0.1, 0.1, 0.7]), seven: None };
    Labels::Score(Scale { range: [-1.0, 1.0], neutral: 0.0, cuts })
}

fn meld() -> Labels {
    let names = ["neutral", "surprise", "fear", "sadness", "joy/happiness", "disgust", "anger & rage"];
    Labels::Categories(names.map(str::to_owned).to_vec())
}

/// A report on disk.
pub(crate) struct Written {
    _root: tempfile::TempDir,
    pub(crate) runs: Runs,
    pub(crate) terminal: String,
}

impl Written {
    pub(crate) fn new(made: impl Fn(&Runs) -> Sweep) -> Self {
        let root = tempfile::tempdir().unwrap();
        let runs = Runs::open(root.path()).unwrap();
        let terminal = write(&runs, &made(&runs)).unwrap().terminal;
        println!("{terminal}");
        Self { _root: root, runs, terminal }
    }

    pub(crate) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.runs.report("labels").join(name)).unwrap()
    }

    /// No text of a picture lies on another or outside, and the picture is no wider than a page.
    fn legible(&self, names: &[&str]) {
        for name in names {
            let svg = self.file(name);
            whole_and_apart(name, &svg);
            let (_, width) = svg.split_once("<svg width=\"").unwrap();
            let width: u32 = width.split_once('"').unwrap().0.parse().unwrap();
            assert!(width <= 960, "{name} is {width} pixels wide");
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.runs.report("labels").join(name).exists()
    }

    /// The cells of a line of the table in Markdown that comes behind a heading, without bold.
    pub(crate) fn line(&self, table: &str, label: &str) -> Vec<String> {
        let markdown = self.file("table.md");
        let (_, table) =
            markdown.split_once(&format!("\n## {table}")).unwrap_or_else(|| panic!("no {table} in {markdown}"));
        let (table, _) = table.split_once("\n## ").unwrap_or((table, ""));
        let line = table.lines().find_map(|line| line.strip_prefix(&format!("| {label} |")));
        let line = line.unwrap_or_else(|| panic!("{label}: {table}"));
        line.trim_end_matches(" |").split('|').map(|cell| cell.replace("**", "").trim().to_owned()).collect()
    }

    /// The mean in `table.parquet` of a row under a condition.
    pub(crate) fn mean(&self, row: &str, condition: &str, metric: &str) -> Option<f64> {
        let frame = parquet(&self.runs.report("labels").join("table.parquet")).lazy();
        let of = |key: &str, value: &str| col(key).eq(lit(value));
        let found = frame.filter(of("row", row).and(of("condition", condition)).and(of("metric", metric)));
        let found = found.collect().unwrap();
        (found.height() == 1).then(|| found.column("mean").unwrap().f64().unwrap().get(0).unwrap())
    }

    /// The terminal's text with folded lines put together.
    pub(crate) fn said(&self) -> String {
        self.terminal.replace("\n  ", " ")
    }
}

/// The answers of a run under all sets of modalities and two drop ratios; `answer` is told the condition and the sample.
fn predictions(space: &LabelSpace, labels: &[f32], answer: &dyn Fn(&str, usize) -> Answer) -> Vec<Prediction> {
    let conditions = Presence::ALL.map(Condition::only).into_iter().chain([0.5, 1.0].map(Condition::dropped));
    let mut all = Vec::new();
    for condition in conditions.map(|condition| condition.to_string()) {
        all.extend((0..labels.len()).map(|i| Prediction {
            condition: condition.clone(),
            id: format!("{i:03}"),
            label: labels[i],
            category: space.category(labels[i]),
            answer: answer(&condition, i),
        }));
    }
    all
}

/// A run of a row.
pub(crate) fn run(
    runs: &Runs,
    row: &str,
    seed: u64,
    task: Task,
    labels: &Labels,
    truth: &[f32],
    answer: &dyn Fn(&str, usize) -> Answer,
) -> SweepRun {
    let space = LabelSpace::new(task, labels).unwrap();
    let settings = format!("name = \"{row}\"\n[training]\nepochs = 9\n[losses.task]\nweights = \"none\"\n");
    let job = job(task, ["method", "stage", "training"], &settings, Some(Missing::default()));
    finished_on(runs, Some(row), job, labels.clone(), None, seed, 4, &predictions(&space, truth, answer))
}

pub(crate) fn sweep(rows: &[&str], seeds: &[u64], runs: Vec<SweepRun>) -> Sweep {
    Sweep {
        name: "labels".to_owned(),
        title: "Which labels?".to_owned(),
        dataset: "made-up".to_owned(),
        reference: rows[0].to_owned(),
        paper: None,
        folds: None,
        rows: rows.iter().map(|row| (*row).to_owned()).collect(),
        seeds: seeds.to_vec(),
        runs,
        search: Vec::new(),
    }
}

/// A regression of two rows, one of which says 0.25 to everything.
fn regression(labels: Labels, truth: [f32; 12], scores: [f32; 12]) -> Written {
    Written::new(|runs| {
        let mut list = Vec::new();
        for seed in 1..=2 {
            let of = |row: &str, answer: &dyn Fn(&str, usize) -> Answer| {
                run(runs, row, seed, Task::Regression, &labels, &truth, answer)
            };
            // Half of what is there is lost with half of the frames, all with all.
            let share = |condition: &str| match condition {
                "lav@0.5" => 0.5,
                "lav@1" => 0.0,
                _ => 1.0,
            };
            list.push(of("full", &|condition, i| Answer::Score(share(condition) * scores[i])));
            list.push(of("silent", &|_, _| Answer::Score(0.25)));
        }
        sweep(&["full", "silent"], &[1, 2], list)
    })
}

/// The scores are those of corrkd-record's tests.
///
/// ```python
/// import numpy as np
/// y = np.float32([-3, -1.8, -0.4, 0, 0, 0.6, 1.4, 2.5, 3, -1.2, 0.2, -0.6]).astype(float)
/// p = np.float32([-2.5, -0.3, 0, 0, -0.2, 0.5, 2.5, 1.5, 3.4, -1.5, 0, -0.7]).astype(float)
/// e = lambda x: np.abs(y - x).mean()
/// y.mean(), e(y.mean()), np.median(y), e(np.median(y))  # 0.058333 1.234722 0.0 1.225000
/// s = [e(p), e(p / 2), e(0)]; r = [(x - e(0)) / (s[0] - e(0)) for x in s]; np.trapezoid(r, [0, 0.5, 1])  # 0.606742
/// ```
#[test]
fn a_regression_has_its_table_and_its_constants() {
    let report = regression(mosi(), MOSI, MOSI_SCORES);
    let table = "Regression: all scores, with nothing missing";
    let columns = ["n", "MAE", "r", "Acc-7", "Acc-5", "Acc-2 (≥ 0)", "F1 (≥ 0)", "Acc-2 (≠ 0)", "F1 (≠ 0)"];
    assert_eq!(report.line(table, ""), columns);
    let cells = |label: &str| means(report.line(table, label));
    assert_eq!(cells("full"), ["2", "0.483", "0.920", "58.33", "66.67", "83.33", "83.33", "90.00", "89.90"]);
    assert_eq!(cells("silent")[..3], ["2", "1.275", "0.000"]);
    assert_eq!(cells("always the mean (0.06)")[1..3], ["1.235", "0.000"]);
    assert_eq!(cells("always the median (0.00)")[1..3], ["1.225", "0.000"]);
    // Table 1 keeps its shape; beside it errors and correlations by modalities, with the best constant.
    assert_eq!(report.line("Weighted F1 (%) by the modalities", "full")[1..], ["89.90 ± 0.00"; 8]);
    let errors = "Mean absolute error (MAE); Pearson's correlation (r) by the modalities";
    assert_eq!(report.line(errors, "full, MAE")[1..], ["0.483 ± 0.000"; 8]);
    assert_eq!(report.line(errors, "full, r")[1..], ["0.920 ± 0.000"; 8]);
    assert_eq!(report.line(errors, "always the median (0.00), MAE")[1..], ["1.225"; 8]);
    // The area of what is retained, of the error and of the correlation.
    let audc = report.mean("full", "audc", "mae").unwrap();
    assert!((audc - 0.606_742).abs() < 1e-5, "{audc}");
    assert_eq!(report.mean("silent", "audc", "mae"), None);
    assert!((report.mean("full", "audc", "pearson").unwrap() - 0.75).abs() < 1e-9);
    assert_eq!(report.mean("full", "lav", "accuracy3"), Some(10.0 / 12.0));
    assert!(report.has("conditions-mae.png") && report.has("curve-mae.png") && !report.has("recall.tex"));
    assert!(report.said().contains("One answer for all test samples"), "{}", report.terminal);
    assert!(report.said().contains("silent says 0.25 under l, a, v, la, lv, av, lav (seeds 1, 2)."));
    assert!(report.terminal.lines().all(|line| line.chars().count() <= 120), "{}", report.terminal);
    assert!(!report.said().contains("losses.task.weights"));
}

#[test]
fn a_scale_that_is_cut_has_its_own_divisions() {
    let report = regression(sims(), SIMS, SIMS_SCORES);
    let table = "Regression: all scores, with nothing missing";
    let columns = ["n", "MAE", "r", "Acc-5", "Acc-3", "Acc-2 (> 0)", "F1 (> 0)"];
    assert_eq!(report.line(table, ""), columns);
    assert_eq!(means(report.line(table, "full")), ["2", "0.142", "0.964", "50.00", "75.00", "83.33", "83.33"]);
    assert!(report.file("report.html").contains("<dd>scores from -1 to 1, 0 being neutral</dd>"));
    assert!(report.said().contains("F1 is weighted, positive (above 0) against negative, none left out;"));
    report.legible(&["conditions-mae.svg", "curve-mae.svg"]);
    let confusion = report.file("confusion.svg");
    whole_and_apart("confusion.svg", &confusion);
    assert!(["up to -0.7", "-0.1 to 0.1", "above 0.7"].iter().all(|name| confusion.contains(name)), "{confusion}");
}

/// As `seven_uneven_categories` of corrkd-record's tests has them; `silent` says neutral, which is what 12 of 28 are.
#[test]
fn seven_uneven_emotions() {
    let truth: Vec<f32> =
        [vec![0.0; 12], vec![1.0; 3], vec![2.0; 1], vec![3.0; 2], vec![4.0; 5], vec![5.0; 1], vec![6.0; 4]].concat();
    let named = [4, 2, 0, 0, 5, 0, 0, 3, 0, 0, 1, 0, 0, 5, 1, 0, 5, 3, 4, 2, 4, 4, 0, 5, 6, 0, 6, 6];
    let answer = |k: usize| Answer::Categories {
        probabilities: (0..7).map(|of| if of == k { 0.4 } else { 0.1 }).collect(),
        score: None,
    };
    let report = Written::new(|runs| {
        let mut list = Vec::new();
        for seed in 1..=2 {
            let of = |row: &str, answer: &dyn Fn(&str, usize) -> Answer| {
                run(runs, row, seed, Task::Emotion, &meld(), &truth, answer)
            };
            // With one seed, and where nothing is heard, the row says neutral, too.
            let deaf = |condition: &str| seed == 2 && condition == "lv";
            list.push(of("full", &|condition, i| answer(if deaf(condition) { 0 } else { named[i] })));
            list.push(of("silent", &|_, _| answer(0)));
        }
        sweep(&["full", "silent"], &[1, 2], list)
    });
    let all = |label: &str| report.line("All scores, with nothing missing", label);
    assert_eq!(all(""), ["n", "Accuracy", "F1 (mean)", "F1 (weighted)", "UA"]);
    assert_eq!(all("full")[1..], ["57.14 ± 0.00", "88.14 ± 0.00", "59.52 ± 0.00", "53.81 ± 0.00"]);
    assert_eq!(all("silent")[1..], ["42.86 ± 0.00", "77.42 ± 0.00", "25.71 ± 0.00", "14.29 ± 0.00"]);
    assert_eq!(all("always neutral")[1..], ["42.86", "77.42", "25.71", "14.29"]);
    let recall = report.line("Recall by category (%), with nothing missing", "full");
    let expected = ["58.33", "33.33", "0.00", "50.00", "60.00", "100.00", "75.00", "53.81"];
    assert_eq!(recall[1..], expected.map(|cell| format!("{cell} ± 0.00")));
    let samples = report.line("Recall by category (%), with nothing missing", "samples");
    assert_eq!(samples[1..], ["12", "3", "1", "2", "5", "1", "4", "28"]);
    let by_sets = "Weighted F1 over all categories (all, %); Unweighted average recall (UA, %) by the modalities";
    assert_eq!(report.line(by_sets, "full, all")[1], "59.52 ± 0.00");
    assert_eq!(report.line(by_sets, "always neutral, all")[8], "25.71");
    // Each emotion has its lines and its pictures, whatever it is called.
    assert_eq!(report.line("Weighted F1 (%) by the modalities", "never disgust")[1], "94.68");
    for name in ["conditions-joy_happiness.svg", "curve-anger___rage.png", "conditions-all.svg", "confusion.svg"] {
        assert!(report.has(name), "{name}");
    }
    report.legible(&["confusion.svg", "conditions-all.svg", "curve-all.svg"]);
    let said = report.said();
    assert!(said.contains(
        "full says neutral under lv (seed 2), silent says neutral under l, a, v, la, lv, av, lav (seeds 1, 2)."
    ));
    assert!(said.contains("With losses.task.weights = \"balanced\" rare categories count as much as frequent ones"));
    assert!(report.file("table.tex").contains("% Warning: One answer for all test samples"));
    assert!(report.terminal.lines().all(|line| line.chars().count() <= 120), "{}", report.terminal);
}

/// Nearly all samples are neutral, and so is nearly every answer: that is right.
#[test]
fn one_answer_is_no_warning_where_it_is_the_truth() {
    let truth: Vec<f32> = [vec![0.0; 199], vec![1.0]].concat();
    let answer = |k: usize| Answer::Categories {
        probabilities: (0..7).map(|of| if of == k { 0.4 } else { 0.1 }).collect(),
        score: None,
    };
    let report = Written::new(|runs| {
        sweep(&["full"], &[1], vec![run(runs, "full", 1, Task::Emotion, &meld(), &truth, &|_, _| answer(0))])
    });
    assert!(!report.said().contains("One answer"), "{}", report.terminal);
}
