//! `[search]`: settings that the validation split chooses, of so many trials for every row.
//!
//! ```toml
//! [search]
//! trials = 8                     # of each row; the first has its own settings
//! seed = 1                       # what the others' values are drawn from
//! [search.space.corrkd]          # for each method of a row: a list of values, or numbers between two
//! student.learning_rate = { from = 5e-4, to = 8e-3, log = true }
//! dropout.output = [0.0, 0.1, 0.3]
//! [search.space.cubemlp]
//! training.learning_rate = { from = 5e-4, to = 8e-3, log = true }
//! ```
//!
//! Rows of a method are tried with the same values. What a variant or a sweep says itself is no matter of search: it stays.

use crate::name::{brief, wrong};
use crate::variant::{DEPTH, ROWS};
use crate::{ConfigError, Experiment, Row};
use corrkd_random::Stream;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// The trials of an experiment's rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// For each row, in their order.
    pub rows: Vec<Searched>,
}

/// A row's trials.
#[derive(Clone, Debug, PartialEq)]
pub struct Searched {
    /// The row.
    pub row: String,
    /// The first has the row's own settings.
    pub trials: Vec<Trial>,
}

/// A row with some of its settings drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// The settings, by dotted keys; none in the first.
    pub values: Vec<(String, Value)>,
    /// The row, called `ROW trial N`.
    pub row: Row,
}

impl Search {
    /// The trials as an experiment: each is a row, run with the first seed.
    #[must_use]
    pub fn trials(&self, experiment: &Experiment) -> Experiment {
        let rows: Vec<Row> = self.rows.iter().flat_map(|of| of.trials.iter().map(|trial| trial.row.clone())).collect();
        Experiment {
            title: format!("{}: trials", experiment.title),
            reference: rows.first().map_or_else(String::new, |row| row.name.clone()),
            seeds: experiment.seeds.iter().take(1).copied().collect(),
            rows,
            paper: None,
            search: None,
            ..experiment.clone()
        }
    }

    /// The experiment with the trials that were chosen, by their places: each row has the settings of its trial, and where
    /// these are not its own, the row as it was stands behind all of them under the name that [`untuned`] gives.
    #[must_use]
    pub fn chosen(&self, experiment: &Experiment, places: &[usize]) -> Experiment {
        let (mut rows, mut others) = (Vec::new(), Vec::new());
        for ((own, of), &place) in experiment.rows.iter().zip(&self.rows).zip(places) {
            if place > 0 {
                others.push(Row { name: untuned(&own.name), ..own.clone() });
            }
            rows.push(Row { name: own.name.clone(), ..of.trials[place].row.clone() });
        }
        rows.extend(others);
        Experiment { rows, search: None, ..experiment.clone() }
    }

    /// The experiment as it is at its largest: no row that has other trials keeps its own settings.
    #[must_use]
    pub fn largest(&self, experiment: &Experiment) -> Experiment {
        let last: Vec<usize> = self.rows.iter().map(|of| of.trials.len().saturating_sub(1)).collect();
        self.chosen(experiment, &last)
    }
}

/// What a row is called as it was before a search.
#[must_use]
pub fn untuned(row: &str) -> String {
    format!("{row}, untuned")
}

/// What the file says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    trials: usize,
    seed: u64,
    space: BTreeMap<String, Table>,
}

/// What errors call it.
const WHOSE: &str = "the search";
/// Draws for each trial until one is another than those before.
const ATTEMPTS: u64 = 1000;

impl Said {
    /// Refuses what cannot be searched, whatever the rows; so many there are, and these methods.
    pub(crate) fn check(&self, rows: usize, methods: &[&str]) -> Result<(), ConfigError> {
        if self.trials < 2 {
            let reason = format!("is {}, expected at least 2: a row's own settings and others", self.trials);
            return Err(wrong(WHOSE, "trials", reason));
        }
        if rows.saturating_mul(self.trials) > ROWS {
            let (got, what) = (rows.saturating_mul(self.trials).to_string(), "trials of all rows");
            let remedy = "take fewer trials or rows";
            return Err(ConfigError::Many { whose: WHOSE.to_owned(), got, what, most: ROWS, remedy });
        }
        if let Some(method) = methods.iter().find(|method| !self.space.contains_key(**method)) {
            let reason = format!(
                "has nothing for the method {method}, which a row has; write `[search.space.{method}]`, since all rows get the \
                 same number of trials"
            );
            return Err(wrong(WHOSE, "space", reason));
        }
        match self.space.keys().find(|name| !methods.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => {
                let reason = format!("no row has the method {}, only {}", brief(name, 100), methods.join(", "));
                Err(wrong(WHOSE, "space", reason))
            }
        }
    }

