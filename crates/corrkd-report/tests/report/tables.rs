//! A report over records with known scores: the same numbers in every format, failures shown, nothing lost.

use crate::finished::{parquet, rewrite};
use crate::known::fixture;
use corrkd_record::{Runs, Sweep};
use corrkd_report::{Report, write};
use polars::prelude::*;
use std::fs;

fn file(runs: &Runs, name: &str) -> String {
    fs::read_to_string(runs.report("ablation").join(name)).unwrap()
}

/// The cells of the line that starts with a label, split at the format's separator.
fn cells(text: &str, separator: &str, label: &str) -> Vec<String> {
    // Without the signs behind numbers, which have tests of their own.
    let plain = |line: &str| line.replace("**", "").replace(['*', '≈', '†'], " ");
    let split = |line: &str| plain(line).split(separator).map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let found =
        text.lines().map(split).find(|cells| cells.iter().find(|cell| !cell.is_empty()).is_some_and(|c| c == label));
    found
        .unwrap_or_else(|| panic!("no line `{label}` in\n{text}"))
        .into_iter()
        .filter(|cell| !cell.is_empty())
        .collect()
}

/// The only line of `table.parquet` for a row, condition and metric: its value in a column.
fn value(frame: &DataFrame, row: &str, condition: &str, metric: &str, column: &str) -> Option<f64> {
    let line = frame
        .clone()
        .lazy()
        .filter(col("row").eq(lit(row)).and(col("condition").eq(lit(condition))).and(col("metric").eq(lit(metric))))
        .select([col(column).cast(DataType::Float64)])
        .collect()
        .unwrap();
    assert_eq!(line.height(), 1, "{row} {condition} {metric}");
    line.column(column).unwrap().f64().unwrap().get(0)
}

fn close(got: Option<f64>, expected: f64) {
    assert!(got.is_some_and(|got| (got - expected).abs() < 1e-12), "{got:?} is not {expected}");
}

#[test]
fn the_same_numbers_in_every_format() {
    let (_root, runs, sweep) = fixture();
    let Report { terminal, files } = write(&runs, &sweep).unwrap();
    println!("{terminal}");
    assert!(files.iter().all(|file| file.exists()));

    // full under l: 1 less than 80, 82, 84; avg: 3.5 less. The sample's deviation is 2.
    let full = [
        "full",
        "3",
        "81.00±2.00",
        "80.00±2.00",
        "79.00±2.00",
        "78.00±2.00",
        "77.00±2.00",
        "76.00±2.00",
        "78.50±2.00",
        "82.00±2.00",
    ];
    assert_eq!(cells(&terminal, "  ", "full"), full);
    let spaced = full.map(|cell| cell.replace('±', " ± "));
    assert_eq!(cells(&file(&runs, "table.md"), "|", "full"), spaced);
    let tex = file(&runs, "table.tex");
    let mut in_tex = cells(&tex.replace("\\\\", ""), " & ", "full");
    in_tex.iter_mut().for_each(|cell| {
        *cell = cell.replace("\\mathbf", "").replace("_{\\pm ", " ± ").replace(['$', '{', '}'], "");
    });
    assert_eq!(in_tex, spaced);

    let frame = parquet(&runs.report("ablation").join("table.parquet"));
    for (condition, mean) in
        [("l", 0.81), ("av", 0.76), ("avg", 0.785), ("lav", 0.82), ("lav@0.5", 0.615), ("area", 0.615)]
    {
        close(value(&frame, "full", condition, "f1", "mean"), mean);
    }
    close(value(&frame, "full", "l", "f1", "sd"), 0.02);
    // scipy.stats.t.interval(0.95, 2, 0.81, 0.02 / 3**0.5)
    close(value(&frame, "full", "l", "f1", "low"), 0.760_317_245_764_993_5);
    close(value(&frame, "full", "l", "f1", "high"), 0.859_682_754_235_006_6);
    // See `rows_to_compare_with`.
    close(value(&frame, "full", "lav", "mae", "mean"), 1.026_190_483_853_930_6);
    let text = file(&runs, "table.csv");
    assert!(
        text.starts_with("row,condition,metric,n,mean,sd,low,high,pairs,difference,difference_sd,paper,paper_difference,failed,runs\n"),
        "{text}"
    );
    assert_eq!(text.lines().count(), frame.height() + 1);

    // Seeds 1 and 2 of a row whose third failed.
    let named =
        |seed: u64| sweep.runs.iter().find(|r| r.row.as_deref() == Some("without-scd") && r.seed == seed).unwrap();
    let ids = format!(",1,{} {}", named(1).id, named(2).id);
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("without-scd,")).collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| line.ends_with(&ids)), "{lines:?}");

    let long = parquet(&runs.report("ablation").join("scores.parquet"));
    // 8 finished runs with 17 conditions of 12 metrics, 5 more for `full`, and an average and two areas each.
    assert_eq!(long.height(), 8 * (17 * 12 + 3) + 3 * 17 * 5);
    assert_eq!(file(&runs, "scores.csv").lines().count(), long.height() + 1);
    // A diagnostic: listed, never shown.
    assert!(file(&runs, "scores.csv").contains(",lav,f1_swapped,0.8"));
    assert!([terminal, file(&runs, "table.md"), tex].iter().all(|text| !text.to_lowercase().contains("swapped")));
}

