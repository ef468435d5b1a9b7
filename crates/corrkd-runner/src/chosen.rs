//! What of an experiment is asked for on the command line, and the experiment with that.

use crate::{
    experiment,
    failure::{Failure, OrExit},
    fit,
    known::{Known, RecipeFacts},
};
use anyhow::anyhow;
use corrkd_config::{Exit, Experiment, Overrides, Task};
use std::{collections::BTreeSet, ops::RangeInclusive, path::Path};

/// As many seeds as a plan has runs at most.
const SEEDS: u64 = 1_000_000;

/// Which seeds, task and rows.
#[derive(clap::Args)]
pub struct Chosen {
    /// Seeds instead of the experiment's, which need not have any then; 1-20 are twenty
    #[arg(long, value_name = "SEED,..", value_delimiter = ',', value_parser = seeds)]
    seeds: Option<Vec<RangeInclusive<u64>>>,
    /// What all rows predict, instead of what the experiment says: binary, ternary, five, seven, emotion or regression.
    /// The experiment is then called EXPERIMENT-TASK, and its report's folder, too
    #[arg(long)]
    task: Option<Task>,
    /// Only these rows; the reference row stays
    #[arg(long, value_name = "ROW,..", value_delimiter = ',')]
    only: Option<Vec<String>>,
}

impl Chosen {
    /// Reads an experiment, given as a path or as the name of one that the program carries: its name, what it holds, with the
    /// recipe's folds where it has none of its own, and what the recipe says of the data.
    ///
    /// # Errors
    /// Exit code 2.
    pub fn read(&self, given: &Path, known: Known<'_>) -> Result<(String, Experiment, RecipeFacts), Failure> {
        let mut seen = BTreeSet::new();
        let seeds: Option<Vec<u64>> = self.seeds.as_ref().map(|ranges| ranges.iter().cloned().flatten().collect());
        if let Some(twice) = seeds.iter().flatten().find(|seed| !seen.insert(**seed)) {
            return Err(Failure::new(Exit::Input, anyhow!("--seeds names {twice} twice")));
        }
        let overrides = Overrides { seeds, task: self.task };
        let (name, mut experiment) = experiment::read(given, known.methods, &overrides)?;
        if let Some(rows) = &self.only {
            experiment = experiment.only(rows).or_exit(Exit::Input)?;
        }
        let facts = known.recipes.facts(&experiment.dataset)?;
        fit::check(&experiment, &facts, known.methods)?;
        experiment.folds = experiment.folds.or(facts.folds.clone());
        if experiment.search.is_some() && experiment.folds.is_some() {
            let error = anyhow!(
                "a search over a cross-validation would choose settings by samples that other folds test; leave out `[search]`, or \
                 name a data set with folds of its own"
            );
            return Err(Failure::new(Exit::Input, error));
        }
        let name = self.task.map_or(name.clone(), |task| format!("{name}-{task}"));
        Ok((name, experiment, facts))
    }
}

/// A seed, or the seeds from one to another.
fn seeds(text: &str) -> Result<RangeInclusive<u64>, String> {
    let seed = |text: &str| text.parse().map_err(|_| "expected seeds between commas, as in 1,2,3 or 1-20".to_owned());
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (seed(first)?, seed(last)?) {
        (first, last) if last < first => Err(format!("{last} lies before {first}")),
        (first, last) if last - first >= SEEDS => Err(format!("more than {SEEDS} seeds")),
        (first, last) => Ok(first..=last),
    }
}
