//! Differences between rows whose runs predict what is chosen here, and the warnings that follow from them.

use crate::finished::{parquet, rewrite};
use crate::fixture::{Fixture, RIGHT, TENTH, WRONG, Wrong, labels};
use corrkd_metrics::{Zeros, sign_f1};
use corrkd_record::{Answer, Prediction, RunResult, Trained};
use polars::prelude::*;

fn trained(result: &mut RunResult) -> &mut Trained {
    result.training.as_mut().unwrap()
}

fn close(got: f64, expected: f64) {
    assert!((got - expected).abs() < 1e-12, "{got} is not {expected}");
}

#[test]
fn the_differences_are_those_of_the_scores() {
    let fixture = Fixture::new(
        &[("full", TENTH), ("worse", |s, c, i| (3 * i + c).is_multiple_of(3 + s as usize)), ("same", TENTH)],
        4,
    );
    fixture.terminal();
    for row in ["worse", "same"] {
        for condition in ["l", "a", "v", "la", "lv", "av", "avg", "lav"] {
            let scores = |row: &str, seed: u64| {
                let path = fixture.runs.report("made-up").join("scores.parquet");
                let frame = parquet(&path).lazy();
                let of = |key: &str, value: &str| col(key).eq(lit(value));
                let found = frame
                    .filter(of("row", row).and(of("condition", condition)).and(of("metric", "f1")))
                    .filter(col("seed").eq(lit(seed)))
                    .collect()
                    .unwrap();
                found.column("value").unwrap().f64().unwrap().get(0).unwrap()
            };
            let differences = (1..=4).map(|seed| scores(row, seed) - scores("full", seed));
            close(fixture.compared(row, condition, "difference"), differences.sum::<f64>() / 4.0);
            let keys = [("row", row), ("condition", condition), ("metric", "f1")];
            let in_table = fixture.number("table.parquet", &keys, "difference");
            close(fixture.compared(row, condition, "difference"), in_table);
            assert_eq!(fixture.compared(row, condition, "seeds"), 4.0);
            assert_eq!(fixture.compared(row, condition, "samples"), 40.0);
        }
    }
    let csv = fixture.file("comparison.csv");
    assert!(
        csv.starts_with("row,condition,metric,seeds,samples,difference,low,high,p,p_holm,test\nworse,l,f1,4,40,-"),
        "{csv}"
    );
    assert_eq!(csv.lines().count(), 1 + 2 * 8);
}

#[test]
fn intervals_and_tests_by_hand() {
    // All differences are 100 points, whatever is drawn: the test's smallest p, 2 / 2^6, and Holm's 3 and 2 times it.
    let rows: [(&str, Wrong); 4] = [("full", RIGHT), ("wrong", WRONG), ("also", WRONG), ("same", RIGHT)];
    let fixture = Fixture::new(&rows, 6);
    let terminal = fixture.terminal();
    for condition in ["av", "avg", "lav"] {
        for (column, expected) in [("difference", -1.0), ("low", -1.0), ("high", -1.0), ("p", 0.03125)] {
            close(fixture.compared("wrong", condition, column), expected);
        }
        // Holm: 3 * 0.03125 for both, and 1 * 1.
        close(fixture.compared("wrong", condition, "p_holm"), 0.09375);
        close(fixture.compared("also", condition, "p_holm"), 0.09375);
        for (column, expected) in [("difference", 0.0), ("low", 0.0), ("high", 0.0), ("p", 1.0), ("p_holm", 1.0)] {
            close(fixture.compared("same", condition, column), expected);
        }
    }
    let (_, table) = terminal.split_once("Differences from full").unwrap();
    let line = table.lines().find(|line| line.starts_with("wrong")).unwrap();
    let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    let of_column = ["-100.00", "-100.00 to -100.00", "0.0312", "0.0938"];
    assert_eq!(cells, [&["wrong", "6"][..], &of_column, &of_column].concat());
    assert!(fixture.file("table.md").contains("| wrong | 6 | -100.00 | -100.00 to -100.00 | 0.0312 | 0.0938 |"));
    assert!(terminal.lines().all(|line| line.chars().count() <= 120));
}

