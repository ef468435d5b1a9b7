//! The experiment file: what differs from the defaults, and the rows of its table.
//!
//! ```toml
//! title = "Table 3: which distillation loss earns its place"
//! dataset = "mosi-utterance"
//! seeds = [1, 2, 3, 4, 5]
//! reference = "full"
//! [student]                      # a setting of all rows whose method has it
//! learning_rate = 1e-3
//! [methods.cubemlp]              # settings of all rows of a method
//! training.epochs = 30
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
//! `[sweep]` holds axes, such as `"losses.scd.margin" = [0.8, 1.2]`: every row is repeated for each combination. `[search]` has
//! validation choose settings (`search.rs`). `[slurm]` says what a cluster is asked for (`slurm.rs`), and decides no number.
//!
//! A variant with `predictions = "mine/seed{seed}.csv"` is another program's: its answers are read (`corrkd-record`'s
//! `external.rs` says what from), and nothing is trained.
//!
//! `extends = "table3-mosi"` takes over all of another file, and lays what differs over it by key; the list of variants
//! is one value, which replaces the other file's. A carried file may be for several data sets (`on.rs`). `folds = 5`, or a list of groups, is a cross-validation ([`Cross`]). A
//! path, of a recipe, of predictions or of a file that is extended, starts from the folder of the file that says it.

use crate::extend::extended;
use crate::external::{EXTERNAL, External};
use crate::name::wrong;
use crate::search::{Said, Search, Searched, untuned};
use crate::slurm::Slurm;
use crate::variant::{Axis, Variant, axes, refuse_unknown, shared};
use crate::{
    ConfigError, Cross, CrossFold, ExperimentFile, ExperimentFiles, MethodPlan, Protocol, Stage, Task, merge, name,
    typed,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
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
    /// The trials of which validation chooses the rows' settings, where it does.
    pub search: Option<Search>,
    /// How a cluster is asked to run it.
    pub slurm: Slurm,
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
    methods: Table,
    #[serde(default)]
    sweep: Table,
    search: Option<Value>,
    #[serde(default)]
    slurm: Table,
    variant: Vec<Table>,
}

