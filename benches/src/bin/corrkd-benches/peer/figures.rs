//! The outcome, and its files for other programs.

use super::{agreement::Agreement, row::Row};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{fs, path::Path};

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
    /// What it had done.
    pub(super) work: &'static str,
    pub(super) program: &'static str,
    pub(super) threads: usize,
    /// Before that.
    pub(super) start: Option<u64>,
    /// Behind it.
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
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(COLUMNS)?;
        for row in self.rows.iter().map(cells) {
            csv.write_record(row.each_ref().map(text))?;
        }
        let csv = csv.into_inner().map_err(csv::IntoInnerError::into_error)?;
        let rows: Vec<Value> = self.rows.iter().map(|row| COLUMNS.into_iter().zip(cells(row)).collect()).collect();
        let memory = |m: &Memory| json!({ "work": m.work, "program": m.program, "threads": m.threads, "start": m.start, "peak": m.peak });
        let agreement = |Agreement { program, check, difference, term }: &Agreement| json!({ "program": program, "check": check, "difference": difference, "term": term });
        let programs: Value = self.programs.iter().map(|(name, said)| (*name, said.as_str())).collect();
        let all = json!({
            "programs": programs,
            "agreements": self.agreements.iter().map(agreement).collect::<Vec<_>>(),
            "rows": rows,
            "memory": self.memory.iter().map(memory).collect::<Vec<_>>(),
            "notes": self.notes,
        });
        for (name, bytes) in [("peer.csv", csv), ("peer.json", format!("{all:#}\n").into_bytes())] {
            let path = folder.join(name);
            fs::write(&path, bytes).with_context(|| path.display().to_string())?;
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

#[cfg(test)]
pub(super) mod tests {
    use super::super::row::Ratio;
    use super::*;

    pub(in crate::peer) fn figures() -> Figures {
        let work = "step L=2 B=64 T=50 dropout=on losses=all";
        let row = |threads, program, median: f64, ratio: Option<f64>, target| Row {
            work,
            threads,
            program,
            quartiles: [median / 2.0, median, median * 2.0],
            ratio: ratio.map(|median| Ratio { median, range: [median * 0.9, median * 1.1] }),
            target,
        };
        let unsteady = Row {
            work: "step L=2 B=64 T=50,375,500 dropout=on losses=all",
            ratio: Some(Ratio { median: 0.3, range: [0.1, 0.4] }),
            ..row(1, "sdpa", 0.3, None, None)
        };
        Figures {
            programs: vec![("ours", "corrkd".to_owned())],
            agreements: vec![Agreement {
                program: "eager",
                check: "check losses=all".to_owned(),
                difference: 2e-6,
                term: "cpd".to_owned(),
            }],
            rows: vec![
                row(1, "ours", 0.08, None, None),
                row(1, "eager", 0.32, Some(0.25), Some(0.25)),
                unsteady,
                row(2, "ours", 0.05, None, None),
                row(2, "eager", 0.2, Some(0.25), Some(0.18)),
            ],
            memory: vec![Memory { work: "training", program: "ours", threads: 1, start: None, peak: Some(100 << 20) }],
            notes: vec!["compile: no compiler".to_owned()],
        }
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
        assert!(lines[3].starts_with("\"step L=2 B=64 T=50,375,500 dropout=on losses=all\",1,sdpa,"), "{csv}");
        assert_eq!(lines.len(), 6);
        let json: Value = serde_json::from_str(&read("peer.json")).unwrap();
        assert_eq!(json["rows"][4]["target"], 0.18);
        assert_eq!(json["rows"][0]["ratio"], Value::Null);
        assert_eq!(json["programs"]["ours"], "corrkd");
        assert_eq!(json["memory"][0]["peak"], 100 << 20);
    }
}
