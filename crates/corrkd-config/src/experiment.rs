//! The experiment file: what differs from the defaults, and the rows of its table.
//!
//! ```toml
//! title = "Table 3: which distillation loss earns its place"
//! dataset = "mosi-utterance"
//! seeds = [1, 2, 3, 4, 5]
//! reference = "full"
//! [student]                      # a setting for all rows
//! learning_rate = 1e-3
//! [[variant]]                    # a row: its name and what differs in it
//! name = "full"
//! [[variant]]
//! name = "without-scd"
//! losses.scd.weight = 0.0
//! ```
//!
//! `[sweep]` holds axes, such as `"losses.scd.margin" = [0.8, 1.2]`: every row is repeated for each combination.
//!
//! `extends = "table3-mosi"` takes over all of another file, and lays what differs over it by key; the list of variants
//! is one value, which replaces the other file's.

use crate::{ConfigError, Settings, merge};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// A data set: the recipe's name, and for a generated one its size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetRef {
    /// The recipe, `datasets/<name>.toml`.
    pub name: String,
    /// Which size to generate; only where the recipe has sizes.
    pub size: Option<String>,
}

/// `mosi-utterance`, or `synthetic, size small`.
impl std::fmt::Display for DatasetRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)?;
        self.size.as_ref().map_or(Ok(()), |size| write!(f, ", size {size}"))
    }
}

/// A row of the table: a name and the settings it runs with.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The variant's name, with the sweep's values where there are any.
    pub name: String,
    /// Its resolved settings.
    pub settings: Settings,
}

/// A checked experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// What it asks, for the report's heading.
    pub title: String,
    /// The data it runs on.
    pub dataset: DatasetRef,
    /// The seeds, each with a teacher of its own.
    pub seeds: Vec<u64>,
    /// The row that the others are compared with.
    pub reference: String,
    /// The paper's table whose rows stand beside ours, such as `table3.mosi`.
    pub paper: Option<String>,
    /// The rows, in the file's order.
    pub rows: Vec<Row>,
}

/// The keys of the file that are not settings.
#[derive(Deserialize)]
struct Head {
    title: String,
    dataset: String,
    size: Option<String>,
    seeds: Vec<u64>,
    reference: String,
    paper: Option<String>,
    #[serde(default)]
    sweep: Table,
    variant: Vec<Table>,
}

const HEAD_KEYS: [&str; 9] = ["extends", "title", "dataset", "size", "seeds", "reference", "paper", "sweep", "variant"];
const SETTING_KEYS: [&str; 8] = ["task", "network", "dropout", "teacher", "student", "missing", "losses", "evaluation"];

impl Experiment {
    /// Reads and checks an experiment file's text; `others` are the texts of the files that it may extend, by name.
    ///
    /// # Errors
    /// [`ConfigError`], naming the part, the key and what would be accepted.
    pub fn parse(text: &str, others: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let file = extended(text, others, &mut Vec::new())?;
        let (head, common): (Table, Table) = file.into_iter().partition(|(key, _)| HEAD_KEYS.contains(&key.as_str()));
        refuse_unknown("the experiment", &common, &[&HEAD_KEYS[..], &SETTING_KEYS[..]].concat())?;
        let head: Head = typed("the experiment", Value::Table(head))?;
        let mut seeds = head.seeds.clone();
        seeds.sort_unstable();
        seeds.dedup();
        if seeds.is_empty() || seeds.len() != head.seeds.len() {
            return Err(ConfigError::Range {
                whose: "the experiment".to_owned(),
                key: "seeds".to_owned(),
                got: format!("{:?}", head.seeds),
                expected: "one or more different numbers",
            });
        }
        let mut rows: Vec<Row> = Vec::new();
        for variant in head.variant {
            for row in expand(&common, variant, &head.sweep)? {
                if rows.iter().any(|other| other.name == row.name) {
                    return Err(ConfigError::Duplicate { name: row.name });
                }
                rows.push(row);
            }
        }
        let experiment = Self {
            title: head.title,
            dataset: DatasetRef { name: head.dataset, size: head.size },
            seeds: head.seeds,
            reference: head.reference,
            paper: head.paper,
            rows,
        };
        experiment.require_row("the reference row", &experiment.reference)?;
        Ok(experiment)
    }