    /// The values of a row's trials behind the first: no two alike. `own` is what the row says itself.
    pub(crate) fn draws(&self, row: &str, method: &str, own: &Table) -> Result<Vec<Vec<(String, Value)>>, ConfigError> {
        let mut space = Vec::new();
        self.space.get(method).into_iter().for_each(|of| flat("", of, &mut space));
        let axes =
            space.into_iter().filter(|(key, _)| !says(own, key)).map(|(key, said)| Axis::read(method, key, said));
        let axes: Vec<Axis<'_>> = axes.collect::<Result<_, _>>()?;
        let stream = Stream::new(self.seed, "search").named(method);
        let mut draws: Vec<Vec<(String, Value)>> = Vec::new();
        let mut place = 0;
        while draws.len() + 1 < self.trials {
            let draw: Vec<_> = axes.iter().map(|axis| (axis.key.clone(), axis.draw(stream, place))).collect();
            if !draws.contains(&draw) {
                draws.push(draw);
            } else if place > ATTEMPTS.saturating_mul(self.trials as u64) {
                let reason = format!(
                    "is {}, but the space of row `{row}` has only {} different settings; take fewer trials, or a larger space",
                    self.trials,
                    draws.len()
                );
                return Err(wrong(WHOSE, "trials", reason));
            }
            place += 1;
        }
        Ok(draws)
    }
}

/// The settings of a space by dotted keys: a table that tells of no numbers is one of settings.
fn flat<'a>(above: &str, space: &'a Table, settings: &mut Vec<(String, &'a Value)>) {
    for (key, said) in space {
        let key = format!("{above}{key}");
        match said {
            Value::Table(inner)
                if !["from", "to"].into_iter().any(|end| inner.contains_key(end)) && !inner.is_empty() =>
            {
                flat(&format!("{key}."), inner, settings);
            }
            _ => settings.push((key, said)),
        }
    }
}

/// Whether a table says something at a dotted key, or above it.
fn says(table: &Table, dotted: &str) -> bool {
    let (key, rest) = dotted.split_once('.').map_or((dotted, None), |(key, rest)| (key, Some(rest)));
    match (table.get(key), rest) {
        (Some(Value::Table(inner)), Some(rest)) => says(inner, rest),
        (said, _) => said.is_some(),
    }
}

/// A setting with the values that it may have.
struct Axis<'a> {
    key: String,
    values: Values<'a>,
}

enum Values<'a> {
    OneOf(&'a [Value]),
    Integers(i64, i64),
    Numbers(f64, f64),
    /// Of which the logarithm is drawn evenly, and that may have to be whole.
    Scales(f64, f64, bool),
}

/// Numbers between two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Between {
    from: Value,
    to: Value,
    #[serde(default)]
    log: bool,
}

impl<'a> Axis<'a> {
    fn read(method: &str, key: String, said: &'a Value) -> Result<Self, ConfigError> {
        let values = match said {
            Value::Array(values) if !values.is_empty() => Some(Values::OneOf(values)),
            Value::Table(_) => said.clone().try_into().ok().and_then(|between: Between| between.values()),
            _ => None,
        };
        match values {
            Some(values) if key.split('.').count() <= DEPTH => Ok(Self { key, values }),
            _ => {
                let reason = format!(
                    "is {}, expected a list of values, or numbers as {{ from = 1e-4, to = 1e-2 }}, the second greater, with \
                     `log = true` if both are above zero and their logarithm is to be drawn evenly",
                    brief(&said.to_string(), 100)
                );
                Err(wrong(WHOSE, &format!("space.{method}.{}", brief(&key, 100)), reason))
            }
        }
    }