/// What errors call the file's part that is no variant.
const WHOSE: &str = "the experiment";
const HEAD_KEYS: [&str; 13] = [
    "extends",
    "title",
    "dataset",
    "size",
    "folds",
    "seeds",
    "reference",
    "paper",
    "methods",
    "sweep",
    "search",
    "slurm",
    "variant",
];

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
        let file = ExperimentFile { name: String::new(), text: text.to_owned(), folder: None, on: None };
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
        let mut head: Head = typed(WHOSE, head)?;
        head.check()?;
        let slurm: Slurm = typed("[slurm]", std::mem::take(&mut head.slurm))?;
        slurm.check("[slurm]")?;
        let seeds = seeds(overrides.seeds.clone().or(head.seeds))?;
        let folds = head.folds.map(folds).transpose()?;
        let sweeps_task = head.sweep.contains_key("task");
        let sweep = axes(std::mem::take(&mut head.sweep), head.variant.len())?;
        let methods = methods.iter().copied().chain([&External as &dyn MethodPlan]);
        let methods = methods.map(|method| Ok((method, known(method)?))).collect::<Result<Vec<_>, _>>()?;
        let mut variants =
            head.variant.into_iter().map(|table| Variant::read(table, &methods)).collect::<Result<Vec<_>, _>>()?;
        if let Some(task) = overrides.task {
            if sweeps_task {
                let reason = format!("another task, {task}, was asked for; leave out one of the two");
                return Err(wrong("the sweep", "task", reason));
            }
            common.insert("task".to_owned(), Value::String(task.name().to_owned()));
            variants.iter_mut().for_each(|variant| drop(variant.table.remove("task")));
            head.methods.iter_mut().for_each(|(_, of)| drop(of.as_table_mut().map(|of| of.remove("task"))));
        }
        let taken = |name: &str| variants.iter().any(|variant| variant.method() == name);
        let known: Vec<(&str, &Table)> =
            methods.iter().map(|(method, known)| (method.name(), known)).filter(|(name, _)| taken(name)).collect();
        let tables: Vec<&Table> = known.iter().map(|&(_, table)| table).collect();
        let keys = tables.iter().flat_map(|table| table.keys()).map(String::as_str);
        refuse_unknown(WHOSE, &common, HEAD_KEYS.into_iter().chain(keys))?;
        let own = of_methods(head.methods, &methods)?;
        // What of the settings of all rows concerns those of each method, and what is said of all of its rows.
        let of_methods: BTreeMap<&str, Table> = known
            .iter()
            .map(|&(name, of_method)| {
                let mut table = shared(&common, of_method, &tables);
                own.get(name).into_iter().for_each(|own| merge(&mut table, own));
                (name, table)
            })
            .collect();
        let said = head.search.take().map(searched).transpose()?;
        let axes = sweep.iter().map(Axis::len).product::<usize>();
        if let Some(said) = &said {
            let taken: Vec<&str> = known.iter().map(|&(name, _)| name).filter(|name| *name != EXTERNAL).collect();
            said.check(variants.len().saturating_mul(axes), &taken)?;
        }
        let (mut rows, mut trials): (Vec<Row>, Vec<Searched>) = (Vec::new(), Vec::new());
        for variant in &variants {
            let own = of_methods.get(variant.method()).unwrap_or(&common);
            for (row, over) in variant.rows(own, &sweep)? {
                trials.extend(said.as_ref().map(|said| variant.trials(&row, own, &over, said)).transpose()?);
                rows.push(row);
            }
        }
        let search = said.is_some().then_some(Search { rows: trials });
        different(&rows, search.as_ref())?;
        let experiment = Self {
            title: head.title,
            dataset: DatasetRef { name: head.dataset, size: head.size, fold: None },
            folds,
            seeds,
            reference: head.reference,
            paper: head.paper,
            rows,
            search,
            slurm,
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
        let names: BTreeSet<&String> = names.iter().collect();
        let stays = |name: &String| *name == self.reference || names.contains(name);
        self.rows.retain(|row| stays(&row.name));
        self.search.iter_mut().for_each(|search| search.rows.retain(|of| stays(&of.row)));
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

impl Head {
    /// Refuses texts that cannot be shown.
    fn check(&self) -> Result<(), ConfigError> {
        let texts = [("title", Some(&self.title)), ("dataset", Some(&self.dataset)), ("size", self.size.as_ref())];
        let others = [("reference", Some(&self.reference)), ("paper", self.paper.as_ref())];
        let texts = texts.into_iter().chain(others).filter_map(|(key, text)| Some((key, text?)));
        texts.into_iter().try_for_each(|(key, text)| name::check(WHOSE, key, text))
    }
}

/// The settings that a method's rows have, the protocol's and its own, with their defaults.
fn known(method: &dyn MethodPlan) -> Result<Table, ConfigError> {
    let protocol = Table::try_from(Protocol::default());
    let mut known = protocol.map_err(|e| ConfigError::unwritable(method.name(), &e))?;
    known.extend(method.defaults());
    Ok(known)
}

/// What is said of all rows of each method.
fn of_methods(said: Table, methods: &[(&dyn MethodPlan, Table)]) -> Result<BTreeMap<String, Table>, ConfigError> {
    let checked = said.into_iter().map(|(name, settings)| {
        let whose = format!("`methods.{}`", name::brief(&name, 100));
        let Some((_, known)) = methods.iter().find(|(method, _)| method.name() == name) else {
            let known = methods.iter().map(|(method, _)| method.name()).filter(|name| *name != EXTERNAL).collect();
            return Err(ConfigError::Method { whose: WHOSE.to_owned(), got: name, known });
        };
        let Value::Table(settings) = settings else {
            return Err(wrong(WHOSE, &format!("methods.{name}"), "expected a table of settings".to_owned()));
        };
        refuse_unknown(&whose, &settings, known.keys().map(String::as_str))?;
        Ok((name, settings))
    });
    checked.collect()
}

/// What is said of a search.
fn searched(said: Value) -> Result<Said, ConfigError> {
    match said {
        Value::Table(said) => typed("the search", said),
        other => {
            let reason = format!("expected a table, got {}", name::brief(&other.to_string(), 100));
            Err(wrong(WHOSE, "search", reason))
        }
    }
}

/// Refuses rows of the same name, or of one that a search gives.
fn different(rows: &[Row], search: Option<&Search>) -> Result<(), ConfigError> {
    let given = search.into_iter().flat_map(|search| &search.rows);
    let given = given.flat_map(|of| of.trials.iter().map(|t| t.row.name.clone()).chain([untuned(&of.row)]));
    let mut names = BTreeSet::new();
    match rows.iter().map(|row| row.name.clone()).chain(given).find(|name| !names.insert(name.clone())) {
        None => Ok(()),
        Some(name) => Err(ConfigError::Duplicate { name }),
    }
}

/// Seeds that can be run.
fn seeds(seeds: Option<Vec<u64>>) -> Result<Vec<u64>, ConfigError> {
    let Some(seeds) = seeds else {
        let reason = "missing; write `seeds = [1, 2, 3]`, or give them on the command line, --seeds 1,2,3";
        return Err(wrong(WHOSE, "seeds", reason.to_owned()));
    };
    let mut different = BTreeSet::new();
    match !seeds.is_empty() && seeds.iter().all(|seed| different.insert(seed)) {
        true => Ok(seeds),
        false => Err(ConfigError::Range {
            whose: WHOSE.to_owned(),
            key: "seeds".to_owned(),
            got: name::brief(&format!("{seeds:?}"), 100),
            expected: "one or more different numbers".to_owned(),
        }),
    }
}

/// A cross-validation that can be done.
fn folds(value: Value) -> Result<Cross, ConfigError> {
    let text = name::brief(&value.to_string(), 100);
    let expected =
        "expected a number of parts, such as 5, or a list of groups, such as [\"Ses01\", \"Ses02\", \"Ses03\"]";
    let folds: Cross = value.try_into().map_err(|_| wrong(WHOSE, "folds", format!("is {text}, {expected}")))?;
    match folds.fault() {
        Some(fault) => Err(wrong(WHOSE, "folds", fault)),
        None => Ok(folds),
    }
}
