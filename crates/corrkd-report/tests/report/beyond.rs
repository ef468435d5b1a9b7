//! Conditions that the paper does not look at, and what a table holds where a data set lacks a modality.

use crate::finished::space;
use crate::fixture::{Fixture, RIGHT, TENTH, Wrong, said};
use corrkd_config::Task;
use corrkd_record::{Prediction, SweepRun, scores};

/// Adds a condition under which a row answers as under `lav`, but for all of this share of the 20 positive samples and of
/// the 20 negative ones it is wrong.
pub(crate) fn judged(fixture: &Fixture, row: &str, condition: &str, wrong: f64) {
    fixture.predict(row, |all| {
        let under = |p: &Prediction| {
            let place: usize = p.id.strip_prefix("sample-").unwrap().parse().unwrap();
            let is_wrong = ((place % 20) as f64) < 20.0 * wrong && place < 40;
            let answer = if is_wrong { said(p.label < 0.0) } else { p.answer.clone() };
            Prediction { condition: condition.to_owned(), answer, ..p.clone() }
        };
        let added: Vec<Prediction> = all.iter().filter(|p| p.condition == "lav").map(under).collect();
        all.extend(added);
    });
}

#[test]
fn a_line_for_each_condition_and_what_it_takes() {
    let fixture = Fixture::new(&[("full", RIGHT), ("tenth", TENTH)], 3);
    assert!(!fixture.terminal().contains("Missingness beyond the paper"));
    for (row, wrong) in [("full", 0.5), ("tenth", 0.1)] {
        // One on the paper's curve is not beyond it.
        judged(&fixture, row, "lav@0.5", 0.3);
        judged(&fixture, row, "lav@bursts:0.5", wrong);
        judged(&fixture, row, "lav@delay-v:0.25", 0.2);
    }
    let terminal = fixture.terminal();
    let table = terminal.split("Missingness beyond the paper: weighted F1 (%)").nth(1).unwrap();
    let table = table.split("\n\nAll scores").next().unwrap();
    let line = |label: &str| {
        let line =
            table.lines().find_map(|line| line.strip_prefix(label)).unwrap_or_else(|| panic!("{label}: {table}"));
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(line("                     "), ["full", "tenth"]);
    assert_eq!(line("n "), ["3", "3"]);
    assert_eq!(line("lav ")[0], "100.00±0.00*");
    // 50 % of 100; the better row under bursts is the one that loses least.
    assert_eq!(line("lav@bursts:0.5 ")[0], "50.00±0.00");
    assert!(line("lav@bursts:0.5 ")[1].ends_with('*'), "{table}");
    assert_eq!(line("lav@bursts:0.5 vs lav")[0], "-50.00±0.00");
    assert_eq!(line("lav@delay-v:0.25 vs lav")[0], "-20.00±0.00");
    // The loss is each run's own, whatever the others score.
    let of_row = fixture.sweep.runs.iter().filter(|run| run.row.as_deref() == Some("tenth"));
    let loss = |run: &SweepRun| {
        let dir = fixture.runs.run(&run.id);
        let all: Vec<Prediction> = dir.predictions(&dir.result().unwrap().unwrap()).unwrap();
        let under = |key: &str| all.iter().filter(|p| p.condition == key).collect::<Vec<_>>();
        let f1 = |key: &str| scores(&space(Task::Binary), &under(key)).f1;
        100.0 * (f1("lav@bursts:0.5") - f1("lav"))
    };
    let losses: Vec<f64> = of_row.map(loss).collect();
    let mean = losses.iter().sum::<f64>() / 3.0;
    assert!(line("lav@bursts:0.5 vs lav")[1].starts_with(&format!("{mean:.2}±")), "{table} {losses:?}");
    assert!(!table.contains("lav@0.5"), "{table}");
    // Each mechanism that appears is explained, and no other.
    let notes = table.replace("\n  ", " ");
    assert!(notes.contains("bursts, blocks of consecutive frames") && notes.contains("delay, the stream comes late"));
    assert!(!notes.contains("noise") && !notes.contains("energy") && !notes.contains("label"), "{notes}");
    assert!(fixture.file("beyond.tex").contains("lav@bursts:0.5 vs lav & $-50.00_{\\pm 0.00}$ &"));
}

#[test]
fn many_rows_and_conditions_stay_within_the_terminal() {
    let names: Vec<String> = (0..11).map(|i| format!("variant-number-{i}")).collect();
    let rows: Vec<(&str, Wrong)> = names.iter().map(|name| (name.as_str(), TENTH)).collect();
    let fixture = Fixture::new(&rows, 2);
    names.iter().for_each(|row| judged(&fixture, row, "lav@delay-lv:0.125", 0.5));
    let terminal = fixture.terminal();
    assert!(terminal.lines().all(|line| line.chars().count() <= 120), "{terminal}");
    // Every row is a column of one of the parts.
    let table = terminal.split("Missingness beyond the paper").nth(1).unwrap();
    assert!(names.iter().all(|name| table.contains(name.as_str())), "{table}");
}

/// As runs on a data set of words alone leave it.
#[test]
fn no_average_where_a_modality_lacks() {
    let fixture = Fixture::new(&[("full", RIGHT), ("tenth", TENTH)], 2);
    assert!(!fixture.terminal().contains("does not exist here"));
    for row in ["full", "tenth"] {
        fixture.predict(row, |all| all.retain(|p| ["l", "lav"].contains(&p.condition.as_str())));
    }
    let terminal = fixture.terminal().replace("\n  ", " ");
    assert!(
        terminal.contains("no run was judged under a, v, la, lv, av, because the data set lacks a modality"),
        "{terminal}"
    );
}