    /// Keeps the named rows only; the reference row always stays.
    ///
    /// # Errors
    /// [`ConfigError::UnknownRow`].
    pub fn only(mut self, names: &[String]) -> Result<Self, ConfigError> {
        for name in names {
            self.require_row("--only", name)?;
        }
        self.rows.retain(|row| row.name == self.reference || names.contains(&row.name));
        Ok(self)
    }

    fn require_row(&self, what: &'static str, name: &str) -> Result<(), ConfigError> {
        if self.rows.iter().any(|row| row.name == name) {
            return Ok(());
        }
        let rows = self.rows.iter().map(|row| row.name.clone()).collect();
        Err(ConfigError::UnknownRow { what, name: name.to_owned(), rows })
    }
}

/// The file's table over that of the file it extends; `chain` holds the names on the way here.
fn extended<'a>(
    text: &'a str,
    others: &'a BTreeMap<String, String>,
    chain: &mut Vec<&'a str>,
) -> Result<Table, ConfigError> {
    let whose = chain.last().map_or("the experiment".to_owned(), |name| format!("`{name}`, which is extended"));
    let mut file: Table =
        toml::from_str(text).map_err(|e| ConfigError::Syntax { whose: whose.clone(), reason: e.to_string() })?;
    let name = match file.remove("extends") {
        None => return Ok(file),
        Some(Value::String(name)) => name,
        Some(other) => {
            let reason = format!("expected a text, got {other}");
            return Err(ConfigError::Value { whose, key: "extends".to_owned(), reason });
        }
    };
    let Some((name, text)) = others.get_key_value(&name) else {
        return Err(ConfigError::Extends { whose, name, known: others.keys().cloned().collect() });
    };
    let again = chain.contains(&name.as_str());
    chain.push(name);
    if again {
        return Err(ConfigError::Circle { chain: chain.iter().map(ToString::to_string).collect() });
    }
    let mut table = extended(text, others, chain)?;
    merge::merge(&mut table, &file);
    Ok(table)
}

/// One variant as rows: one for each combination of the sweep's values.
fn expand(common: &Table, mut variant: Table, sweep: &Table) -> Result<Vec<Row>, ConfigError> {
    let name: String = match variant.remove("name") {
        Some(Value::String(name)) => name,
        other => {
            return Err(ConfigError::Value {
                whose: "a variant".to_owned(),
                key: "name".to_owned(),
                reason: other.map_or("missing".to_owned(), |v| format!("expected a text, got {v}")),
            });
        }
    };
    refuse_unknown(&format!("variant `{name}`"), &variant, &[&["name"][..], &SETTING_KEYS[..]].concat())?;
    let mut combinations = vec![(Vec::new(), variant)];
    for (key, values) in sweep {
        let Value::Array(values) = values else {
            return Err(ConfigError::Value {
                whose: "the sweep".to_owned(),
                key: key.clone(),
                reason: format!("expected a list of values, got {values}"),
            });
        };
        combinations = combinations
            .iter()
            .flat_map(|(labels, table)| {
                values.iter().map(move |value| {
                    let mut table = table.clone();
                    merge::set(&mut table, key, value.clone());
                    let label = format!("{key}={value}");
                    ([labels.as_slice(), &[label]].concat(), table)
                })
            })
            .collect();
    }
    combinations
        .into_iter()
        .map(|(labels, over)| {
            let name = [std::slice::from_ref(&name), labels.as_slice()].concat().join(" ");
            let whose = format!("variant `{name}`");
            let mut table = common.clone();
            merge::merge(&mut table, &over);
            let settings: Settings = typed(&whose, Value::Table(table))?;
            settings.check(&whose)?;
            Ok(Row { name, settings })
        })
        .collect()
}

fn refuse_unknown(whose: &str, table: &Table, allowed: &[&str]) -> Result<(), ConfigError> {
    match table.keys().find(|key| !allowed.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(ConfigError::Value {
            whose: whose.to_owned(),
            key: key.clone(),
            reason: format!("unknown key, expected one of {}", allowed.join(", ")),
        }),
    }
}

fn typed<T: for<'de> Deserialize<'de>>(whose: &str, value: Value) -> Result<T, ConfigError> {
    serde_path_to_error::deserialize(value).map_err(|e| ConfigError::Value {
        whose: whose.to_owned(),
        key: e.path().to_string(),
        reason: e.inner().message().trim_end().to_owned(),
    })
}
