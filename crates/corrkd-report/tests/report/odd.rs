//! Sweeps that are odd and sound: no table, page or picture panics or hangs on them, and no text in them is obeyed.

use crate::finished::{finished, represented, student, teacher, trained};
use corrkd_config::{Condition, Presence, Task};
use corrkd_record::{Answer, Event, Prediction, Representation, Runs, Sweep, SweepRun, Validation};
use corrkd_report::write;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

/// No report of a few runs takes so long, however busy the machine.
const LONG: Duration = Duration::from_secs(120);

fn sweep(rows: &[&str], seeds: u64, runs: Vec<SweepRun>) -> Sweep {
    Sweep {
        name: "odd".to_owned(),
        title: "t".to_owned(),
        dataset: "d".to_owned(),
        reference: rows[0].to_owned(),
        paper: None,
        folds: None,
        rows: rows.iter().map(|row| (*row).to_owned()).collect(),
        seeds: (1..=seeds).collect(),
        runs,
        search: Vec::new(),
    }
}

/// What a regression says of a few samples, and what its losses were.
#[derive(Clone, Debug)]
struct Odd {
    labels: Vec<f32>,
    scores: Vec<f32>,
    losses: Vec<f64>,
    hidden: Vec<f32>,
}

fn number() -> impl Strategy<Value = f64> {
    let extreme = prop::sample::select(vec![0.0, -0.0, 1.0, 1e-320, 1e16, -1e16, 1e16 + 2.0, 1e300, -1e308, 1e308]);
    prop_oneof![extreme, any::<f64>().prop_filter("records hold finite numbers", |x| x.is_finite())]
}

fn score() -> impl Strategy<Value = f32> {
    prop_oneof![prop::sample::select(vec![0.0, 1.0, -3.0, f32::MAX, f32::MIN, 1e-40]), -3.0f32..3.0]
}

fn odd() -> impl Strategy<Value = Odd> {
    (1usize..24, 0usize..5).prop_flat_map(|(n, epochs)| {
        let label = prop::sample::select(vec![-3.0f32, -1.0, 0.0, 0.4, 3.0]);
        let scores = prop::collection::vec(score(), n);
        let losses = prop::collection::vec(number(), 2 * epochs);
        let hidden = prop::collection::vec(score(), 3 * n);
        (prop::collection::vec(label, n), scores, losses, hidden).prop_map(|(labels, scores, losses, hidden)| Odd {
            labels,
            scores,
            losses,
            hidden,
        })
    })
}

fn run(runs: &Runs, row: Option<&str>, margin: f64, seed: u64, odd: &Odd) -> SweepRun {
    let conditions = Presence::ALL.into_iter().map(Condition::only).chain([0.5, 1.0].map(Condition::dropped));
    let of = |condition: Condition| {
        odd.labels.iter().zip(&odd.scores).enumerate().map(move |(i, (&label, &score))| Prediction {
            condition: condition.to_string(),
            id: format!("s{i}"),
            label,
            category: 0,
            answer: Answer::Score(score),
        })
    };
    let predictions: Vec<Prediction> = conditions.flat_map(of).collect();
    let job = if row.is_some() { student(Task::Regression, margin) } else { teacher(Task::Regression) };
    let run = finished(runs, row, job, seed, 1, &predictions);
    let epoch = |(epoch, losses): (usize, &[f64])| Event::Epoch {
        epoch: epoch + 1,
        epochs: 9,
        losses: BTreeMap::from([("total".to_owned(), losses[0])]),
        parts: BTreeMap::from([("scd.push".to_owned(), losses[1]), ("rcd.target".to_owned(), -losses[0])]),
        gradient_norm: 1.0,
        validation: Validation { loss: losses[1], f1: 0.5, accuracy: 0.5 },
        best: true,
        seconds: 1.0,
    };
    trained(runs, &run.id, &odd.losses.chunks(2).enumerate().map(epoch).collect::<Vec<_>>());
    let hidden = odd.hidden.chunks(3).enumerate().map(|(i, values)| Representation {
        condition: "lav".to_owned(),
        id: format!("s{i}"),
        category: 0,
        values: values.to_vec(),
    });
    represented(runs, &run.id, &hidden.collect::<Vec<_>>());
    run
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn sound_but_odd(odd in odd(), seeds in 1u64..4) {
        let root = tempfile::tempdir().unwrap();
        let runs = Runs::open(root.path()).unwrap();
        let rows = [Some("full"), Some("same"), None];
        let list = (1..=seeds).flat_map(|seed| rows.map(|row| (seed, row)));
        let list = list.map(|(seed, row)| run(&runs, row, if row == Some("full") { 1.0 } else { 2.0 }, seed, &odd));
        let sweep = sweep(&["full", "same"], seeds, list.collect());
        let start = Instant::now();
        let report = write(&runs, &sweep).unwrap();
        prop_assert!(!report.terminal.contains("Without a result"), "{}", report.terminal);
        prop_assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
    }
}

