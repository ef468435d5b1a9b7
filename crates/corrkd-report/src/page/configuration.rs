//! The resolved settings of each row, and where they are not those of the reference row.

use crate::evidence::Evidence;
use corrkd_config::Job;
use corrkd_record::Sweep;
use serde::Serialize;
use toml::{Table, Value};

/// The settings of a row's runs.
#[derive(Serialize)]
pub(super) struct Configuration<'a> {
    row: &'a str,
    /// Where they are others than the reference row's.
    differences: Vec<Difference>,
    /// All of them.
    toml: String,
}

/// A setting with two values.
#[derive(Serialize)]
struct Difference {
    key: String,
    here: String,
    reference: String,
}

/// The settings of all rows that have a finished run. Teachers of different settings are told apart by these alone.
pub(super) fn of<'a>(sweep: &'a Sweep, evidence: &Evidence) -> Result<Vec<Configuration<'a>>, toml::ser::Error> {
    let reference = match evidence.runs(&sweep.reference).next() {
        Some(run) => leaves(&settings(&run.result.spec.job)?),
        None => Vec::new(),
    };
    let mut found = Vec::new();
    for row in evidence.rows(sweep) {
        let mut jobs: Vec<&Job> = Vec::new();
        for job in evidence.runs(row).map(|run| &run.result.spec.job) {
            if jobs.contains(&job) {
                continue;
            }
            jobs.push(job);
            let settings = settings(job)?;
            let differences = differences(&leaves(&settings), &reference);
            found.push(Configuration { row, differences, toml: toml::to_string(&settings)? });
        }
    }
    Ok(found)
}

fn settings(job: &Job) -> Result<Table, toml::ser::Error> {
    match job {
        Job::Teacher { settings } => Table::try_from(settings),
        Job::Student { settings } => Table::try_from(settings),
    }
}

/// Settings under their full keys: `student.epochs`.
fn leaves(table: &Table) -> Vec<(String, String)> {
    let below = |(key, value): (&String, &Value)| match value {
        Value::Table(table) => {
            leaves(table).into_iter().map(|(leaf, value)| (format!("{key}.{leaf}"), value)).collect()
        }
        value => vec![(key.clone(), value.to_string())],
    };
    table.iter().flat_map(below).collect()
}

/// A teacher lacks settings that a student has; these are no differences.
fn differences(here: &[(String, String)], reference: &[(String, String)]) -> Vec<Difference> {
    let differs = |(key, value): &(String, String)| {
        let (_, other) = reference.iter().find(|(of, other)| of == key && other != value)?;
        Some(Difference { key: key.clone(), here: value.clone(), reference: other.clone() })
    };
    here.iter().filter_map(differs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_config::Settings;

    #[test]
    fn what_differs_and_nothing_else() {
        let mut other = Settings::default();
        other.losses.scd.weight = 0.0;
        other.missing.intra = [0.0, 0.5];
        let of = |settings: &Settings| leaves(&Table::try_from(settings).unwrap());
        let found = differences(&of(&other), &of(&Settings::default()));
        let found: Vec<[&str; 3]> = found.iter().map(|d| [&*d.key, &*d.here, &*d.reference]).collect();
        assert_eq!(found, [["missing.intra", "[0.0, 0.5]", "[0.0, 1.0]"], ["losses.scd.weight", "0.0", "1.0"]]);
        let teacher = leaves(&Table::try_from(other.for_teacher()).unwrap());
        assert!(differences(&teacher, &of(&Settings::default())).is_empty());
    }
}
