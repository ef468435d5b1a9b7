//! The figures printed in the paper, to stand beside ours. They are for other data than ours may be.

use serde::Deserialize;
use std::collections::BTreeMap;

const TABLE3: &str = include_str!("../paper/table3.toml");

/// A table of the paper.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaperTable {
    /// Where it is printed, and for which data.
    pub(crate) caption: String,
    /// Weighted F1 in percent, by variant and condition.
    pub(crate) rows: BTreeMap<String, BTreeMap<String, f64>>,
}

/// The table of a name such as `table3.mosi`, or the names there are.
pub(crate) fn table(name: &str) -> Result<PaperTable, Vec<String>> {
    let tables: BTreeMap<String, BTreeMap<String, PaperTable>> =
        toml::from_str(TABLE3).expect("the embedded table is valid, which a test proves");
    let mut named: BTreeMap<String, PaperTable> = tables
        .into_iter()
        .flat_map(|(table, parts)| parts.into_iter().map(move |(data, part)| (format!("{table}.{data}"), part)))
        .collect();
    named.remove(name).ok_or_else(|| named.into_keys().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_config::Presence;

    #[test]
    fn each_printed_average_is_that_of_its_row() {
        let table = table("table3.mosi").unwrap_or_else(|_| panic!("missing"));
        assert_eq!(table.rows.len(), 4);
        for (name, row) in &table.rows {
            let sum: f64 = Presence::incomplete().iter().map(|presence| row[&presence.to_string()]).sum();
            assert!((sum / 6.0 - row["avg"]).abs() < 0.0051, "{name}");
            assert!(row.contains_key("lav"), "{name}");
        }
    }

    #[test]
    fn an_unknown_table_lists_the_known() {
        assert_eq!(table("table9.mosi").err(), Some(vec!["table3.mosi".to_owned()]));
    }
}
