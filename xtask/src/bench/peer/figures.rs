//! The outcome: as tables to read, and as files for other programs.

use super::{agreement::Agreement, row::Row};
use crate::bench::{
    duration::{duration, three_digits},
    table::Table,
};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{fmt, fs, path::Path};

/// Everything that was found.
#[derive(Default)]
pub(super) struct Figures {
    /// What each program calls itself.
    pub(super) programs: Vec<(&'static str, String)>,
    pub(super) agreements: Vec<Agreement>,
    pub(super) rows: Vec<Row>,
    pub(super) memory: Vec<Memory>,
    /// What could not be done.
    pub(super) notes: Vec<String>,
}

/// The most memory that a program held, in bytes.
pub(super) struct Memory {
    pub(super) program: &'static str,
    pub(super) threads: usize,
    /// Before its first step.
    pub(super) start: Option<u64>,
    /// After all training steps.
    pub(super) peak: Option<u64>,
}

const COLUMNS: [&str; 10] =
    ["work", "threads", "program", "median_ms", "q1", "q3", "ratio", "ratio_min", "ratio_max", "target"];

impl Figures {
    /// Writes `peer.csv`, the rows alone (times in milliseconds), and `peer.json`, everything.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            number => number.to_string(),
        };
        let mut csv = format!("{}\n", COLUMNS.join(","));
        for row in self.rows.iter().map(cells) {
            csv += &format!("{}\n", row.each_ref().map(text).join(","));
        }
        let rows: Vec<Value> = self.rows.iter().map(|row| COLUMNS.into_iter().zip(cells(row)).collect()).collect();
        let memory =
            |m: &Memory| json!({ "program": m.program, "threads": m.threads, "start": m.start, "peak": m.peak });
        let agreement = |a: &Agreement| json!({ "program": a.program, "term": a.term, "difference": a.difference });
        let programs: Value = self.programs.iter().map(|(name, said)| (*name, said.as_str())).collect();
        let all = json!({
            "programs": programs,
            "agreements": self.agreements.iter().map(agreement).collect::<Vec<_>>(),
            "rows": rows,
            "memory": self.memory.iter().map(memory).collect::<Vec<_>>(),
            "notes": self.notes,
        });
        for (name, text) in [("peer.csv", csv), ("peer.json", format!("{all:#}\n"))] {
            let path = folder.join(name);
            fs::write(&path, text).with_context(|| path.display().to_string())?;
        }
        Ok(())
    }
}

