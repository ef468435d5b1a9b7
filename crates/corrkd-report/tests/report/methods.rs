//! Rows of different methods in one report: answers of all three kinds, stages of all names, and settings of each method.

use crate::finished::{finished, job, parquet, represented, space, student, teacher, trained};
use corrkd_config::{Condition, Job, Missing, Presence, Task};
use corrkd_metrics::{Zeros, sign_f1};
use corrkd_record::{
    Answer, Event, Prediction, Representation, Runs, SearchedRow, Sweep, SweepRun, TrialRun, Validation,
};
use corrkd_report::write;
use polars::prelude::*;
use std::collections::BTreeMap;
use std::fs;

const LABELS: [f32; 12] = [-3.0, -1.8, -0.4, 0.0, 0.0, 0.6, 1.4, 2.5, 3.0, -1.2, 0.2, -0.6];
const SCORES: [f32; 12] = [-2.5, -0.3, 0.0, 0.0, -0.2, 0.5, 2.5, 1.5, 3.4, -1.5, 0.0, -0.7];

/// The same answers under all sets of modalities and two drop ratios; the samples come twice, which moves no score.
fn predictions(task: Task, labels: &[f32], answers: &[Answer]) -> Vec<Prediction> {
    let conditions = Presence::ALL.map(Condition::only).into_iter().chain([0.5, 1.0].map(Condition::dropped));
    let of = |condition: Condition| {
        (0..2 * labels.len()).map(move |i| Prediction {
            condition: condition.to_string(),
            id: format!("{i:02}"),
            label: labels[i % labels.len()],
            category: space(task).category(labels[i % labels.len()]),
            answer: answers[i % labels.len()].clone(),
        })
    };
    conditions.flat_map(of).collect()
}

fn categories(named: usize, k: usize) -> Answer {
    let probability = |c| if c == named { 0.7 } else { 0.3 / (k - 1) as f32 };
    Answer::Categories { probabilities: (0..k).map(probability).collect(), score: None }
}

/// The work of a method that regresses, trained on complete samples; its networks have a width as CorrKD's have.
fn regression(width: usize) -> Job {
    let settings = format!("[network]\nwidth = {width}\n[training]\nepochs = 70\n");
    job(Task::Binary, ["cubemlp", "cubemlp", "training"], &settings, None)
}

/// What a run leaves of its training.
fn train(runs: &Runs, run: &SweepRun, term: &str) {
    let epoch = |epoch: usize| {
        let loss = 1.0 / epoch as f64;
        let losses = BTreeMap::from([(term.to_owned(), loss), ("total".to_owned(), loss)]);
        let validation = Validation { loss, f1: 0.5, accuracy: 0.5 };
        let parts = BTreeMap::new();
        Event::Epoch { epoch, epochs: 3, losses, parts, gradient_norm: 1.0, validation, best: true, seconds: 1.0 }
    };
    trained(runs, &run.id, &[1, 2, 3].map(epoch));
}

/// What a network of categories makes of the samples.
fn represent(runs: &Runs, run: &SweepRun) {
    let of = |i: usize| {
        let category = space(Task::Binary).category(LABELS[i % 12]);
        let values = vec![category as f32 + i as f32 / 50.0, (i % 5) as f32 / 20.0];
        Representation { condition: "lav".to_owned(), id: format!("{i:02}"), category, values }
    };
    let all: Vec<Representation> = (0..24).map(of).collect();
    represented(runs, &run.id, &all);
}

fn sweep(rows: &[&str], runs: Vec<SweepRun>) -> Sweep {
    Sweep {
        name: "methods".to_owned(),
        title: "Which method?".to_owned(),
        dataset: "synthetic".to_owned(),
        reference: rows[0].to_owned(),
        paper: None,
        folds: None,
        rows: rows.iter().map(|row| (*row).to_owned()).collect(),
        seeds: vec![1, 2],
        runs,
        search: Vec::new(),
    }
}