/// One seed; among 40 samples the row errs in 4 that the reference has right.
///
/// ```python
/// import numpy as np; from scipy.stats import t; from sklearn.metrics import f1_score
/// y = np.repeat([1, 0], 20); p = np.where(np.arange(40) % 10 == 0, 1 - y, y); i = np.arange(40)
/// f = lambda keep: f1_score(y[keep], p[keep], average="weighted") - 1
/// v = 39 / 40 * sum((np.array([f(i != k) for k in i]) - np.mean([f(i != k) for k in i])) ** 2)
/// f(i >= 0) + np.array([-1, 1]) * t.ppf(0.975, 39) * v ** 0.5  # -0.1972, -0.0028
/// ```
#[test]
fn an_interval_over_samples_alone() {
    let fixture = Fixture::new(&[("full", RIGHT), ("row", |_, _, i| i % 10 == 0)], 1);
    let terminal = fixture.terminal().replace("\n  ", " ");
    let expected = sign_f1(
        &labels(),
        &labels().iter().enumerate().map(|(i, l)| (*l > 0.0) != (i % 10 == 0)).collect::<Vec<_>>(),
        Zeros::Excluded,
    ) - 1.0;
    close(fixture.compared("row", "lav", "difference"), expected);
    assert!((fixture.compared("row", "lav", "low") + 0.197_166_928_823_139_94).abs() < 1e-9);
    assert!((fixture.compared("row", "lav", "high") + 0.002_833_071_176_860_019).abs() < 1e-9);
    assert!(terminal.contains("With one seed its 95 % interval is that of other test samples alone"), "{terminal}");
}

/// More seeds than the exact test counts have a p, Holm's p and daggers, and all that speaks of the test says how it was done.
#[test]
fn more_seeds_than_can_be_counted() {
    let fixture = Fixture::new(&[("full", RIGHT), ("tenth", TENTH), ("same", RIGHT)], 41);
    let terminal = fixture.terminal().replace("\n  ", " ");
    assert!(terminal.contains("(Monte Carlo, over 999999 random patterns of signs"), "{terminal}");
    assert!(!terminal.contains("exact, over all"), "{terminal}");
    close(fixture.compared("tenth", "lav", "p"), 1e-6);
    close(fixture.compared("tenth", "lav", "p_holm"), 2e-6);
    close(fixture.compared("same", "lav", "p_holm"), 1.0);
    assert!(fixture.file("comparison.csv").lines().skip(1).all(|line| line.ends_with(",monte-carlo")));
    let lines: Vec<&str> = terminal.lines().filter(|line| line.starts_with("tenth vs full")).collect();
    assert_eq!(lines.concat().matches('†').count(), 8, "{lines:?}");
}

#[test]
fn no_warning_where_there_is_nothing_to_warn_of() {
    let fixture = Fixture::new(&[("full", RIGHT), ("wrong", WRONG)], 6);
    assert!(fixture.warnings().is_empty(), "{:?}", fixture.warnings());
    for file in ["table.md", "table.tex"] {
        assert!(!fixture.file(file).contains("Warning"), "{file}");
    }
    assert!(!fixture.terminal().contains("Warning"));
}

#[test]
fn too_few_seeds() {
    // Five seeds of one row: 2 / 2^5 > 0.05, so what is as clear as can be is not told from noise either.
    let warnings = Fixture::new(&[("full", RIGHT), ("wrong", WRONG)], 5).warnings();
    assert_eq!(
        warnings[0],
        "With 5 shared seeds the permutation test cannot go below p = 0.0625, so no difference of wrong can be significant, \
         however large. Give at least 6 seeds."
    );
    assert!(warnings[1].starts_with("avg: the difference from full lies within the noise"), "{warnings:?}");
    assert!(warnings[1].contains("for wrong (-100.00; about 6 seeds would resolve it)."), "{warnings:?}");
    assert_eq!(warnings.len(), 3);

    // Six seeds suffice for one row but not for two: Holm doubles 2 / 2^6. Seven do.
    let rows: [(&str, Wrong); 3] = [("full", RIGHT), ("wrong", WRONG), ("also", WRONG)];
    let warnings = Fixture::new(&rows, 6).warnings();
    assert!(warnings[0].contains("below p = 0.03125 (0.0625 with Holm's correction for 2 rows)"), "{warnings:?}");
    assert!(warnings[0].contains("no difference of wrong, also can be significant"), "{warnings:?}");
    assert!(warnings[0].ends_with("Give at least 7 seeds."), "{warnings:?}");
    assert!(Fixture::new(&rows, 7).warnings().is_empty());

    let one = Fixture::new(&[("full", RIGHT), ("wrong", WRONG)], 1).warnings();
    assert!(one[0].starts_with("With 1 shared seed the"), "{one:?}");
    assert!(one[1].contains("(-100.00; one seed does not tell how many it would take)"), "{one:?}");
}

#[test]
fn within_the_noise() {
    // Only one row of two is noise, and only in one column: under lav (6) it always errs.
    let nearly: Wrong = |seed, condition, i| condition == 6 || TENTH(seed, condition, i);
    let fixture = Fixture::new(&[("full", TENTH), ("wrong", WRONG), ("nearly", nearly)], 7);
    let warnings = fixture.warnings();
    assert_eq!(
        warnings,
        ["avg: the difference from full lies within the noise (its 95 % interval holds 0, or Holm's p is above 0.05) \
          for nearly (+0.00; no number of seeds resolves a difference of 0). Do not rank these rows against full."]
    );
    assert!(fixture.file("table.md").contains("## Warnings\n\n- avg: the difference from full lies within the noise"));
    assert!(fixture.file("table.tex").contains("% Warning: avg: the difference from full lies within the noise"));
}

