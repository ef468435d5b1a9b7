//! Which runs make up an experiment and how each ended, for its report.

use crate::tasks::{State, Tasks};
use corrkd_config::{Experiment, Plan};
use corrkd_record::{Sweep, SweepRun};
use std::collections::{BTreeMap, BTreeSet};

/// The experiment's runs, each with the identity of its task.
pub(crate) fn of(name: &str, experiment: &Experiment, plan: &Plan, tasks: &Tasks) -> Sweep {
    let labels = labels(plan);
    let ended = plan.runs.iter().zip(&tasks.of_run).enumerate().map(|(place, (run, &task))| {
        let task = &tasks.list[task];
        let failure = match &task.state {
            State::Failed(reason) => Some(reason.clone()),
            _ => None,
        };
        SweepRun {
            row: run.row.clone(),
            is_part: run.is_part,
            stage: labels[place % labels.len()].clone(),
            seed: run.seed,
            fold: run.fold,
            id: task.id.clone(),
            failure,
        }
    });
    Sweep {
        name: name.to_owned(),
        title: experiment.title.clone(),
        dataset: experiment.dataset.to_string(),
        reference: experiment.reference.clone(),
        paper: experiment.paper.clone(),
        rows: experiment.rows.iter().map(|row| row.name.clone()).collect(),
        seeds: experiment.seeds.clone(),
        folds: experiment.folds.clone(),
        runs: ended.collect(),
        search: Vec::new(),
    }
}

/// What the runs of each seed and fold are called where they are no rows: `teacher (complete)` where one such network serves
/// all rows, and where there are several `teacher (complete) of ROW`, by the first row that each serves. What is called the
/// same is the same but for seed and fold, so that a mean over those is one of a network.
pub(crate) fn labels(plan: &Plan) -> Vec<String> {
    let part = &plan.runs[..plan.part];
    let mut serves: BTreeMap<usize, &str> = BTreeMap::new();
    for run in part {
        let Some(row) = run.row.as_deref() else { continue };
        let mut needed = run.needs.clone();
        while let Some(place) = needed.pop() {
            serves.entry(place).or_insert(row);
            needed.extend(&part[place].needs);
        }
    }
    let on_the_way = || part.iter().filter(|run| run.row.is_none()).map(|run| run.job.label());
    let (mut once, mut several) = (BTreeSet::new(), BTreeSet::new());
    several.extend(on_the_way().filter(|label| !once.insert(label.clone())));
    let label = |(place, label): (usize, String)| match (part[place].row.is_none(), serves.get(&place)) {
        (true, Some(row)) if several.contains(&label) => format!("{label} of {row}"),
        _ => label,
    };
    part.iter().map(|run| run.job.label()).enumerate().map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_config::{ConfigError, MethodPlan, Protocol, Stage};
    use toml::Table;

    /// A coach that `depth` decides, a teacher that it and `width` decide, and a student of both.
    struct Three;

    impl MethodPlan for Three {
        fn name(&self) -> &'static str {
            "three"
        }

        fn defaults(&self) -> Table {
            toml::from_str("depth = 1\nwidth = 1\nrate = 1").unwrap()
        }

        fn stages(&self, _: &str, settings: Table, _: &Protocol) -> Result<Vec<Stage>, ConfigError> {
            let of = |keys: &[&str]| settings.clone().into_iter().filter(|(key, _)| keys.contains(&&**key)).collect();
            let stage = |name, settings, sees_missing, needs| Stage {
                name,
                training: "t",
                settings,
                sees_missing,
                needs,
                is_part: false,
            };
            Ok(vec![
                stage("coach", of(&["depth"]), false, vec![]),
                stage("teacher", of(&["depth", "width"]), false, vec![0]),
                stage("student", settings.clone(), true, vec![1]),
            ])
        }
    }

    fn called(rows: &[&str]) -> Vec<String> {
        let rows = rows
            .iter()
            .enumerate()
            .map(|(at, row)| format!("[[variant]]\nname = \"{at}\"\nmethod = \"three\"\n{row}\n"));
        let rows: String = rows.collect();
        let text = format!("title = \"t\"\ndataset = \"d\"\nseeds = [1, 2]\nreference = \"0\"\n{rows}");
        let experiment = Experiment::parse(&text, &BTreeMap::new(), &[&Three]).unwrap();
        labels(&Plan::of(&experiment)).into_iter().filter(|label| label != "student").collect()
    }

    #[test]
    fn each_network_has_a_name_of_its_own() {
        let (coach, teacher) = ("coach (complete)", "teacher (complete)");
        assert_eq!(called(&["", "rate = 2"]), [coach, teacher]);
        assert_eq!(
            called(&["", "width = 2", "width = 2\nrate = 2", "rate = 3"]),
            [coach, "teacher (complete) of 0", "teacher (complete) of 1"]
        );
        assert_eq!(
            called(&["", "depth = 2"]),
            ["coach (complete) of 0", "teacher (complete) of 0", "coach (complete) of 1", "teacher (complete) of 1"]
        );
    }
}