#[test]
fn failures_count_and_differences_pair_seeds() {
    let (_root, runs, sweep) = fixture();
    let terminal = write(&runs, &sweep).unwrap().terminal;
    // Seeds 1 and 2 only: 77 and 79 under lav; unpaired, the difference from 82 would be 4.
    let row = cells(&terminal, "  ", "without-scd");
    assert_eq!((row[1].as_str(), row[9].as_str()), ("2/3", "78.00±1.41"));
    let difference = cells(&terminal, "  ", "without-scd vs full");
    assert_eq!((difference[1].as_str(), difference[9].as_str()), ("2", "-3.00±0.00"));
    assert!(terminal.contains("without-scd, seed 3 (student-s3-"), "{terminal}");
    assert!(terminal.contains("): out of memory | killed"), "{terminal}");
    assert!(file(&runs, "table.md").contains("): out of memory \\| killed"));
    assert!(file(&runs, "table.tex").contains("without-scd & 2/3 &"));

    let frame = parquet(&runs.report("ablation").join("table.parquet"));
    assert_eq!(value(&frame, "without-scd", "lav", "f1", "n"), Some(2.0));
    close(value(&frame, "without-scd", "lav", "f1", "difference"), -0.03);
}

/// `scipy.stats.t.interval(0.95, 2, 78.5, 2 / 3 ** 0.5)` is (73.53, 83.47);
/// `scipy.stats.t.interval(0.95, 1, 74.5, 2 ** 0.5 / 2 ** 0.5)` is (61.79, 87.21).
#[test]
fn means_with_their_intervals() {
    let (_root, runs, sweep) = fixture();
    let terminal = write(&runs, &sweep).unwrap().terminal;
    let means = terminal.split("means over the seeds").nth(1).unwrap();
    assert_eq!(cells(means, "  ", "full"), ["full", "3", "78.50", "73.53 to 83.47", "82.00", "77.03 to 86.97"]);
    let two = ["without-scd", "2/3", "74.50", "61.79 to 87.21", "78.00", "65.29 to 90.71"];
    assert_eq!(cells(means, "  ", "without-scd"), two);
    assert_eq!(cells(means, "  ", "teacher (complete)")[4..], ["86.00", "86.00 to 86.00"]);
}