#[test]
fn the_best_epoch_is_the_last() {
    let fixture = Fixture::new(&[("full", RIGHT), ("wrong", WRONG)], 6);
    fixture.change("full", &[1, 4], |result| trained(result).best_epoch = 50);
    fixture.change("wrong", &[6], |result| trained(result).best_epoch = 50);
    assert_eq!(
        fixture.warnings(),
        ["The best epoch is the last of 50 for full (2 of 6 runs), wrong (1 of 6 runs): these runs may not have been \
          trained to their end. Train longer: raise student.epochs."]
    );
    // Training that stopped early, at its best epoch so far, has not used up what it was allowed.
    for row in ["full", "wrong"] {
        fixture.change(row, &[1, 4, 6], |result| {
            let trained = trained(result);
            (trained.best_epoch, trained.epochs) = (30, 30);
        });
    }
    assert!(fixture.warnings().is_empty());
}

#[test]
fn runs_without_a_result() {
    let mut fixture = Fixture::new(&[("full", RIGHT), ("wrong", WRONG)], 8);
    fixture.sweep.runs[3].failure = Some("out of memory".to_owned());
    let log = fixture.runs.run(&fixture.sweep.runs[3].id).log_path();
    assert_eq!(
        fixture.warnings(),
        [format!(
            "1 of 16 runs left no result: wrong (1). The same `ablate` command tries them again. Its log is {}.",
            log.display()
        )]
    );
    fixture.sweep.runs[0].failure = Some("stopped".to_owned());
    let warnings = fixture.warnings();
    assert!(warnings[0].starts_with("2 of 16 runs left no result: full (1), wrong (1)."), "{warnings:?}");
    let root = log.parent().unwrap().parent().unwrap();
    assert!(warnings[0].contains(&root.join("ID/log.txt").display().to_string()), "{warnings:?}");
    assert_eq!(warnings.len(), 1);
    // Six seeds are shared.
    assert_eq!(fixture.compared("wrong", "lav", "seeds"), 6.0);
}

#[test]
fn a_big_sweep_gives_a_line_for_each_kind() {
    let names: Vec<String> = (0..30).map(|i| format!("row-{i}")).collect();
    let rows: Vec<(&str, Wrong)> = names.iter().map(|name| (name.as_str(), TENTH)).collect();
    let fixture = Fixture::new(&rows, 2);
    names.iter().for_each(|row| fixture.change(row, &[1, 2], |result| trained(result).best_epoch = 50));
    let warnings = fixture.warnings();
    assert_eq!(warnings.len(), 4, "{warnings:#?}");
    assert!(warnings.iter().all(|warning| warning.len() < 900), "{warnings:#?}");
    assert!(warnings[0].contains("row-7 (2 of 2 runs) and 22 more"), "{warnings:#?}");
    assert!(warnings[1].contains("row-8 and 21 more"), "{warnings:#?}");
}

#[test]
fn predictions_that_do_not_fit_are_damage() {
    let fixture = Fixture::new(&[("full", RIGHT), ("wrong", WRONG), ("also", WRONG)], 1);
    let dir = fixture.runs.run(&fixture.sweep.runs[1].id);
    let good = dir.predictions(&dir.result().unwrap().unwrap()).unwrap();
    let reason = |change: &dyn Fn(&mut Vec<Prediction>)| {
        rewrite(&fixture.runs, &fixture.sweep.runs[1].id, |all| {
            *all = good.clone();
            change(all);
        });
        fixture.without_a_result().pop().unwrap()
    };
    let says = |line: &str, what: &str| assert!(line.starts_with("wrong, seed 1 (") && line.contains(what), "{line}");
    says(
        &reason(&|all| drop(all.remove(50))),
        "the samples under a are not those under l; the experiment's `ablate` command",
    );
    let other_label = reason(&|all| all.iter_mut().filter(|p| p.id == "sample-3").for_each(|p| p.label = -1.0));
    says(&other_label, "its test samples or their labels: not the same as of most of the 3 runs");
    let answered = |answer: Answer| reason(&|all| all.iter_mut().for_each(|p| p.answer = answer.clone()));
    let shapes = "an answer under l is not one of 2 probabilities of categories, 1 of targets, or a score";
    says(&answered(Answer::Categories { probabilities: vec![0.5, 0.5, 0.0], score: None }), shapes);
    says(&answered(Answer::Targets(vec![0.5; 4])), shapes);
    says(&reason(&|all| all.iter_mut().for_each(|p| p.condition.push('@'))), "`l@` is no condition");
    says(&reason(&|all| all.iter_mut().for_each(|p| p.category = usize::MAX)), "is of no category that there is");
    says(&reason(&|all| all[1].id = all[0].id.clone()), "is there twice under l");
    says(&reason(&Vec::clear), "it holds no prediction");
}