    fn draw(&self, stream: Stream, place: u64) -> Value {
        let stream = stream.named(&self.key);
        let number = |from: f64, to: f64| from + (to - from) * stream.uniform(place);
        match self.values {
            Values::OneOf(values) => values[stream.below(place, values.len())].clone(),
            Values::Integers(from, to) => {
                let count = to.abs_diff(from).saturating_add(1);
                Value::Integer(from.saturating_add_unsigned(stream.below(place, count as usize) as u64))
            }
            Values::Numbers(from, to) => Value::Float(rounded(number(from, to)).clamp(from, to)),
            Values::Scales(from, to, whole) => match number(from.ln(), to.ln()).exp().clamp(from, to) {
                number if whole => Value::Integer(number.round() as i64),
                number => Value::Float(rounded(number).clamp(from, to)),
            },
        }
    }
}

impl Between {
    fn values<'a>(&self) -> Option<Values<'a>> {
        let whole = self.from.is_integer() && self.to.is_integer();
        if let (Value::Integer(from), Value::Integer(to), false) = (&self.from, &self.to, self.log) {
            return (from < to).then_some(Values::Integers(*from, *to));
        }
        let number = |value: &Value| value.as_float().or_else(|| value.as_integer().map(|integer| integer as f64));
        let (from, to) = (number(&self.from)?, number(&self.to)?);
        match (from < to && from.is_finite() && to.is_finite(), self.log) {
            (true, false) => Some(Values::Numbers(from, to)),
            (true, true) if from > 0.0 => Some(Values::Scales(from, to, whole)),
            _ => None,
        }
    }
}

