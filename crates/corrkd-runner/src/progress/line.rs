//! The line of a run at work, within 80 columns.

use std::collections::BTreeMap;

/// What a line may take: 80 columns less `epoch `, which stands before it where there is no terminal.
const WIDTH: usize = 74;
/// What names are cut to at most, however much room there is.
const NAME: usize = 24;
/// What the names of folds are cut to.
const FOLD: usize = 8;
/// What is left to names in any case; where the numbers take more, the last terms of the loss are left out.
const LEAST_NAME: usize = 12;

/// Names as columns of equal width, and what else a run's line says.
pub(crate) struct Lines {
    /// Row, and seed with fold, of each task.
    names: Vec<[String; 2]>,
    width: usize,
}

impl Lines {
    /// For the tasks' rows, seeds and folds; `terms` is how many terms of a loss find room, `epochs` the most of any run.
    pub(crate) fn new<'a>(
        tasks: impl Iterator<Item = (&'a str, u64, Option<&'a str>)>,
        terms: usize,
        epochs: usize,
    ) -> Self {
        let tasks: Vec<_> = tasks.collect();
        let digits = tasks.iter().map(|(_, seed, _)| seed.to_string().len()).max().unwrap_or(1);
        let folds = tasks.iter().filter_map(|&(_, _, fold)| fold).map(|fold| fold.chars().count().min(FOLD)).max();
        let fold = |fold: Option<&str>| match (fold, folds) {
            (Some(fold), Some(width)) => format!(" fold {:<width$}", cut(fold, width)),
            _ => String::new(),
        };
        let numbered: Vec<String> =
            tasks.iter().map(|&(_, seed, of)| format!("seed {seed:<digits$}{}", fold(of))).collect();
        let longest = tasks.iter().map(|(row, ..)| row.chars().count()).max().unwrap_or(0);
        let number = numbered.iter().map(|number| number.chars().count()).max().unwrap_or(0);
        // ` seed 1 fold 2 `, `12/50 `, `scd 71.9 ` for each term, `F1 88.2` with a gap before.
        let numbers = 1 + number + 1 + 2 * epochs.to_string().len() + 2 + 9 * terms + 8;
        let width = longest.min(NAME).min(WIDTH.saturating_sub(numbers)).max(LEAST_NAME.min(longest));
        let names = tasks.iter().zip(numbered).map(|((row, ..), number)| [cut(row, width), number]);
        Self { names: names.collect(), width }
    }

    /// `without-scd  seed 2`, or `without-scd  seed 2 fold 5`.
    pub(crate) fn name(&self, task: usize) -> String {
        let [row, seed] = &self.names[task];
        format!("{row:<width$} {seed}", width = self.width)
    }

    /// `without-scd  seed 2 35/50 cpd 0.33 rcd 2.77 task 0.40 F1 89.7`: each term of the loss, the task's first, and the
    /// validation score in percent.
    pub(crate) fn epoch(
        &self,
        task: usize,
        epoch: usize,
        epochs: usize,
        losses: &BTreeMap<String, f64>,
        f1: f64,
    ) -> String {
        let digits = epochs.to_string().len();
        let start = format!("{} {epoch:>digits$}/{epochs}", self.name(task));
        let end = format!(" F1 {:.1}", 100.0 * f1);
        let own = losses.iter().filter(|(term, _)| *term == "task");
        let others = losses.iter().filter(|(term, _)| !["task", "total"].contains(&term.as_str()));
        let mut line = start;
        for (term, value) in own.chain(others) {
            let said = format!(" {term} {}", short(*value));
            if line.chars().count() + said.len() + end.len() > WIDTH {
                break;
            }
            line += &said;
        }
        line + &end
    }
}

/// A name in at most `width` columns; an ellipsis says that something is cut off.
fn cut(name: &str, width: usize) -> String {
    match name.chars().count() > width {
        true => name.chars().take(width.saturating_sub(1)).chain(['…']).collect(),
        false => name.to_owned(),
    }
}

/// A number in about four characters.
fn short(value: f64) -> String {
    match value.abs() {
        size if size < 9.995 => format!("{value:.2}"),
        size if size < 99.95 => format!("{value:.1}"),
        size if size < 9999.5 => format!("{value:.0}"),
        _ => format!("{value:.0e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn losses(terms: &[(&str, f64)]) -> BTreeMap<String, f64> {
        terms.iter().map(|&(term, value)| (term.to_owned(), value)).collect()
    }

    #[test]
    fn all_terms_of_the_method_are_there() {
        let tasks = [("full", 1), ("without-scd", 10), ("teacher", 1)].map(|(row, seed)| (row, seed, None));
        let lines = Lines::new(tasks.into_iter(), 4, 50);
        let losses = losses(&[("task", 0.4), ("scd", 71.94), ("cpd", 0.525), ("rcd", 2.7725), ("total", 75.6)]);
        assert_eq!(
            lines.epoch(0, 5, 50, &losses, 0.8817),
            "full        seed 1   5/50 task 0.40 cpd 0.53 rcd 2.77 scd 71.9 F1 88.2"
        );
        assert_eq!(lines.name(1), "without-scd seed 10");
    }

    #[test]
    fn folds_are_named() {
        let tasks = [("full", 1, Some("Ses01")), ("teacher", 10, Some("Session-02"))];
        let lines = Lines::new(tasks.into_iter(), 4, 50);
        assert_eq!(lines.name(0), "full    seed 1  fold Ses01   ");
        assert_eq!(lines.name(1), "teacher seed 10 fold Session…");
        let lines = Lines::new([("full", 1, Some("2"))].into_iter(), 4, 50);
        assert_eq!(lines.epoch(0, 5, 50, &losses(&[("task", 0.4)]), 0.5), "full seed 1 fold 2  5/50 task 0.40 F1 50.0");
    }

    #[test]
    fn nothing_is_wider_than_the_screen() {
        let rows = ["full", "full losses.scd.weight=0.001 losses.rcd.weight=10.0", "Ünïcödé-Zeile mit langem Namen"];
        let tasks = rows.into_iter().flat_map(|row| [1, 20_261_125].map(|seed| (row, seed)));
        for (row, seed, fold) in tasks.flat_map(|(row, seed)| [None, Some("a group of videos")].map(|f| (row, seed, f)))
        {
            for epochs in [9, 50, 1000] {
                let lines = Lines::new([(row, seed, fold)].into_iter(), 4, epochs);
                for value in [0.0, -0.5, 9.999, 123.4, 5e7, -1e12, f64::INFINITY] {
                    let losses = losses(&[("task", value), ("scd", value), ("cpd", value), ("rcd", value)]);
                    let line = lines.epoch(0, epochs, epochs, &losses, 1.0);
                    assert!(line.chars().count() <= WIDTH, "{line}");
                    assert!(line.ends_with(" F1 100.0") && line.contains(" task "), "{line}");
                    assert!(line.starts_with(&row.chars().take(4).collect::<String>()), "{line}");
                }
            }
        }
    }

    #[test]
    fn numbers_are_short() {
        let said = [0.0, 0.128, 9.999, 71.94, 123.4, 12_345.0].map(short);
        assert_eq!(said, ["0.00", "0.13", "10.0", "71.9", "123", "1e4"]);
    }
}
