//! The experiment file: what differs from the defaults, and the rows of its table.
//!
//! ```toml
//! title = "Table 3: which distillation loss earns its place"
//! dataset = "mosi-utterance"
//! seeds = [1, 2, 3, 4, 5]
//! reference = "full"
//! [student]                      # a setting of all rows whose method has it
//! learning_rate = 1e-3
//! [[variant]]                    # a row: its name and what differs in it
//! name = "full"
//! [[variant]]
//! name = "without-scd"
//! losses.scd.weight = 0.0
//! [[variant]]
//! name = "CubeMLP"
//! method = "cubemlp"             # `corrkd` where nothing is said
//! ```
//!
//! `[sweep]` holds axes, such as `"losses.scd.margin" = [0.8, 1.2]`: every row is repeated for each combination.
//!
//! `extends = "table3-mosi"` takes over all of another file, and lays what differs over it by key; the list of variants
//! is one value, which replaces the other file's. `folds = 5`, or a list of groups, is a cross-validation ([`Cross`]). A
//! path, of a recipe or of a file that is extended, starts from the folder of the file that says it.

use crate::extend::extended;
use crate::{
    ConfigError, Cross, CrossFold, ExperimentFile, ExperimentFiles, MethodPlan, Protocol, Stage, Task, merge, typed,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// A data set: the recipe's name, for a generated one its size, and in a cross-validation the fold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetRef {
    /// The recipe, `datasets/<name>.toml`.
    pub name: String,
    /// Which size to generate; only where the recipe has sizes.
    pub size: Option<String>,
    /// Which part of its videos is tested; the recipe's own folds where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<CrossFold>,
}

/// `mosi-utterance`, `synthetic, size small`, or `iemocap, fold Ses01`.
impl std::fmt::Display for DatasetRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)?;
        self.size.as_ref().map_or(Ok(()), |size| write!(f, ", size {size}"))?;
        self.fold.as_ref().map_or(Ok(()), |fold| write!(f, ", {fold}"))
    }
}

/// A row of the table: a name, and what it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The variant's name, with the sweep's values where there are any.
    pub name: String,
    /// Its method.
    pub method: String,
    /// What rows of all methods have.
    pub protocol: Protocol,
    /// The method's trainings, with the settings of each; the last one answers for the row.
    pub stages: Vec<Stage>,
}

/// A checked experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// What it asks, for the report's heading.
    pub title: String,
    /// The data it runs on.
    pub dataset: DatasetRef,
    /// The cross-validation, where there is one.
    pub folds: Option<Cross>,
    /// The seeds, each with a teacher of its own.
    pub seeds: Vec<u64>,
    /// The row that the others are compared with.
    pub reference: String,
    /// The paper's table whose rows stand beside ours, such as `table3.mosi`.
    pub paper: Option<String>,
    /// The rows, in the file's order.
    pub rows: Vec<Row>,
}

/// What is said instead of the file, such as on the command line.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The seeds; the file need not have any then.
    pub seeds: Option<Vec<u64>>,
    /// What all rows predict.
    pub task: Option<Task>,
}

/// The keys of the file that are not settings.
#[derive(Deserialize)]
struct Head {
    title: String,
    dataset: String,
    size: Option<String>,
    folds: Option<Value>,
    seeds: Option<Vec<u64>>,
    reference: String,
    paper: Option<String>,
    #[serde(default)]
    sweep: Table,
    variant: Vec<Table>,
}

const HEAD_KEYS: [&str; 10] =
    ["extends", "title", "dataset", "size", "folds", "seeds", "reference", "paper", "sweep", "variant"];
const PROTOCOL_KEYS: [&str; 3] = ["task", "missing", "evaluation"];
/// The method of a row that names none.
const METHOD: &str = "corrkd";

impl Experiment {
    /// As [`read`](Self::read), of a text that lies in no folder and may extend others by name.
    ///
    /// # Errors
    /// [`ConfigError`], naming the part, the key and what would be accepted.
    pub fn parse(
        text: &str,
        others: &BTreeMap<String, String>,
        methods: &[&dyn MethodPlan],
    ) -> Result<Self, ConfigError> {
        let file = ExperimentFile { name: String::new(), text: text.to_owned(), folder: None };
        Self::read(&file, others, methods, &Overrides::default())
    }