/// With three digits: a person reads and writes it.
fn rounded(number: f64) -> f64 {
    format!("{number:.2e}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MethodPlan, Protocol, Stage};

    /// One training; whether samples lose something and how the best epoch is chosen are settings of it.
    struct One;

    impl MethodPlan for One {
        fn name(&self) -> &'static str {
            "one"
        }

        fn defaults(&self) -> Table {
            toml::from_str("rate = 0.1\nlayers = 2\nlosing = false\ntraining = { selection = \"loss\" }").unwrap()
        }

        fn stages(&self, whose: &str, settings: Table, _: &Protocol) -> Result<Vec<Stage>, ConfigError> {
            if settings.get("layers").and_then(Value::as_integer) == Some(99) {
                return Err(wrong(whose, "layers", "too many".to_owned()));
            }
            crate::variant::refuse_unknown(whose, &settings, self.defaults().keys().map(String::as_str))?;
            let sees_missing = settings.get("losing").and_then(Value::as_bool).unwrap_or(false);
            let (name, training) = ("one", "training");
            Ok(vec![Stage { name, training, settings, sees_missing, needs: vec![], is_part: false }])
        }
    }

    const SPACE: &str = "rate = { from = 1e-3, to = 1.0, log = true }\nlayers = [1, 2, 3]";

    fn read(trials: &str, space: &str, rows: &str) -> Result<Experiment, String> {
        let text = format!(
            "title = \"t\"\ndataset = \"d\"\nseeds = [7, 8]\nreference = \"a\"\n[search]\n{trials}\nseed = 1\n\
             [search.space.one]\n{space}\n{rows}"
        );
        Experiment::parse(&text, &BTreeMap::new(), &[&One]).map_err(|error| error.to_string())
    }

    fn row(name: &str, settings: &str) -> String {
        format!("[[variant]]\nname = \"{name}\"\nmethod = \"one\"\n{settings}\n")
    }

    fn trials(experiment: &Experiment) -> Vec<Vec<Vec<(String, Value)>>> {
        let of_row = |of: &Searched| of.trials.iter().map(|trial| trial.values.clone()).collect();
        experiment.search.iter().flat_map(|search| &search.rows).map(of_row).collect()
    }

    #[test]
    fn rows_get_as_many_trials_with_the_same_values() {
        let experiment = read("trials = 6", SPACE, &[row("a", ""), row("b", "")].concat()).unwrap();
        let trials = trials(&experiment);
        assert_eq!(trials[0], trials[1]);
        assert!(trials[0].len() == 6 && trials[0][0].is_empty());
        let different: std::collections::BTreeSet<String> = trials[0].iter().map(|draw| format!("{draw:?}")).collect();
        assert_eq!(different.len(), 6);
        for draw in &trials[0][1..] {
            let value = |name: &str| &draw.iter().find(|(key, _)| key == name).unwrap().1;
            let (layers, rate) = (value("layers").as_integer().unwrap(), value("rate").as_float().unwrap());
            assert!((1..=3).contains(&layers) && (1e-3..=1.0).contains(&rate), "{draw:?}");
        }
        assert_eq!(experiment, read("trials = 6", SPACE, &[row("a", ""), row("b", "")].concat()).unwrap());
        // More trials are those of before, and some.
        let more = read("trials = 9", SPACE, &row("a", "")).unwrap();
        assert_eq!(self::trials(&more)[0][..6], trials[0]);
    }

    #[test]
    fn what_a_row_says_itself_stays() {
        let experiment = read("trials = 3", SPACE, &[row("a", ""), row("b", "rate = 0.5")].concat()).unwrap();
        let of_b = &experiment.search.as_ref().unwrap().rows[1];
        for trial in &of_b.trials {
            assert_eq!(trial.row.stages[0].settings["rate"].as_float(), Some(0.5));
            assert!(trial.values.iter().all(|(key, _)| key == "layers"), "{trial:?}");
        }
    }

    #[test]
    fn trials_and_what_they_chose_are_experiments() {
        let experiment = read("trials = 3", SPACE, &[row("a", ""), row("b", "")].concat()).unwrap();
        let search = experiment.search.as_ref().unwrap();
        let tried = search.trials(&experiment);
        let names: Vec<&str> = tried.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["a trial 1", "a trial 2", "a trial 3", "b trial 1", "b trial 2", "b trial 3"]);
        assert_eq!((tried.seeds.as_slice(), tried.reference.as_str()), (&[7][..], "a trial 1"));
        let chosen = search.chosen(&experiment, &[0, 2]);
        let names: Vec<&str> = chosen.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!((names, chosen.seeds.as_slice()), (vec!["a", "b", "b, untuned"], &[7, 8][..]));
        assert_eq!(chosen.rows[0], experiment.rows[0]);
        assert_eq!(chosen.rows[1].stages, search.rows[1].trials[2].row.stages);
        assert_eq!(chosen.rows[2].stages, experiment.rows[1].stages);
    }

    #[test]
    fn what_cannot_be_searched_is_refused() {
        let refused = |trials: &str, space: &str, rows: &str, said: &str| {
            let error = read(trials, space, rows).unwrap_err();
            assert!(error.contains(said), "{error}");
        };
        let a = row("a", "");
        refused("trials = 1", SPACE, &a, "expected at least 2");
        refused("trials = 20000", SPACE, &a, "20000");
        refused("trials = 5", "layers = [1, 2]", &a, "only 2 different settings");
        refused("trials = 3", "", &a, "only 1 different settings");
        refused("trials = 2", "rate = 0.5", &a, "at `space.one.rate`: is 0.5, expected a list");
        refused("trials = 2", "rate = { from = 1.0, to = 0.1 }", &a, "the second greater");
        refused("trials = 2", "rate = { from = 0.0, to = 0.1, log = true }", &a, "above zero");
        refused("trials = 2", "rate = { from = 0.0, to = 0.1, lag = true }", &a, "log = true");
        refused("trials = 2", "width = [1, 2]", &a, "width");
        refused("trials = 2", "layers = [99]", &a, "a trial 2");
        refused("trials = 2", "training = {}", &a, "at `space.one.training`: is {}");
        refused("trials = 2", "task = [\"ternary\"]", &a, "judged by validation otherwise");
        refused("trials = 2", "losing = [true]", &a, "judged by validation otherwise");
        refused("trials = 2", "training.selection = [\"f1\"]", &a, "judged by validation otherwise");
        refused("trials = 2\nwhat = 1", SPACE, &a, "what");
        refused("trials = 2", &format!("{SPACE}\n[search.space.two]"), &a, "no row has the method two, only one");
        refused("trials = 2", SPACE, &[a.clone(), row("a, untuned", "")].concat(), "a, untuned");
        refused("trials = 2", SPACE, &[a, row("a trial 2", "")].concat(), "a trial 2");
    }
}
