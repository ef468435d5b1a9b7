//! Which rows are the best of a column, which tie with it, and which differences are marked.

use crate::fixture::{Fixture, RIGHT, TENTH, WRONG, Wrong};

/// The cells of the line with this label in the main table, their signs included; a wide table has it once in each part.
fn line(terminal: &str, label: &str) -> Vec<String> {
    let main = terminal.split("\n- ").next().unwrap();
    let found = main
        .lines()
        .filter_map(|line| line.strip_prefix(label).filter(|rest| rest.starts_with(' ') && !rest.starts_with(" vs")));
    let cells: Vec<String> = found.flat_map(str::split_whitespace).map(str::to_owned).collect();
    assert_eq!(cells.len(), 9, "{label}: {main}");
    cells
}

#[test]
fn the_best_those_that_tie_with_it_and_significant_differences() {
    // Seven seeds can tell three rows from a fourth: 3 * 2 / 2^7 < 0.05. `close` errs where `full` does, but for lav.
    let close: Wrong = |seed, condition, i| if condition == 6 { i % 3 == 0 } else { TENTH(seed, condition, i) };
    let fixture = Fixture::new(&[("full", TENTH), ("wrong", WRONG), ("close", close), ("right", RIGHT)], 7);
    let terminal = fixture.terminal();
    let ends =
        |label: &str, sign: &str| line(&terminal, label)[1..].iter().map(|c| c.ends_with(sign)).collect::<Vec<_>>();
    assert_eq!(ends("right", "*"), [true; 8]);
    // Each seed errs in a tenth of the samples, and so differs from `right` in the same direction.
    for label in ["full", "wrong", "close"] {
        assert!(line(&terminal, label)[1..].iter().all(|cell| !cell.ends_with(['*', '≈'])), "{terminal}");
    }
    assert_eq!(ends("wrong vs full", "†"), [true; 8]);
    assert_eq!(ends("right vs full", "†"), [true; 8]);
    // Differs under lav (the last) and not under the incomplete sets, so neither in their mean.
    let only_lav = [vec![false; 7], vec![true]].concat();
    assert_eq!(ends("close vs full", "†"), only_lav);

    let markdown = fixture.file("table.md");
    assert!(markdown.contains("| right | 7 | **100.00 ± 0.00** | **"), "{markdown}");
    assert!(fixture.file("table.tex").contains("right & 7 & $\\mathbf{100.00}_{\\pm 0.00}$ &"));
    assert!(fixture.file("table.tex").contains("^{\\dagger}$"));
    assert!(!terminal.contains("every row ties"));
}

#[test]
fn equal_rows_are_both_best_and_what_cannot_be_told_apart_ties() {
    let nearly: Wrong = |seed, condition, i| TENTH(seed, condition, i) || (seed, i) == (1, 1);
    let fixture = Fixture::new(&[("full", TENTH), ("same", TENTH), ("nearly", nearly)], 7);
    let terminal = fixture.terminal();
    for label in ["full", "same"] {
        assert!(line(&terminal, label)[1..].iter().all(|cell| cell.ends_with('*')), "{terminal}");
    }
    // Under one set the answer to that sample was wrong before.
    let of_nearly = line(&terminal, "nearly");
    assert!(of_nearly[1..].iter().all(|cell| cell.ends_with(['≈', '*'])), "{terminal}");
    assert!(of_nearly.iter().filter(|cell| cell.ends_with('≈')).count() >= 6, "{terminal}");
    assert!(!line(&terminal, "nearly vs full").iter().any(|cell| cell.ends_with('†')), "{terminal}");
}

#[test]
fn few_seeds_tell_nothing_apart() {
    let fixture = Fixture::new(&[("full", RIGHT), ("wrong", WRONG)], 5);
    let terminal = fixture.terminal();
    assert!(line(&terminal, "wrong")[1..].iter().all(|cell| cell.ends_with('≈')), "{terminal}");
    assert!(!line(&terminal, "wrong vs full").iter().any(|cell| cell.ends_with('†')), "{terminal}");
    let note = "With 5 shared seeds and 1 row to compare no difference can be: every row ties.";
    assert!(terminal.replace("\n  ", " ").contains(note), "{terminal}");
}
