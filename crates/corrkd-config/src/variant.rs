//! A variant of an experiment's file, and the rows that a sweep makes of it.

use crate::external::PREDICTIONS;
use crate::name::{brief, check_row, wrong};
use crate::search::{Said, Searched, Trial};
use crate::{ConfigError, EXTERNAL, MethodPlan, Protocol, Row, merge, typed};
use toml::{Table, Value};

/// The method of a row that names none.
const METHOD: &str = "corrkd";
const PROTOCOL_KEYS: [&str; 3] = ["task", "missing", "evaluation"];
/// What a table has room for, and a person reads.
pub(crate) const ROWS: usize = 10_000;
/// More than there are settings that go together.
const AXES: usize = 32;
/// Deeper than any setting lies.
pub(crate) const DEPTH: usize = 16;

/// A variant of the file.
pub(crate) struct Variant<'a> {
    name: String,
    method: &'a dyn MethodPlan,
    /// What the file says of it.
    pub(crate) table: Table,
}

impl<'a> Variant<'a> {
    /// Reads one; `methods` holds those that it may name, with the settings that rows of each have.
    pub(crate) fn read(mut table: Table, methods: &[(&'a dyn MethodPlan, Table)]) -> Result<Self, ConfigError> {
        let name =
            text(&mut table, "a variant", "name")?.ok_or_else(|| wrong("a variant", "name", "missing".to_owned()))?;
        check_row(&name)?;
        let whose = format!("variant `{name}`");
        let unsaid = if table.contains_key(PREDICTIONS) { EXTERNAL } else { METHOD };
        let method = text(&mut table, &whose, "method")?.unwrap_or_else(|| unsaid.to_owned());
        let (method, known) =
            methods.iter().find(|(known, _)| known.name() == method).ok_or_else(|| ConfigError::Method {
                whose: whose.clone(),
                got: method,
                known: methods.iter().map(|(known, _)| known.name()).filter(|name| *name != EXTERNAL).collect(),
            })?;
        refuse_unknown(&whose, &table, ["name", "method"].into_iter().chain(known.keys().map(String::as_str)))?;
        Ok(Self { name, method: *method, table })
    }

    /// The name of its method.
    pub(crate) fn method(&self) -> &'static str {
        self.method.name()
    }

    /// Its rows over the settings of all rows, each with what it says itself: one for each combination of the sweep's values.
    pub(crate) fn rows(&self, common: &Table, sweep: &[Axis]) -> Result<Vec<(Row, Table)>, ConfigError> {
        let mut combinations = vec![(self.name.clone(), Vec::new())];
        for axis in sweep {
            let mut more = Vec::with_capacity(combinations.len() * axis.values.len());
            for (name, set) in &combinations {
                for (label, value) in &axis.values {
                    let name = format!("{name} {label}");
                    check_row(&name)?;
                    more.push((name, [set.as_slice(), &[(axis.key.as_str(), value)]].concat()));
                }
            }
            combinations = more;
        }
        let row = |(name, set): (String, Vec<(&str, &Value)>)| {
            let mut over = self.table.clone();
            set.into_iter().for_each(|(key, value)| merge::set(&mut over, key, value.clone()));
            Ok((self.row(name, common, &over)?, over))
        };
        combinations.into_iter().map(row).collect()
    }

    /// The trials of one of its rows, which says `over` itself.
    pub(crate) fn trials(&self, row: &Row, common: &Table, over: &Table, said: &Said) -> Result<Searched, ConfigError> {
        let draws = match self.method() {
            EXTERNAL => Vec::new(),
            method => said.draws(&row.name, method, over)?,
        };
        let trial = |(number, values): (usize, Vec<(String, Value)>)| {
            let name = format!("{} trial {number}", row.name);
            check_row(&name)?;
            let mut over = over.clone();
            values.iter().for_each(|(key, value)| merge::set(&mut over, key, value.clone()));
            let trial = Trial { row: self.row(name, common, &over)?, values };
            match judged(&trial.row) == judged(row) {
                true => Ok(trial),
                false => Err(wrong(
                    &format!("variant `{}`", trial.row.name),
                    "search",
                    "is judged by validation otherwise than the row itself: search neither what is predicted or missing nor how an \
                     epoch is chosen"
                        .to_owned(),
                )),
            }
        };
        let all =
            std::iter::once(Vec::new()).chain(draws).enumerate().map(|(place, values)| trial((place + 1, values)));
        Ok(Searched { row: row.name.clone(), trials: all.collect::<Result<_, _>>()? })
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

/// What the validation of a row's last stage depends on.
fn judged(row: &Row) -> Option<(&Protocol, bool, Option<&Value>)> {
    let stage = row.stages.last()?;
    let selection = stage.settings.get(stage.training).and_then(|training| training.get("selection"));
    Some((&row.protocol, stage.sees_missing, selection))
}

/// A setting that is swept, with its values as rows are named by them.
pub(crate) struct Axis {
    key: String,
    values: Vec<(String, Value)>,
}

impl Axis {
    /// How many values it has.
    pub(crate) const fn len(&self) -> usize {
        self.values.len()
    }
}

/// The axes of a sweep, which makes no more rows of so many variants than a table has room for.
pub(crate) fn axes(sweep: Table, variants: usize) -> Result<Vec<Axis>, ConfigError> {
    let whose = "the sweep";
    let many = |got: String, what, most, remedy| ConfigError::Many { whose: whose.to_owned(), got, what, most, remedy };
    if sweep.len() > AXES {
        return Err(many(sweep.len().to_string(), "settings", AXES, "sweep over fewer"));
    }
    let mut rows = variants as u128;
    let mut axes = Vec::new();
    for (key, values) in sweep {
        let shown = brief(&key, 100);
        let depth = key.split('.').count();
        if depth > DEPTH {
            return Err(wrong(whose, &shown, format!("has {depth} parts, and no setting lies deeper than {DEPTH}")));
        }
        let Value::Array(values) = values else {
            let reason = format!("expected a list of values, got {}", brief(&values.to_string(), 100));
            return Err(wrong(whose, &shown, reason));
        };
        if values.is_empty() {
            return Err(wrong(whose, &shown, "has no values, expected one or more".to_owned()));
        }
        rows = rows.saturating_mul(values.len() as u128);
        axes.push((key, values));
    }
    if rows > ROWS as u128 {
        let what = "rows, each variant with each combination of the sweep's values";
        return Err(many(rows.to_string(), what, ROWS, "sweep over fewer settings or values"));
    }
    let label = |key: &str, value: Value| (format!("{key}={value}"), value);
    let axis = |(key, values): (String, Vec<Value>)| Axis {
        values: values.into_iter().map(|value| label(&key, value)).collect(),
        key,
    };
    Ok(axes.into_iter().map(axis).collect())
}

/// The settings of all rows that concern one whose method has the settings `own`: not those that only other rows' methods
/// have. One that no method has stays, for the method to refuse.
pub(crate) fn shared(common: &Table, own: &Table, all: &[&Table]) -> Table {
    let concerns = |(key, value): (&String, &Value)| match (own.get(key), value) {
        (None, _) if all.iter().any(|table| table.contains_key(key)) => None,
        (Some(Value::Table(of_own)), Value::Table(value)) => {
            let all: Vec<&Table> = all.iter().filter_map(|table| table.get(key)?.as_table()).collect();
            Some((key.clone(), Value::Table(shared(value, of_own, &all))))
        }
        _ => Some((key.clone(), value.clone())),
    };
    common.iter().filter_map(concerns).collect()
}

/// Takes a text out of a table, where there is one.
fn text(table: &mut Table, whose: &str, key: &str) -> Result<Option<String>, ConfigError> {
    match table.remove(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(wrong(whose, key, format!("expected a text, got {}", brief(&other.to_string(), 100)))),
    }
}

/// Refuses a key that is none of these.
pub(crate) fn refuse_unknown<'a>(
    whose: &str,
    table: &Table,
    allowed: impl Iterator<Item = &'a str>,
) -> Result<(), ConfigError> {
    let mut names: Vec<&str> = Vec::new();
    for name in allowed {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match table.keys().find(|key| !names.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => {
            let reason = format!("unknown key, expected one of {}", names.join(", "));
            Err(wrong(whose, &brief(key, 100), reason))
        }
    }
}