/// A row of categories, the reference, with its teacher; one of scores; and one of these scores halved.
fn sentiment(runs: &Runs) -> Sweep {
    let positive = |i: usize| if i.is_multiple_of(4) { LABELS[i] < 0.0 } else { LABELS[i] >= 0.0 };
    let named: Vec<Answer> = (0..12).map(|i| categories(usize::from(positive(i)), 2)).collect();
    let scores = |factor: f32| SCORES.map(|score| Answer::Score(factor * score));
    let mut list = Vec::new();
    for seed in 1..=2 {
        let of = |answers: &[Answer]| predictions(Task::Binary, &LABELS, answers);
        list.push(finished(runs, None, teacher(Task::Binary), seed, 2, &of(&named)));
        list.push(finished(runs, Some("CorrKD"), student(Task::Binary, 1.2), seed, 2, &of(&named)));
        represent(runs, &list[list.len() - 1]);
        train(runs, &list[list.len() - 1], "scd");
        list.push(finished(runs, Some("CubeMLP"), regression(128), seed, 70, &of(&scores(1.0))));
        train(runs, &list[list.len() - 1], "task");
        list.push(finished(runs, Some("halved"), regression(64), seed, 2, &of(&scores(0.5))));
    }
    sweep(&["CorrKD", "CubeMLP", "halved"], list)
}

/// A report on disk.
struct Written {
    _root: tempfile::TempDir,
    runs: Runs,
    terminal: String,
}

impl Written {
    fn new(made: impl Fn(&Runs) -> Sweep) -> Self {
        let root = tempfile::tempdir().unwrap();
        let runs = Runs::open(root.path()).unwrap();
        let terminal = write(&runs, &made(&runs)).unwrap().terminal;
        println!("{terminal}");
        Self { _root: root, runs, terminal }
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.runs.report("methods").join(name)).unwrap()
    }

    /// The cells of a line of the table in Markdown that comes behind a heading.
    fn line(&self, table: &str, label: &str) -> Vec<String> {
        let markdown = self.file("table.md");
        let (_, table) = markdown.split_once(&format!("## {table}")).unwrap();
        let (table, _) = table.split_once("\n## ").unwrap_or((table, ""));
        let line = table.lines().find_map(|line| line.strip_prefix(&format!("| {label} |")));
        let line = line.unwrap_or_else(|| panic!("{label}: {table}"));
        line.trim_end_matches(" |").split('|').map(|cell| cell.trim().to_owned()).collect()
    }

    /// What `scores.parquet` holds of a row's runs under a condition, by seed.
    fn scores(&self, row: &str, condition: &str, metric: &str) -> Vec<f64> {
        let frame = parquet(&self.runs.report("methods").join("scores.parquet")).lazy();
        let of = |key: &str, value: &str| col(key).eq(lit(value));
        let found = frame.filter(of("row", row).and(of("condition", condition)).and(of("metric", metric)));
        found.collect().unwrap().column("value").unwrap().f64().unwrap().into_no_null_iter().collect()
    }

    fn hold(&self, row: &str, expected: &[(&str, f64)]) {
        for (metric, expected) in expected {
            for condition in ["l", "lav", "lav@0.5"] {
                let got = self.scores(row, condition, metric);
                let close = got.len() == 2 && got.iter().all(|got| (got - expected).abs() < 1e-12);
                assert!(close, "{row} {condition} {metric}: {got:?} is not {expected}");
            }
        }
    }
}

