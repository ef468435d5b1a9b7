//! Whether our rows come in the paper's order.

use crate::fixture::{Fixture, Wrong};

/// The more a row errs, the lower it stands: full, without-rcd, without-cpd, without-scd, in every column.
const ROWS: [(&str, Wrong); 4] = [
    ("full", |_, _, i| i % 10 == 0),
    ("without-scd", |_, _, i| i % 10 < 4),
    ("without-cpd", |_, _, i| i % 10 < 3),
    ("without-rcd", |_, _, i| i % 10 < 2),
];

fn table(fixture: &mut Fixture, paper: &str) -> Option<String> {
    fixture.sweep.paper = Some(paper.to_owned());
    let terminal = fixture.terminal();
    terminal
        .split_once("Rank correlation of our rows with those of Table 3 of the paper\n")
        .map(|(_, rest)| rest.to_owned())
}

/// The paper's rows under l, a, v, ..., avg, lav; ours are ranked 4, 1, 2, 3 in the order of [`ROWS`].
///
/// ```python
/// from scipy.stats import kendalltau, spearmanr
/// full, scd, cpd, rcd = [[81.2, 66.52, 60.72, 83.56, 82.41, 73.74, 74.69, 83.94], [78.8, 64.96, 57.49, 81.95, 80.53, 71.05, 72.46, 82.13],
///   [79.23, 63.72, 57.83, 80.11, 79.45, 70.53, 71.81, 82.67], [79.73, 65.32, 59.21, 82.14, 81.05, 72.18, 73.27, 83.05]]
/// for f in (kendalltau, spearmanr): print([round(f(column, [4, 1, 2, 3]).statistic, 2) for column in zip(full, scd, cpd, rcd)])
/// # [1.0, 0.67, 1.0, 0.67, 0.67, 0.67, 0.67, 1.0]
/// # [1.0, 0.8, 1.0, 0.8, 0.8, 0.8, 0.8, 1.0]
/// ```
#[test]
fn as_scipy() {
    let mut fixture = Fixture::new(&ROWS, 2);
    let table = table(&mut fixture, "table3.mosi").unwrap();
    let line = |name: &str| {
        let line = table.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(line("Kendall's tau-b"), ["4", "1.00", "0.67", "1.00", "0.67", "0.67", "0.67", "0.67", "1.00"]);
    assert_eq!(line("Spearman's rho"), ["4", "1.00", "0.80", "1.00", "0.80", "0.80", "0.80", "0.80", "1.00"]);
    assert!(fixture.file("ranks.tex").contains("Kendall's tau-b & 4 & $1.00$ &"));
}

#[test]
fn two_rows_have_no_order_to_speak_of() {
    let mut fixture = Fixture::new(&ROWS[..2], 2);
    assert!(table(&mut fixture, "table3.mosi").is_none());
    let mut fixture = Fixture::new(&ROWS, 2);
    table(&mut fixture, "table3.mosi").unwrap();
    assert!(table(&mut fixture, "table1.mosi").is_none());
    // What the report before wrote is gone with it.
    assert!(!fixture.runs.report("made-up").join("ranks.tex").exists());
}