/// ```python
/// import numpy as np; from scipy.stats import pearsonr; from sklearn.metrics import accuracy_score, f1_score
/// y = np.float32([1, 2.6] * 80 + [-1, -2.4] * 120 + [0] * 20)
/// f = lambda t, p: f1_score(t, p, average="weighted")
/// def scores(f1):
///     k = round((1 - f1) * 200); i = np.r_[0:160, 0:240, 0:20]; wrong = i < np.repeat([k, k, 0], [160, 240, 20])
///     p = np.where(y == 0, np.where(i < 15, -0.4, 0.4), np.where(wrong, -y, 0.7 * y)).astype(np.float32); n = y != 0
///     near = [np.mean(np.round(np.clip(y, -m, m)) == np.round(np.clip(p, -m, m))) for m in (2, 3)]
///     a, b = y.astype(float), p.astype(float)
///     return [accuracy_score(y >= 0, p >= 0), f(y >= 0, p >= 0), accuracy_score(y[n] > 0, p[n] > 0), f(y[n] > 0, p[n] > 0),
///             *near, np.abs(a - b).mean(), pearsonr(a, b).statistic]
/// s = np.array([scores(f1) for f1 in (0.80, 0.82, 0.84)]); s.mean(0), s.std(0, ddof=1)
/// # 0.792857 0.791493 0.82 0.82 0.828571 0.680952 1.026190 0.497379
/// # 0.019048 0.019173 0.02 0.02 0.019048 0.014286 0.056667 0.050797
/// ```
#[test]
fn rows_to_compare_with() {
    let (_root, runs, sweep) = fixture();
    let terminal = write(&runs, &sweep).unwrap().terminal;
    assert_eq!(cells(&terminal, "  ", "teacher (complete)")[9], "86.00±0.00");
    // 3 of 5 negative: F1 6/8 of the negative with weight 3/5; 2 of 5 positive: 4/7 with weight 2/5.
    assert_eq!(cells(&terminal, "  ", "all negative")[1..], ["45.00"; 8]);
    assert_eq!(cells(&terminal, "  ", "all positive")[1..], ["22.86"; 8]);
    // All of the paper's rows are there: beneath ours of the same name what it prints and how far ours are from it, and
    // those that we have none of.
    assert_eq!(cells(&terminal, "  ", "without-cpd (paper)")[7..], ["71.81", "82.67"]);
    assert!(!terminal.contains("without-scd (paper)"), "{terminal}");
    let printed = ["78.80", "64.96", "57.49", "81.95", "80.53", "71.05", "72.46", "82.13"];
    let beneath = terminal.split("\nwithout-scd ").nth(1).unwrap();
    assert_eq!(cells(beneath, "  ", "paper")[1..], printed);
    // Ours are 77 and 78 under l and lav.
    let difference = cells(beneath, "  ", "difference");
    assert_eq!((difference[1].as_str(), difference[8].as_str()), ("-1.80", "-4.13"));
    let frame = parquet(&runs.report("ablation").join("table.parquet"));
    close(value(&frame, "without-scd", "lav", "f1", "paper"), 0.8213);
    close(value(&frame, "without-scd", "lav", "f1", "paper_difference"), 0.78 - 0.8213);
    assert_eq!(value(&frame, "teacher (complete)", "lav", "f1", "paper"), None);
    let terminal_on_one_line = terminal.replace("\n  ", " ");
    assert!(terminal_on_one_line.contains("Table 3 of the paper, printed for MOSI"), "{terminal}");
    assert!(
        terminal_on_one_line.contains("Ours are for synthetic, not for this data of the paper: a twin"),
        "{terminal}"
    );

    let second = terminal.split("All scores").nth(1).unwrap();
    let full = [
        "full",
        "3",
        "79.29±1.90",
        "79.15±1.92",
        "82.00±2.00",
        "82.00±2.00",
        "82.86±1.90",
        "68.10±1.43",
        "1.026±0.057",
        "0.497±0.051",
    ];
    assert_eq!(cells(second, "  ", "full"), full);
    assert_eq!(cells(second, "  ", "without-scd").len(), 6);

    let curve = terminal.split("share p of dropped").nth(1).unwrap();
    let full = cells(curve, "  ", "full");
    assert_eq!(
        (full[1].as_str(), full[6].as_str(), full[11].as_str(), full[12].as_str()),
        ("82.00", "61.50", "41.00", "61.50±1.50")
    );
    assert!(
        file(&runs, "curve.csv").starts_with("row,metric,p,n,mean,sd\nfull,f1,0.0,3,0.82,0.0"),
        "{}",
        file(&runs, "curve.csv")
    );
}

#[test]
fn fits_the_terminal() {
    let (_root, runs, mut sweep) = fixture();
    let width = |sweep: &Sweep| {
        let terminal = write(&runs, sweep).unwrap().terminal;
        terminal.lines().map(|line| line.chars().count()).max().unwrap_or(0)
    };
    assert!(width(&sweep) <= 120, "{}", width(&sweep));
    let long = "without-scd losses.scd.margin=0.8 student.learning_rate=0.001";
    sweep.rows[1] = long.to_owned();
    for run in sweep.runs.iter_mut().filter(|run| run.row.as_deref() == Some("without-scd")) {
        run.row = Some(long.to_owned());
        run.failure = None;
    }
    assert!(width(&sweep) <= 120, "{}", width(&sweep));
}

