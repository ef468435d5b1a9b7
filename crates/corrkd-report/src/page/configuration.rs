//! The resolved settings of each row, and where they are not those of the reference row.

use crate::evidence::Evidence;
use corrkd_config::{Job, Protocol};
use corrkd_record::Sweep;
use serde::Serialize;
use toml::{Table, Value};

/// The settings of a row's runs.
#[derive(Serialize)]
pub(super) struct Configuration<'a> {
    row: &'a str,
    method: String,
    stage: String,
    /// Whether the reference row's method is another, whose settings have other meanings.
    other_method: bool,
    /// Where they are others than the reference row's.
    differences: Vec<Difference>,
    /// All of them, as an experiment file has them.
    toml: String,
}

/// A setting with two values.
#[derive(Serialize)]
struct Difference {
    key: String,
    here: String,
    reference: String,
}

/// The settings of all rows that have a finished run. Runs of one stage with different settings are told apart by these
/// alone.
pub(super) fn of<'a>(sweep: &'a Sweep, evidence: &Evidence) -> Result<Vec<Configuration<'a>>, toml::ser::Error> {
    let reference = evidence.results(&sweep.reference).next().map(|result| &result.spec.job);
    let mut found = Vec::new();
    for row in evidence.rows(sweep) {
        let mut jobs: Vec<&Job> = Vec::new();
        for job in evidence.results(row).map(|result| &result.spec.job) {
            if jobs.contains(&job) {
                continue;
            }
            jobs.push(job);
            found.push(Configuration {
                row,
                method: job.method.clone(),
                stage: job.stage.clone(),
                other_method: reference.is_some_and(|reference| reference.method != job.method),
                differences: reference.map_or_else(|| Ok(Vec::new()), |reference| differences(job, reference))?,
                toml: toml::to_string(&settings(job)?)?,
            });
        }
    }
    Ok(found)
}

/// The protocol's part of a job's settings.
fn protocol(job: &Job) -> Result<Table, toml::ser::Error> {
    let missing = job.missing.unwrap_or_default();
    let mut table = Table::try_from(Protocol { task: job.task, missing, evaluation: job.evaluation.clone() })?;
    if job.missing.is_none() {
        table.remove("missing");
    }
    Ok(table)
}

/// All of a job's settings.
fn settings(job: &Job) -> Result<Table, toml::ser::Error> {
    let mut table = Table::from_iter([("method".to_owned(), Value::from(job.method.as_str()))]);
    table.extend(protocol(job)?);
    table.extend(job.settings.clone());
    Ok(table)
}

/// Where a job's settings are not the reference's. A setting that only one of the two has is no difference, as stages have
/// some of their method's settings each; nor is one of another method, whatever its name.
fn differences(job: &Job, reference: &Job) -> Result<Vec<Difference>, toml::ser::Error> {
    let comparable = if job.method == reference.method { settings } else { protocol };
    let [here, other] = [leaves(&comparable(job)?), leaves(&comparable(reference)?)];
    let differs = |(key, value): &(String, String)| {
        let (_, other) = other.iter().find(|(of, other)| of == key && other != value)?;
        Some(Difference { key: key.clone(), here: value.clone(), reference: other.clone() })
    };
    Ok(here.iter().filter_map(differs).collect())
}

/// Settings under their full keys: `student.epochs`. The ratios of single modalities are one setting, as one for all is.
fn leaves(table: &Table) -> Vec<(String, String)> {
    let below = |(key, value): (&String, &Value)| match value {
        Value::Table(table) if key != "intra" => {
            leaves(table).into_iter().map(|(leaf, value)| (format!("{key}.{leaf}"), value)).collect()
        }
        value => vec![(key.clone(), value.to_string())],
    };
    table.iter().flat_map(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_config::{Evaluation, Missing, PerModality, Task};

    fn job(method: &str, stage: &str, settings: &str, missing: Option<Missing>) -> Job {
        Job {
            method: method.to_owned(),
            stage: stage.to_owned(),
            training: stage.to_owned(),
            settings: toml::from_str(settings).unwrap(),
            task: Task::Binary,
            missing,
            evaluation: Evaluation::default(),
        }
    }

    fn told(job: &Job, reference: &Job) -> Vec<[String; 3]> {
        differences(job, reference).unwrap().into_iter().map(|d| [d.key, d.here, d.reference]).collect()
    }

    #[test]
    fn what_differs_and_nothing_else() {
        let settings = |weight: f64| format!("network.width = 40\nlosses.scd.weight = {weight:?}\nstudent.epochs = 50");
        let reference = job("corrkd", "student", &settings(1.0), Some(Missing::default()));
        let missing = Missing { intra: PerModality::from_fn(|_| [0.0, 0.5]), ..Missing::default() };
        let other = job("corrkd", "student", &settings(0.0), Some(missing));
        assert_eq!(
            told(&other, &reference),
            [["missing.intra", "[0.0, 0.5]", "[0.0, 1.0]"], ["losses.scd.weight", "0.0", "1.0"]]
        );
        let mut intra = missing.intra;
        intra.vision = [0.5, 1.0];
        let uneven = job("corrkd", "student", &settings(1.0), Some(Missing { intra, ..missing }));
        let [[key, here, _]] = &told(&uneven, &reference)[..] else { panic!("one setting differs") };
        assert!(key == "missing.intra" && here.contains("vision = [0.5, 1.0]"), "{key} {here}");
        let teacher = job("corrkd", "teacher", "network.width = 40\nteacher.epochs = 20", None);
        assert!(told(&teacher, &reference).is_empty());
    }

    /// The width of another method's network is another thing; what is predicted is the same for all.
    #[test]
    fn settings_of_another_method_are_its_own() {
        let reference = job("corrkd", "student", "network.width = 40", Some(Missing::default()));
        let mut other = job("cubemlp", "cubemlp", "network.width = 128", None);
        assert!(told(&other, &reference).is_empty());
        other.task = Task::Seven;
        assert_eq!(told(&other, &reference), [["task", "\"seven\"", "\"binary\""]]);
        let table = settings(&other).unwrap();
        let keys: Vec<&String> = table.keys().collect();
        assert_eq!(keys, ["method", "task", "evaluation", "network"]);
    }
}