    /// Reads and checks an experiment file; `others` are those that it may extend, and `methods` those that a row may name.
    ///
    /// # Errors
    /// [`ConfigError`], naming the part, the key and what would be accepted.
    pub fn read(
        file: &ExperimentFile,
        others: &dyn ExperimentFiles,
        methods: &[&dyn MethodPlan],
        overrides: &Overrides,
    ) -> Result<Self, ConfigError> {
        let table = extended(file, others)?;
        let (head, mut common): (Table, Table) =
            table.into_iter().partition(|(key, _)| HEAD_KEYS.contains(&key.as_str()));
        let head: Head = typed("the experiment", head)?;
        let seeds = seeds(overrides.seeds.clone().or(head.seeds))?;
        let folds = head.folds.map(folds).transpose()?;
        let mut variants =
            head.variant.into_iter().map(|table| Variant::read(table, methods)).collect::<Result<Vec<_>, _>>()?;
        if let Some(task) = overrides.task {
            if head.sweep.contains_key("task") {
                let reason = format!("another task, {task}, was asked for; leave out one of the two");
                return Err(wrong("the sweep", "task", reason));
            }
            common.insert("task".to_owned(), Value::String(task.name().to_owned()));
            variants.iter_mut().for_each(|variant| drop(variant.table.remove("task")));
        }
        let known: Vec<Table> = variants.iter().map(|variant| variant.known.clone()).collect();
        let keys = known.iter().flat_map(Table::keys).map(String::as_str);
        refuse_unknown("the experiment", &common, HEAD_KEYS.into_iter().chain(keys))?;
        let mut rows: Vec<Row> = Vec::new();
        for variant in &variants {
            for row in variant.rows(&shared(&common, &variant.known, &known), &head.sweep)? {
                if rows.iter().any(|other| other.name == row.name) {
                    return Err(ConfigError::Duplicate { name: row.name });
                }
                rows.push(row);
            }
        }
        let experiment = Self {
            title: head.title,
            dataset: DatasetRef { name: head.dataset, size: head.size, fold: None },
            folds,
            seeds,
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

    /// The data sets that it needs: its own, or with a cross-validation one for each fold.
    #[must_use]
    pub fn datasets(&self) -> Vec<DatasetRef> {
        let Some(cross) = &self.folds else { return vec![self.dataset.clone()] };
        let fold = |test| Some(CrossFold { cross: cross.clone(), test });
        (0..cross.parts()).map(|test| DatasetRef { fold: fold(test), ..self.dataset.clone() }).collect()
    }

    /// What its rows predict: each task once, in the order of the rows.
    #[must_use]
    pub fn tasks(&self) -> Vec<Task> {
        let mut tasks = Vec::new();
        for row in &self.rows {
            if !tasks.contains(&row.protocol.task) {
                tasks.push(row.protocol.task);
            }
        }
        tasks
    }

    fn require_row(&self, what: &'static str, name: &str) -> Result<(), ConfigError> {
        if self.rows.iter().any(|row| row.name == name) {
            return Ok(());
        }
        let rows = self.rows.iter().map(|row| row.name.clone()).collect();
        Err(ConfigError::UnknownRow { what, name: name.to_owned(), rows })
    }
}

/// Seeds that can be run.
fn seeds(seeds: Option<Vec<u64>>) -> Result<Vec<u64>, ConfigError> {
    let Some(seeds) = seeds else {
        let reason = "missing; write `seeds = [1, 2, 3]`, or give them on the command line, --seeds 1,2,3";
        return Err(wrong("the experiment", "seeds", reason.to_owned()));
    };
    let once = (0..seeds.len()).all(|at| !seeds[..at].contains(&seeds[at]));
    match once && !seeds.is_empty() {
        true => Ok(seeds),
        false => Err(ConfigError::Range {
            whose: "the experiment".to_owned(),
            key: "seeds".to_owned(),
            got: format!("{seeds:?}"),
            expected: "one or more different numbers",
        }),
    }
}

/// A cross-validation that can be done.
fn folds(value: Value) -> Result<Cross, ConfigError> {
    let text = value.to_string();
    let expected =
        "expected a number of parts, such as 5, or a list of groups, such as [\"Ses01\", \"Ses02\", \"Ses03\"]";
    let folds: Cross =
        value.try_into().map_err(|_| wrong("the experiment", "folds", format!("is {text}, {expected}")))?;
    match folds.fault() {
        Some(fault) => Err(wrong("the experiment", "folds", fault)),
        None => Ok(folds),
    }
}

fn wrong(whose: &str, key: &str, reason: String) -> ConfigError {
    ConfigError::Value { whose: whose.to_owned(), key: key.to_owned(), reason }
}

/// A variant of the file.
struct Variant<'a> {
    name: String,
    method: &'a dyn MethodPlan,
    /// The protocol's and the method's settings with their defaults.
    known: Table,
    /// What the file says of it.
    table: Table,
}

impl<'a> Variant<'a> {
    fn read(mut table: Table, methods: &[&'a dyn MethodPlan]) -> Result<Self, ConfigError> {
        let name =
            text(&mut table, "a variant", "name")?.ok_or_else(|| wrong("a variant", "name", "missing".to_owned()))?;
        let whose = format!("variant `{name}`");
        let method = text(&mut table, &whose, "method")?.unwrap_or_else(|| METHOD.to_owned());
        let method = *methods.iter().find(|known| known.name() == method).ok_or_else(|| ConfigError::Method {
            whose: whose.clone(),
            got: method,
            known: methods.iter().map(|known| known.name()).collect(),
        })?;
        let mut known: Table = Table::try_from(Protocol::default()).map_err(|e| ConfigError::unwritable(&whose, &e))?;
        known.extend(method.defaults());
        refuse_unknown(&whose, &table, ["name", "method"].into_iter().chain(known.keys().map(String::as_str)))?;
        Ok(Self { name, method, known, table })
    }

    /// Its rows over the settings of all rows: one for each combination of the sweep's values.
    fn rows(&self, common: &Table, sweep: &Table) -> Result<Vec<Row>, ConfigError> {
        let mut combinations = vec![(vec![self.name.clone()], self.table.clone())];
        for (key, values) in sweep {
            let Value::Array(values) = values else {
                return Err(wrong("the sweep", key, format!("expected a list of values, got {values}")));
            };
            combinations = combinations
                .iter()
                .flat_map(|(labels, table)| {
                    values.iter().map(move |value| {
                        let mut table = table.clone();
                        merge::set(&mut table, key, value.clone());
                        ([labels.as_slice(), &[format!("{key}={value}")]].concat(), table)
                    })
                })
                .collect();
        }
        combinations.into_iter().map(|(labels, over)| self.row(labels.join(" "), common, &over)).collect()
    }

    fn row(&self, name: String, common: &Table, over: &Table) -> Result<Row, ConfigError> {
        let whose = format!("variant `{name}`");
        let mut table = common.clone();
        merge::merge(&mut table, over);
        let (protocol, settings) = table.into_iter().partition(|(key, _)| PROTOCOL_KEYS.contains(&key.as_str()));
        let protocol: Protocol = typed(&whose, protocol)?;
        let stages = self.method.stages(&whose, settings, &protocol)?;
        protocol.check(&whose)?;
        Ok(Row { name, method: self.method.name().to_owned(), protocol, stages })
    }
}

/// The settings of all rows that concern one whose method has the settings `own`: not those that only other rows' methods
/// have. One that no method has stays, for the method to refuse.
fn shared(common: &Table, own: &Table, all: &[Table]) -> Table {
    let concerns = |(key, value): (&String, &Value)| {
        let below = |table: &Table| table.get(key).and_then(Value::as_table).cloned();
        match (own.get(key), value) {
            (None, _) if all.iter().any(|table| table.contains_key(key)) => None,
            (Some(Value::Table(of_own)), Value::Table(value)) => {
                let all: Vec<Table> = all.iter().filter_map(below).collect();
                Some((key.clone(), Value::Table(shared(value, of_own, &all))))
            }
            _ => Some((key.clone(), value.clone())),
        }
    };
    common.iter().filter_map(concerns).collect()
}

/// Takes a text out of a table, where there is one.
fn text(table: &mut Table, whose: &str, key: &str) -> Result<Option<String>, ConfigError> {
    match table.remove(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(wrong(whose, key, format!("expected a text, got {other}"))),
    }
}

fn refuse_unknown<'a>(whose: &str, table: &Table, allowed: impl Iterator<Item = &'a str>) -> Result<(), ConfigError> {
    let mut names: Vec<&str> = Vec::new();
    for name in allowed {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match table.keys().find(|key| !names.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(wrong(whose, key, format!("unknown key, expected one of {}", names.join(", ")))),
    }
}
