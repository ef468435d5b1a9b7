//! The outcome: tables to read, and a file for other programs.

use super::{
    agreement::Agreement,
    command::{Limit, Timed},
    row::Row,
};
use crate::{
    duration::{duration, three_digits},
    quantiles::median,
    table::Table,
};
use anyhow::{Context, Result};
use serde_json::json;
use std::{fmt, fs, path::Path};

/// Everything that was found.
pub(super) struct Figures {
    /// How far apart the outcomes of both are.
    pub(super) agreement: Agreement,
    pub(super) rows: Vec<Row>,
    pub(super) commands: Vec<Timed>,
}

impl Figures {
    /// Writes `align.json`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let row = |row: &Row| {
            let ([ours, theirs], [least, ratio, most]) = (row.medians(), row.ratio());
            json!({ "work": row.work, "ours": ours, "theirs": theirs, "ratio": ratio, "ratio_min": least,
                    "ratio_max": most, "target": row.target })
        };
        let command =
            |timed: &Timed| json!({ "command": timed.command, "seconds": timed.seconds, "memory": timed.memory });
        let all = json!({
            "agreement": self.agreement,
            "seconds_per_video": self.rows.iter().map(row).collect::<Vec<_>>(),
            "commands": self.commands.iter().map(command).collect::<Vec<_>>(),
        });
        let path = folder.join("align.json");
        fs::write(&path, format!("{all:#}\n")).with_context(|| path.display().to_string())
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Agreement { entries, seconds, features } = &self.agreement;
        writeln!(
            f,
            "{entries} entries: both have the same, intervals {seconds:.1e} s apart at most, features {features:.1e}\n"
        )?;
        let said = |reached: Option<bool>| reached.map_or("", |reached| if reached { "reached" } else { "missed" });
        let mut table = Table::new(&["time per video", "ours", "NumPy", "NumPy / ours", "least - most", "target", ""]);
        for row in &self.rows {
            let ([ours, theirs], [least, ratio, most]) = (row.medians(), row.ratio());
            table.push(vec![
                row.work.to_owned(),
                duration(ours),
                duration(theirs),
                three_digits(ratio),
                format!("{} - {}", three_digits(least), three_digits(most)),
                row.target.map_or(String::new(), |target| format!("{target}")),
                said(row.reached()).to_owned(),
            ]);
        }
        writeln!(f, "{table}")?;
        let mebibytes = |bytes: u64| format!("{} MiB", bytes >> 20);
        let mut table = Table::new(&["all videos, all cores", "median", "most memory", "limit", ""]);
        for timed in &self.commands {
            table.push(vec![
                timed.command.clone(),
                duration(median(&timed.seconds)),
                timed.memory.map_or("unknown".to_owned(), mebibytes),
                match timed.limit {
                    Limit::None => String::new(),
                    Limit::Seconds(seconds) => duration(seconds),
                    Limit::Bytes(bytes) => mebibytes(bytes),
                },
                said(timed.reached()).to_owned(),
            ]);
        }
        write!(f, "{table}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::Turn;
    use super::*;
    use serde_json::Value;

    fn figures() -> Figures {
        let row = |work, ours, target| Row { work, turns: vec![Turn { ours, theirs: 0.25 }], target };
        let timed =
            |command: &str, memory, limit| Timed { command: command.to_owned(), seconds: vec![0.5], memory, limit };
        Figures {
            agreement: Agreement { entries: 22_104, seconds: 0.0, features: 5e-8 },
            rows: vec![row("aligning", 0.002, Some(100.0)), row("whole", 0.02, Some(20.0)), row("two", 0.01, None)],
            commands: vec![
                timed("prepare", Some(41 << 20), Limit::Bytes(1 << 30)),
                timed("opens", None, Limit::Seconds(0.4)),
                timed("data align", None, Limit::Bytes(1 << 30)),
            ],
        }
    }

    #[test]
    fn the_tables_say_what_was_reached() {
        let said = figures().to_string();
        let lines: Vec<String> = said.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        for line in [
            "22104 entries: both have the same, intervals 0.0e0 s apart at most, features 5.0e-8",
            "time per video ours NumPy NumPy / ours least - most target",
            "aligning 2.00 ms 250 ms 125 125 - 125 100 reached",
            "whole 20.0 ms 250 ms 12.5 12.5 - 12.5 20 missed",
            "two 10.0 ms 250 ms 25.0 25.0 - 25.0",
            "prepare 500 ms 41 MiB 1024 MiB reached",
            "opens 500 ms unknown 400 ms missed",
            "data align 500 ms unknown 1024 MiB",
        ] {
            assert!(lines.iter().any(|said| said == line), "{line} is not in\n{said}");
        }
    }

    #[test]
    fn the_file_holds_the_figures() {
        let folder = tempfile::tempdir().unwrap();
        figures().write(folder.path()).unwrap();
        let json: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("align.json")).unwrap()).unwrap();
        assert_eq!(json["seconds_per_video"][0]["ratio"], 125.0);
        assert_eq!(json["seconds_per_video"][2]["target"], Value::Null);
        assert_eq!(json["commands"][0]["memory"], 41 << 20);
        assert_eq!(json["agreement"]["entries"], 22_104);
    }
}