/// ```python
/// import numpy as np; from scipy.stats import pearsonr; from sklearn.metrics import accuracy_score, f1_score
/// f = lambda t, p: f1_score(t, p, average="weighted"); c = lambda x, k: np.round(np.clip(x, -k, k))
/// y = np.float32([-3, -1.8, -0.4, 0, 0, 0.6, 1.4, 2.5, 3, -1.2, 0.2, -0.6]); n = y != 0
/// p = np.float32([-2.5, -0.3, 0, 0, -0.2, 0.5, 2.5, 1.5, 3.4, -1.5, 0, -0.7])
/// for s in (p, p / 2):
///     print(f(y[n] > 0, s[n] > 0), f(y >= 0, s >= 0), accuracy_score(y[n] > 0, s[n] > 0), accuracy_score(y >= 0, s >= 0),
///           np.mean(c(y, 2) == c(s, 2)), np.mean(c(y, 3) == c(s, 3)), np.abs(y.astype(float) - s).mean(),
///           pearsonr(y.astype(float), s.astype(float)).statistic)
/// # 0.898989898989899 0.8333333333333334 0.9 0.8333333333333334 0.666.. 0.58333.. 0.4833333343267441 0.9204399251610124
/// # 0.898989898989899 0.8333333333333334 0.9 0.8333333333333334 0.58333.. 0.5 0.6958333322157463 0.9204399251610124
/// q = np.where(np.arange(12) % 4 == 0, y < 0, y >= 0)
/// f(y[n] > 0, q[n]), f(y >= 0, q), accuracy_score(y[n] > 0, q[n]), accuracy_score(y >= 0, q)  # 0.8, 0.7517.., 0.8, 0.75
/// ```
#[test]
fn categories_and_scores_stand_in_one_report() {
    let report = Written::new(sentiment);
    let signs =
        [("f1", 0.898_989_898_989_899), ("f1_has0", 5.0 / 6.0), ("accuracy", 0.9), ("accuracy_has0", 5.0 / 6.0)];
    report.hold("CubeMLP", &signs);
    report.hold("halved", &signs);
    let r = ("pearson", 0.920_439_925_161_012_4);
    let near = |five, seven, mae| [("accuracy5", five / 12.0), ("accuracy7", seven / 12.0), ("mae", mae), r];
    report.hold("CubeMLP", &near(8.0, 7.0, 0.483_333_334_326_744_1));
    report.hold("halved", &near(7.0, 6.0, 0.695_833_332_215_746_3));
    report.hold(
        "CorrKD",
        &[("f1", 0.8), ("f1_has0", 0.751_748_251_748_251_8), ("accuracy", 0.8), ("accuracy_has0", 0.75)],
    );
    assert!(["mae", "pearson", "accuracy7"].iter().all(|metric| report.scores("CorrKD", "lav", metric).is_empty()));

    // The main table takes both, the table of all scores leaves out what a row has not, and the lowest error is the best.
    let main = "Weighted F1 (%) by the modalities that are there";
    assert_eq!(report.line(main, "CubeMLP")[1..], ["**89.90 ± 0.00**"; 8]);
    assert_eq!(report.line(main, "CubeMLP vs CorrKD")[1..], ["+9.90 ± 0.00"; 8]);
    let all = |label| report.line("All scores, with nothing missing", label);
    let best = "**83.33 ± 0.00** **83.33 ± 0.00** **90.00 ± 0.00** **89.90 ± 0.00**";
    let own = "**66.67 ± 0.00** **58.33 ± 0.00** **0.483 ± 0.000** **0.920 ± 0.000**";
    assert_eq!(all("CubeMLP")[1..].join(" "), format!("{best} {own}"));
    assert_eq!(
        all("halved")[1..].join(" "),
        format!("{best} 58.33 ± 0.00 50.00 ± 0.00 0.696 ± 0.000 **0.920 ± 0.000**")
    );
    assert_eq!(all("CorrKD")[1..5].join(" "), "75.00 ± 0.00 75.17 ± 0.00 80.00 ± 0.00 80.00 ± 0.00");
    assert_eq!(all("CorrKD")[5..], [""; 4]);
    assert_eq!(report.line("What a run cost", "CubeMLP")[..3], ["2", "1", "70.0"]);
    assert!(report.terminal.lines().all(|line| line.chars().count() <= 120), "{}", report.terminal);

    // Runs at their last epoch are told by the key of their own method.
    let warning = "The best epoch is the last of 70 for CubeMLP (2 of 2 runs): these runs may not have been trained to their \
                   end. Train longer: raise training.epochs.";
    assert!(report.file("table.md").contains(warning), "{}", report.terminal);
}

