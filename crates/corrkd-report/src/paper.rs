//! The figures printed in the paper, to stand beside ours. They are for other data than ours may be.

use serde::Deserialize;
use std::collections::BTreeMap;

const TABLES: &str = include_str!("../paper/tables.toml");

/// A table of the paper, for one data set.
#[derive(Debug, PartialEq)]
pub(crate) struct PaperTable {
    /// Where it is printed: `Table 3`.
    pub(crate) title: String,
    /// The data set that it is of: `mosi`.
    pub(crate) dataset: String,
    rows: BTreeMap<String, Vec<PaperRow>>,
}

/// A row of it.
#[derive(Debug, PartialEq, Deserialize)]
struct PaperRow {
    row: String,
    #[serde(flatten)]
    scores: BTreeMap<String, f64>,
}

impl PaperTable {
    /// The rows that it has for a metric (`f1`, or `f1_happy`), in its order.
    pub(crate) fn rows(&self, metric: &str) -> impl Iterator<Item = &str> {
        self.rows.get(metric).into_iter().flatten().map(|row| row.row.as_str())
    }

    /// A figure of it in percent, for a set of modalities or their average.
    pub(crate) fn score(&self, row: &str, condition: &str, metric: &str) -> Option<f64> {
        self.rows.get(metric)?.iter().find(|printed| printed.row == row)?.scores.get(condition).copied()
    }
}

/// The table of a name such as `table3.mosi`, or the names there are.
pub(crate) fn table(name: &str) -> Result<PaperTable, Vec<String>> {
    let mut tables = tables();
    tables.remove(name).ok_or_else(|| tables.into_keys().collect())
}

fn tables() -> BTreeMap<String, PaperTable> {
    let tables: BTreeMap<String, BTreeMap<String, BTreeMap<String, Vec<PaperRow>>>> =
        toml::from_str(TABLES).expect("the embedded tables are valid, which a test proves");
    let named = |(table, parts): (String, BTreeMap<String, _>)| {
        let title = table.replace("table", "Table ");
        parts.into_iter().map(move |(dataset, rows)| {
            (format!("{table}.{dataset}"), PaperTable { title: title.clone(), dataset, rows })
        })
    };
    tables.into_iter().flat_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_config::Presence;

    #[test]
    fn each_printed_average_is_that_of_its_row() {
        let mut checked = 0;
        for (name, table) in tables() {
            // MOSI and MOSEI are printed with two decimals, IEMOCAP with one.
            let rounding = if table.dataset == "iemocap" { 0.0501 } else { 0.0051 };
            for row in table.rows.values().flatten() {
                let sum: f64 = Presence::incomplete().iter().map(|presence| row.scores[&presence.to_string()]).sum();
                assert!((sum / 6.0 - row.scores["avg"]).abs() < rounding, "{name}, {}: {}", row.row, sum / 6.0);
                assert!(row.scores.contains_key("lav") && row.scores.len() == 8, "{name}, {}", row.row);
                checked += 1;
            }
        }
        // Eight methods on MOSI, on MOSEI and for each of IEMOCAP's four emotions; four rows of the ablation.
        assert_eq!(checked, 6 * 8 + 4);
    }

    #[test]
    fn every_figure_is_as_it_was_read_off_the_paper() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/paper/tables.toml");
        let Ok(text) = std::fs::read_to_string(path) else {
            eprintln!("skipped: {path} is not there");
            return;
        };
        let read: toml::Table = toml::from_str(&text).unwrap();
        let number = |value: &toml::Value| value.as_float().or(value.as_integer().map(|i| i as f64)).unwrap();
        let mut compared = 0;
        let mut compare = |table: &str, row: &str, metric: &str, scores: &toml::Value| {
            for (condition, value) in scores.as_table().unwrap() {
                let ours = tables()[table].score(row, condition, metric);
                assert_eq!(ours, Some(number(value)), "{table} {row} {metric} {condition}");
                compared += 1;
            }
        };
        for (table, dataset) in [("table1", "mosi"), ("table1", "mosei"), ("table3", "mosi")] {
            for (row, scores) in read[table][dataset].as_table().unwrap() {
                compare(&format!("{table}.{dataset}"), &row.replace('_', "-"), "f1", scores);
            }
        }
        for (row, emotions) in read["table2"]["iemocap"].as_table().unwrap() {
            for (emotion, scores) in emotions.as_table().unwrap() {
                compare("table2.iemocap", row, &format!("f1_{emotion}"), scores);
            }
        }
        assert_eq!(compared, 8 * (6 * 8 + 4));
    }

    #[test]
    fn an_unknown_table_lists_the_known() {
        let known = ["table1.mosei", "table1.mosi", "table2.iemocap", "table3.mosi"];
        assert_eq!(table("table9.mosi"), Err(known.map(str::to_owned).to_vec()));
    }
}