#[test]
fn one_seed_no_paper_nothing_finished() {
    let (_root, runs, mut sweep) = fixture();
    sweep.seeds = vec![1];
    sweep.runs.truncate(3);
    sweep.paper = None;
    let terminal = write(&runs, &sweep).unwrap().terminal;
    assert_eq!(cells(&terminal, "  ", "full")[..3], ["full", "1", "79.00"]);
    assert!(terminal.contains("n = 1 seed;"), "{terminal}");
    assert!(!terminal.contains("means over the seeds"), "{terminal}");
    assert!(!terminal.contains("paper"));

    sweep.paper = Some("table9.mosi".to_owned());
    assert!(write(&runs, &sweep).unwrap().terminal.contains("known: table1.mosei, table1.mosi,"));

    for run in &mut sweep.runs {
        run.failure = Some("stopped".to_owned());
    }
    let Report { terminal, files } = write(&runs, &sweep).unwrap();
    assert_eq!(cells(&terminal, "  ", "full"), ["full", "0/1"]);
    assert!(files.iter().all(|file| file.exists()));
    assert_eq!(file(&runs, "scores.csv"), "row,seed,run,condition,metric,value\n");
}

/// As runs on a data set without audio and vision leave it.
#[test]
fn sets_that_no_run_was_judged_under_have_no_column() {
    let (_root, runs, sweep) = fixture();
    for run in &sweep.runs {
        rewrite(&runs, &run.id, |all| all.retain(|p| p.condition.starts_with("lav") || p.condition == "l"));
    }
    let Report { terminal, .. } = write(&runs, &sweep).unwrap();
    assert_eq!(cells(&terminal, "  ", "full"), ["full", "3", "81.00±2.00", "82.00±2.00"]);
    assert_eq!(cells(&terminal, "  ", "n")[1..], ["l", "lav"]);
    assert_eq!(cells(&terminal, "  ", "without-scd vs full")[3], "-3.00±0.00");
    assert_eq!(cells(&terminal, "  ", "without-cpd (paper)")[1..], ["79.23", "82.67"]);
    let means = terminal.split("means over the seeds").nth(1).unwrap();
    assert_eq!(cells(means, "  ", "full"), ["full", "3", "82.00", "77.03 to 86.97"]);
    let differences = terminal.split("Differences from full").nth(1).unwrap();
    assert_eq!(cells(differences, "  ", "without-scd")[1..3], ["2", "-3.00"]);
    assert_eq!(cells(differences, "  ", "seeds")[1..], ["lav", "95 % interval", "p", "Holm p"]);
}

#[test]
fn a_missing_result_and_a_damaged_one_cost_their_run() {
    let (_root, runs, sweep) = fixture();
    let result = runs.run(&sweep.runs[1].id).result_path();
    fs::remove_file(&result).unwrap();
    let terminal = write(&runs, &sweep).unwrap().terminal;
    assert!(terminal.contains("full, seed 1"), "{terminal}");
    assert!(terminal.contains("it has left no result"), "{terminal}");
    fs::write(&result, "{").unwrap();
    let terminal = write(&runs, &sweep).unwrap().terminal.replace("\n  ", " ");
    assert!(terminal.contains("result.json: damaged") && terminal.contains("makes this run again"), "{terminal}");
}

#[test]
fn names_are_escaped_and_the_picture_is_well_formed() {
    let (_root, runs, mut sweep) = fixture();
    let odd = "[a<b & \"c_d\" 100%";
    sweep.rows[1] = odd.to_owned();
    for run in sweep.runs.iter_mut().filter(|run| run.row.as_deref() == Some("without-scd")) {
        run.row = Some(odd.to_owned());
    }
    write(&runs, &sweep).unwrap();
    let svg = file(&runs, "curve.svg");
    let texts = well_formed(&svg);
    for name in ["full", odd, "teacher (complete)", "share of dropped frames p", "weighted F1 (%)"] {
        assert!(texts.iter().any(|text| text == name), "no `{name}` among {texts:?}");
    }
    assert!(file(&runs, "table.tex").contains("{[}a$<$b \\& \"c\\_d\" 100\\% & 2/3"));
    assert!(file(&runs, "table.md").contains("| \\[a\\<b & \"c\\_d\" 100% |"));
}

/// Checks that tags nest, attributes are quoted and entities are known; gives the texts.
fn well_formed(xml: &str) -> Vec<String> {
    let mut open = Vec::new();
    let mut texts = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        let text = rest[..start].trim();
        assert!(
            text.split('&')
                .skip(1)
                .all(|e| ["lt;", "gt;", "amp;", "quot;", "apos;"].iter().any(|known| e.starts_with(known)))
        );
        if !text.is_empty() {
            let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
            texts.push(plain.replace("&amp;", "&"));
        }
        let end = start + rest[start..].find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        assert!(!tag.contains('<') && tag.matches('"').count().is_multiple_of(2), "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name.trim()), "closed out of order");
        } else if !tag.ends_with('/') && !tag.starts_with(['?', '!']) {
            open.push(tag.split_whitespace().next().expect("a tag has a name"));
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
    texts
}