/// Networks that answer for a row together: what each cost is told, and what the one that answers scores; a part without a
/// result is told, too.
#[test]
fn parts_of_what_answers_are_not_judged() {
    let report = Written::new(|runs| {
        let mut sweep = sentiment(runs);
        let answers: Vec<Answer> = SCORES.iter().map(|&score| Answer::Score(-score)).collect();
        for (seed, stage) in [(1, "mctn-a"), (1, "mctn-v"), (2, "mctn-a"), (2, "mctn-v")] {
            let job = job(Task::Binary, ["mctn", stage, "training"], "training.epochs = 9", None);
            let run = finished(runs, None, job, seed, 7, &predictions(Task::Binary, &LABELS, &answers));
            train(runs, &run, "translation");
            let failure = (stage == "mctn-v" && seed == 2).then(|| "out of memory".to_owned());
            sweep.runs.push(SweepRun { is_part: true, failure, ..run });
        }
        sweep
    });
    let markdown = report.file("table.md");
    let (before, cost) = markdown.split_once("## What a run cost").unwrap();
    assert!(!before.contains("\n| mctn-"), "{markdown}");
    assert!(!markdown.contains("\"mctn-a (complete)\": a stage on the way"), "{markdown}");
    assert!(cost.contains("| mctn-a (complete) |") && cost.contains("| teacher (complete) |"), "{markdown}");
    assert_eq!(report.line("What a run cost", "mctn-a (complete)")[..4], ["2", "1", "7.0", "7.0"]);
    assert_eq!(report.line("What a run cost", "mctn-v (complete)")[0], "1/2");
    assert!(report.scores("mctn-a (complete)", "lav", "f1").is_empty());
    assert_eq!(report.scores("teacher (complete)", "lav", "f1").len(), 2);
    assert!(!report.file("training.svg").contains("mctn-a") && report.file("training.svg").contains("CorrKD"));
    let failed = "1 of 12 runs left no result: mctn-v (complete) (1).";
    assert!(markdown.contains(failed) && markdown.contains("out of memory"), "{markdown}");
    assert!(report.file("report.html").contains("stages on the way included"));
}

/// Twice the samples and two seeds: 4 of 5 negative labels and 6 of 7 others, by the sign of the score.
#[test]
fn pictures_show_rows_of_every_kind() {
    let report = Written::new(sentiment);
    let markdown = report.file("table.md");
    for told in ["CubeMLP is right about 80 % of negative, 86 % of positive under lav", "CubeMLP: from 89.9 % at p = 0"]
    {
        assert!(markdown.contains(told), "{markdown}");
    }
    let texts = |name: &str| -> Vec<String> {
        let svg = report.file(name);
        let document = resvg::usvg::roxmltree::Document::parse(&svg).unwrap();
        let of = document.descendants().filter(|node| node.is_text()).filter_map(|node| node.text());
        of.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
    };
    let confusion = texts("confusion.svg");
    let cube = confusion.iter().position(|text| text == "CubeMLP").unwrap();
    let counts: Vec<usize> = confusion[cube..].iter().filter_map(|text| text.parse().ok()).take(4).collect();
    assert_eq!(counts, [16, 4, 4, 24]);
    for picture in ["conditions.svg", "curve.svg", "training.svg"] {
        let texts = texts(picture);
        assert!(["CorrKD", "CubeMLP"].iter().all(|row| texts.iter().any(|text| text == row)), "{picture}: {texts:?}");
    }
    // Terms of the loss that only one of the rows has, and a row that keeps no representations.
    assert!(["scd", "task", "total"].iter().all(|term| texts("training.svg").iter().any(|text| text == term)));
    let projection = texts("projection-lav.svg");
    assert!(projection.iter().any(|text| text == "CorrKD"), "{projection:?}");
    assert!(!projection.iter().any(|text| text == "CubeMLP"), "{projection:?}");
}