#[test]
fn no_run_and_no_row_of_runs() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::open(root.path()).unwrap();
    let terminal = write(&runs, &sweep(&["full"], 1, Vec::new())).unwrap().terminal;
    assert!(terminal.contains("full"), "{terminal}");
}

#[test]
fn text_is_shown_and_not_obeyed() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::open(root.path()).unwrap();
    let odd =
        Odd { labels: vec![-1.0, 1.0, 2.0], scores: vec![-1.0, 0.5, 1.0], losses: vec![1.0; 6], hidden: vec![0.0; 9] };
    let names = [
        "=1+1",
        "a\u{7}\u{1b}[2J\u{202e}b\u{fffe}",
        "x</script><script>alert(1)</script><img src=x onerror=alert(2)>",
        "\" onmouseover=\"alert(3)",
        "|x| `y` *z* <b> &lt; [l](http://e.org) $\\input{x}$",
        "\\input{/etc/passwd} % ^^M # & ~ {",
        "1. one",
    ];
    let long = "n".repeat(1000);
    let rows: Vec<&str> = names.iter().copied().chain([long.as_str()]).collect();
    let list = rows.iter().enumerate().map(|(place, row)| run(&runs, Some(row), 1.0 + place as f64, 1, &odd)).collect();
    let mut sweep = sweep(&rows, 1, list);
    sweep.title = names.concat();
    sweep.runs[6].failure = Some(names[3].to_owned() + names[1] + names[2]);
    let report = write(&runs, &sweep).unwrap();
    let texts = report.files.iter().filter(|file| file.extension().is_none_or(|of| of != "png" && of != "parquet"));
    for file in texts {
        let text = fs::read_to_string(file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".csv") {
            assert!(!text.contains(['\u{7}', '\u{1b}', '\u{202e}']), "{name}");
        }
        match name.rsplit_once('.').unwrap().1 {
            "html" => {
                assert_eq!(text.matches("<script>").count(), 1);
                assert!(!text.contains("<img") && !text.contains("\" onmouseover"), "{name}");
            }
            "csv" => assert!(text.lines().all(|line| !line.starts_with('=')), "{name}"),
            "tex" => {
                let body = text.lines().filter(|line| !line.starts_with('%'));
                let body: Vec<&str> = body.collect();
                assert!(body.iter().all(|line| !line.contains("\\input") && !line.contains("^^")), "{name}");
            }
            "md" => {
                let live = text.replace("\\\\", "").replace("\\<", "").replace("\\[", "");
                assert!(!live.contains("<img") && !live.contains("<b>") && !live.contains("[l"), "{name}");
                assert!(
                    text.contains("\\|x\\|") && text.contains("\\&lt;") && text.contains("- 1\\. one, seed 1"),
                    "{text}"
                );
            }
            _ => {}
        }
    }
    assert!(fs::read_to_string(runs.report("odd").join("scores.csv")).unwrap().contains("\n'=1+1,1,"));
}