/// A row in the order of the columns.
fn cells(row: &Row) -> [Value; 10] {
    let [q1, median, q3] = row.quartiles.map(|seconds| json!(seconds * 1e3));
    let ratio = row.ratio.map(|ratio| json!(ratio.median)).unwrap_or_default();
    let [least, most] = row.ratio.map(|ratio| ratio.range.map(|end| json!(end))).unwrap_or_default();
    let target = row.target.map(|target| json!(target)).unwrap_or_default();
    [json!(row.work), json!(row.threads), json!(row.program), median, q1, q3, ratio, least, most, target]
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, said) in &self.programs {
            writeln!(f, "{name}: {said}")?;
        }
        for Agreement { program, difference, term } in &self.agreements {
            writeln!(f, "{program} computes what ours does: {difference:.1e} apart at most ({term})")?;
        }
        for rows in self.rows.chunk_by(|a, b| a.threads == b.threads) {
            writeln!(f, "\n{}", times(rows))?;
        }
        let mut table = Table::new(&["most memory held", "threads", "at the start", "after the training steps"]);
        let mebibytes = |bytes: Option<u64>| bytes.map_or("unknown".to_owned(), |b| format!("{} MiB", b >> 20));
        for Memory { program, threads, start, peak } in &self.memory {
            table.push(vec![(*program).to_owned(), threads.to_string(), mebibytes(*start), mebibytes(*peak)]);
        }
        writeln!(f, "{table}")?;
        let reached: Vec<bool> = self.rows.iter().filter_map(Row::reached).collect();
        writeln!(f, "{} of {} targets reached", reached.iter().filter(|&&yes| yes).count(), reached.len())?;
        for row in self.rows.iter().filter(|row| row.ratio.is_some_and(|ratio| ratio.is_unsteady())) {
            writeln!(
                f,
                "note: `{}` beside {} on {} threads: the blocks differ by more than half; what else runs on this \
                 machine? Measure again while it is idle",
                row.work, row.program, row.threads,
            )?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "note: {note}"))
    }
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
                row.ratio.map_or(String::new(), |ratio| ratio.range.map(three_digits).join(" - ")),
                row.target.map_or(String::new(), three_digits),
                row.reached().map_or("", |reached| if reached { "reached" } else { "missed" }).to_owned(),
            ]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::row::Ratio;
    use super::*;

    fn figures() -> Figures {
        let work = "step L=2 B=64 T=50 dropout=on losses=all";
        let row = |threads, program, median: f64, ratio: Option<f64>, target| Row {
            work,
            threads,
            program,
            quartiles: [median / 2.0, median, median * 2.0],
            ratio: ratio.map(|median| Ratio { median, range: [median * 0.9, median * 1.1] }),
            target,
        };
        let unsteady = Row { ratio: Some(Ratio { median: 0.3, range: [0.1, 0.4] }), ..row(1, "sdpa", 0.3, None, None) };
        Figures {
            programs: vec![("ours", "corrkd".to_owned())],
            agreements: vec![Agreement { program: "eager", difference: 2e-6, term: "cpd".to_owned() }],
            rows: vec![
                row(1, "ours", 0.08, None, None),
                row(1, "eager", 0.32, Some(0.25), Some(0.25)),
                unsteady,
                row(2, "ours", 0.05, None, None),
                row(2, "eager", 0.2, Some(0.25), Some(0.18)),
            ],
            memory: vec![Memory { program: "ours", threads: 1, start: None, peak: Some(100 << 20) }],
            notes: vec!["compile: no compiler".to_owned()],
        }
    }

    #[test]
    fn the_tables_say_what_was_reached_and_what_is_doubtful() {
        let said = figures().to_string();
        let lines: Vec<String> = said.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        for line in [
            "ours: corrkd",
            "eager computes what ours does: 2.0e-6 apart at most (cpd)",
            "threads: 1 median quartiles ours / it least - most target",
            "ours 80.0 ms 40.0 ms - 160 ms",
            "eager 320 ms 160 ms - 640 ms 0.250 0.225 - 0.275 0.250 reached",
            "eager 200 ms 100 ms - 400 ms 0.250 0.225 - 0.275 0.180 missed",
            "ours 1 unknown 100 MiB",
            "1 of 2 targets reached",
            "note: compile: no compiler",
        ] {
            assert!(lines.iter().any(|said| said == line), "{line} is not in\n{said}");
        }
        let doubtful: Vec<&String> = lines.iter().filter(|line| line.contains("blocks differ")).collect();
        assert!(matches!(doubtful[..], [one] if one.contains("beside sdpa on 1 threads")), "{said}");
    }

    #[test]
    fn the_files_hold_the_rows() {
        let folder = tempfile::tempdir().unwrap();
        figures().write(folder.path()).unwrap();
        let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
        let csv = read("peer.csv");
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines[0], "work,threads,program,median_ms,q1,q3,ratio,ratio_min,ratio_max,target");
        assert_eq!(lines[1], "step L=2 B=64 T=50 dropout=on losses=all,1,ours,80.0,40.0,160.0,,,,");
        assert_eq!(lines.len(), 6);
        let json: Value = serde_json::from_str(&read("peer.json")).unwrap();
        assert_eq!(json["rows"][4]["target"], 0.18);
        assert_eq!(json["rows"][0]["ratio"], Value::Null);
        assert_eq!(json["programs"]["ours"], "corrkd");
        assert_eq!(json["memory"][0]["peak"], 100 << 20);
    }
}
