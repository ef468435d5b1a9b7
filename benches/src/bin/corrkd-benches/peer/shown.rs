//! The outcome as tables to read.

use super::{
    agreement::Agreement,
    figures::{Figures, Memory},
    row::{Ratio, Row},
};
use crate::{
    duration::{duration, three_digits},
    table::Table,
};
use std::fmt;

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, said) in &self.programs {
            writeln!(f, "{name}: {said}")?;
        }
        for Agreement { program, check, difference, term } in &self.agreements {
            writeln!(f, "{check}: {program} and ours are {difference:.1e} apart at most ({term})")?;
        }
        for rows in self.rows.chunk_by(|a, b| a.threads == b.threads) {
            writeln!(f, "\n{}", times(rows))?;
        }
        let mut table = Table::new(&["most memory held", "threads", "program", "before", "behind"]);
        let mebibytes = |bytes: Option<u64>| bytes.map_or("unknown".to_owned(), |b| format!("{} MiB", b >> 20));
        for Memory { work, program, threads, start, peak } in &self.memory {
            let held = [start, peak].map(|bytes| mebibytes(*bytes));
            let whose = [(*work).to_owned(), threads.to_string(), (*program).to_owned()];
            table.push(whose.into_iter().chain(held).collect());
        }
        writeln!(f, "{table}")?;
        let reached: Vec<bool> = self.rows.iter().filter_map(Row::reached).collect();
        writeln!(f, "{} of {} targets reached", reached.iter().filter(|&&yes| yes).count(), reached.len())?;
        if self.rows.iter().filter_map(|row| row.ratio).any(Ratio::is_unsteady) {
            writeln!(
                f,
                "note: where `{UNSTEADY}` stands, the blocks differ by more than half; something else was running: \
                 measure again on an idle machine"
            )?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "note: {note}"))
    }
}

/// Behind the range of a ratio that is not to be trusted.
const UNSTEADY: char = '~';

fn range(ratio: Ratio) -> String {
    let range = ratio.range.map(three_digits).join(" - ");
    if ratio.is_unsteady() { format!("{range} {UNSTEADY}") } else { range }
}

/// The rows of one number of threads, by work.
fn times(rows: &[Row]) -> Table {
    let threads = format!("threads: {}", rows[0].threads);
    let mut table = Table::new(&[&threads, "median", "quartiles", "ours / it", "least - most", "target", ""]);
    for rows in rows.chunk_by(|a, b| a.work == b.work) {
        let mut title = vec![String::new(); 7];
        title[0] = rows[0].work.to_owned();
        table.push(title);
        for row in rows {
            let [q1, median, q3] = row.quartiles.map(duration);
            table.push(vec![
                format!("  {}", row.program),
                median,
                format!("{q1} - {q3}"),
                row.ratio.map_or(String::new(), |ratio| three_digits(ratio.median)),
                row.ratio.map_or(String::new(), range),
                row.target.map_or(String::new(), three_digits),
                row.reached().map_or("", |reached| if reached { "reached" } else { "missed" }).to_owned(),
            ]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::figures::tests::figures;

    #[test]
    fn the_tables_say_what_was_reached_and_what_is_doubtful() {
        let said = figures().to_string();
        let lines: Vec<String> = said.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        for line in [
            "ours: corrkd",
            "check losses=all: eager and ours are 2.0e-6 apart at most (cpd)",
            "threads: 1 median quartiles ours / it least - most target",
            "ours 80.0 ms 40.0 ms - 160 ms",
            "sdpa 300 ms 150 ms - 600 ms 0.300 0.100 - 0.400 ~",
            "eager 320 ms 160 ms - 640 ms 0.250 0.225 - 0.275 0.250 reached",
            "eager 200 ms 100 ms - 400 ms 0.250 0.225 - 0.275 0.180 missed",
            "training 1 ours unknown 100 MiB",
            "1 of 2 targets reached",
            "note: compile: no compiler",
        ] {
            assert!(lines.iter().any(|said| said == line), "{line} is not in\n{said}");
        }
        assert_eq!(said.matches('~').count(), 2, "once in the table, once in the note:\n{said}");
    }
}