/// The networks of both methods have a width, which is not the same thing.
#[test]
fn settings_are_compared_within_a_method() {
    let html = Written::new(sentiment).file("report.html");
    let of = |row: &str| {
        let (_, rest) = html.split_once(&format!("<h3 id=\"configuration-{row}</h3>")).unwrap();
        rest.split_once("</section>").unwrap().0
    };
    let (corrkd, cube) = (of("1\">CorrKD"), of("2\">CubeMLP"));
    assert!(corrkd.contains("Method <code>corrkd</code>, stage <code>student</code>.</p>"), "{corrkd}");
    let other = "Method <code>cubemlp</code>, stage <code>cubemlp</code>; CorrKD is of another method, so only what is the \
                 same for all methods is compared.</p>";
    assert!(cube.contains(other), "{cube}");
    assert!(!cube.contains("<li>") && !cube.contains("None of its settings differs"), "{cube}");
    assert!(
        ["method = &quot;cubemlp&quot;", "width = 128", "[training]"].iter().all(|said| cube.contains(said)),
        "{cube}"
    );
}

/// ```python
/// import numpy as np; from sklearn.metrics import accuracy_score, f1_score
/// t = np.array([0, 1, 2, 3, 0, 1, 3, 3]); f = lambda t, p: f1_score(t, p, average="weighted")
/// q = np.array([[.9, .1, .2, .3], [.6, .7, .1, .1], [.1, .2, .4, .3], [.1, .1, .8, .6],
///               [.5, .4, .1, .2], [.2, .6, .1, .9], [.1, .2, .3, .7], [.3, .6, .2, .3]])
/// [f(t == k, q[:, k] > .5) for k in range(4)]  # 0.75, 0.8818181818181818, 0.75, 0.75
/// accuracy_score(t, q.argmax(1))               # 0.625
/// ```
#[test]
fn categories_and_targets_stand_in_one_report() {
    let labels = [0.0, 1.0, 2.0, 3.0, 0.0, 1.0, 3.0, 3.0];
    let targets = [
        [0.9, 0.1, 0.2, 0.3],
        [0.6, 0.7, 0.1, 0.1],
        [0.1, 0.2, 0.4, 0.3],
        [0.1, 0.1, 0.8, 0.6],
        [0.5, 0.4, 0.1, 0.2],
        [0.2, 0.6, 0.1, 0.9],
        [0.1, 0.2, 0.3, 0.7],
        [0.3, 0.6, 0.2, 0.3],
    ];
    let report = Written::new(|runs| {
        let right = labels.map(|label| categories(label as usize, 4));
        let targets = targets.map(|each| Answer::Targets(each.to_vec()));
        let mut list = Vec::new();
        for seed in 1..=2 {
            let of = |answers: &[Answer]| predictions(Task::Emotion, &labels, answers);
            list.push(finished(runs, Some("CorrKD"), student(Task::Emotion, 1.4), seed, 2, &of(&right)));
            let own = job(Task::Emotion, ["selfmm", "selfmm", "training"], "[training]\nepochs = 9\n", None);
            list.push(finished(runs, Some("Self-MM"), own, seed, 2, &of(&targets)));
        }
        sweep(&["CorrKD", "Self-MM"], list)
    });
    let each = [("f1_happy", 0.75), ("f1_sad", 0.881_818_181_818_181_8), ("f1_angry", 0.75), ("f1_neutral", 0.75)];
    report.hold("Self-MM", &each);
    report.hold("Self-MM", &[("f1", each.iter().map(|(_, f1)| f1).sum::<f64>() / 4.0), ("accuracy", 0.625)]);
    report.hold("CorrKD", &each.map(|(metric, _)| (metric, 1.0)));
    let main = "Weighted F1 (%) by the modalities that are there";
    assert_eq!(report.line(main, "Self-MM, sad")[1..], ["88.18 ± 0.00 ≈"; 8]);
    assert_eq!(report.line("All scores", "Self-MM")[1..3], ["62.50 ± 0.00", "78.30 ± 0.00"]);
    // By the most probable of the four.
    let told = "Self-MM is right about 100 % of happy, 50 % of sad, 100 % of angry, 33 % of neutral under lav";
    assert!(report.file("table.md").contains(told), "{}", report.file("table.md"));
}

/// Each stage on the way has a line, a mark and a sentence of its own.
#[test]
fn stages_on_the_way_are_named() {
    let stage = |name: &'static str, missing: Option<Missing>| {
        job(Task::Binary, ["mctn", name, "training"], "[training]\nepochs = 9\n", missing)
    };
    let report = Written::new(|runs| {
        let scores = SCORES.map(Answer::Score);
        let of = || predictions(Task::Binary, &LABELS, &scores);
        let mut list = Vec::new();
        for seed in 1..=2 {
            list.push(finished(runs, None, stage("words", None), seed, 2, &of()));
            list.push(finished(runs, None, stage("priors", Some(Missing::default())), seed, 2, &of()));
            list.push(finished(runs, Some("MCTN"), stage("all", None), seed, 2, &of()));
        }
        list[3].failure = Some("out of memory".to_owned());
        sweep(&["MCTN"], list)
    });
    let main = "Weighted F1 (%) by the modalities that are there";
    for (label, n) in [("MCTN", "2"), ("words (complete)", "1/2"), ("priors", "2")] {
        assert_eq!(report.line(main, label)[0], n);
        assert!(report.file("curve.svg").contains(label) && report.file("report.html").contains(label));
    }
    let folded = report.terminal.replace("\n  ", " ");
    for note in [
        "- \"words (complete)\": a stage on the way to the rows, trained on complete samples, under the same conditions.",
        "- \"priors\": a stage on the way to the rows, trained on samples that lose something, under the same conditions.",
        "words (complete), seed 2 (words-s2-",
    ] {
        assert!(folded.contains(note), "{folded}");
    }
    assert!(!report.terminal.contains("teacher"), "{}", report.terminal);
    // Circles are the row's and the first stage's, triangles and squares others'.
    let curve = report.file("curve.svg");
    let circles =
        |colour: &str| curve.lines().filter(|line| line.starts_with("<circle") && line.contains(colour)).count();
    assert_eq!((circles("#0072B2"), circles("#696969")), (4, 4));
}

/// A search over three trials of CorrKD: its own settings, which scored as CubeMLP does, those that were chosen, and a failure.
#[test]
fn a_search_is_told_by_its_trials_and_by_what_it_moved() {
    let searched = |runs: &Runs| {
        let mut sweep = sentiment(runs);
        let of = |row: &str| sweep.runs.iter().find(|run| run.row.as_deref() == Some(row)).unwrap().id.clone();
        let rate = |value: &str| vec![("student.learning_rate".to_owned(), value.to_owned())];
        let trials = vec![
            TrialRun { settings: Vec::new(), id: of("CubeMLP"), failure: None },
            TrialRun { settings: rate("0.002"), id: of("CorrKD"), failure: None },
            TrialRun { settings: rate("0.9"), id: of("halved"), failure: Some("a loss that is not finite".to_owned()) },
        ];
        let untuned = Some("CubeMLP".to_owned());
        sweep.search = vec![SearchedRow { row: "CorrKD".to_owned(), untuned, chosen: 1, trials }];
        sweep
    };
    let written = Written::new(searched);
    let positive = |i: usize| if i.is_multiple_of(4) { LABELS[i] < 0.0 } else { LABELS[i] >= 0.0 };
    let f1 = |answers: &[bool]| sign_f1(&LABELS, answers, Zeros::Excluded);
    let answers: [Vec<bool>; 2] = [(0..12).map(positive).collect(), SCORES.iter().map(|&score| score > 0.0).collect()];
    let moved = 100.0 * (f1(&answers[0]) - f1(&answers[1]));
    let line = |start: &str| {
        let lines: Vec<&str> = written.terminal.lines().filter(|line| line.starts_with(start)).collect();
        lines.iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<String>>()
    };
    let expected = format!("CorrKD 3 student.learning_rate=0.002 {moved:+.2}");
    assert!(line("CorrKD").iter().any(|line| line.starts_with(&expected)), "{expected}");
    assert_eq!(line("CorrKD trial 1"), ["CorrKD trial 1 its own settings 0.5000 50.00"]);
    assert_eq!(line("CorrKD trial 2"), ["CorrKD trial 2 student.learning_rate=0.002 0.5000 50.00 chosen"]);
    assert!(line("CorrKD trial 3")[0].ends_with("0.5000 50.00 a loss that is not finite"));
}
