//! `corrkd evaluate`: the scores of a finished run under further conditions, or on other data, without training.

use crate::failure::Failure;
use crate::say::say;
use crate::watch::Watch;
use anyhow::anyhow;
use corrkd_config::{Condition, DatasetRef, Exit};
use corrkd_data::{Fold, locate};
use corrkd_predict::{Predictor, recipe_beside};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Evaluate {
    /// The run's folder, such as runs/student-s1-0a1b2c3d4e5f. Its files are only read.
    run: PathBuf,
    /// The folder that holds the data set's files.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The data set: the name of a recipe, or a path to one. Without it recipe.toml beside the files, or the run's own.
    #[arg(long, value_name = "RECIPE")]
    recipe: Option<String>,
    /// The samples: train, valid or test.
    #[arg(long, value_name = "FOLD", default_value = "test", value_parser = fold)]
    fold: Fold,
    /// What is missing: lav (nothing), l (all but language), lav@0.3 (each frame with probability 0.3) and all else that
    /// `evaluation.conditions` of an experiment can name. Without it those of the run's own test.
    #[arg(long, value_name = "CONDITION,...", value_delimiter = ',')]
    conditions: Vec<Condition>,
    /// A CSV file to write, with a line for each condition and metric.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Where generated files are kept [default: cache, beside the run's folder].
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
}

impl Evaluate {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Self { run, data, recipe, fold, mut conditions, out, cache } = self;
        let predictor = Predictor::open(&run)?;
        if let Some(warning) = predictor.warning() {
            corrkd_system::err(format_args!("warning: {warning}"));
        }
        let result = predictor.result();
        if conditions.is_empty() {
            conditions = result.test.iter().map(|scores| scores.condition).collect();
        }
        let dataset = match recipe.or_else(|| recipe_beside(data.as_deref()?)) {
            Some(name) => DatasetRef { name, size: None, fold: None },
            None => result.spec.dataset.clone(),
        };
        let cache = cache.unwrap_or_else(|| run.parent().unwrap_or(Path::new(".")).join("cache"));
        let watch = Watch::new("reading samples");
        let progress = |done, all| watch.step(done, all);
        let located = locate(&dataset, data.as_deref(), &cache, &progress)?;
        let under = predictor.evaluate(&located, fold, &conditions, &progress)?;
        drop(watch); // its bar goes before anything else is said
        let told = corrkd_report::evaluation(&predictor.finished().context.space, &under)?;
        if let Some(out) = out {
            corrkd_system::replace(&out, &told.csv)
                .map_err(|cause| Failure { exit: Exit::Input, error: anyhow!("{}: {cause}", out.display()) })?;
        }
        say(told.terminal)
    }
}

/// The fold of this name.
fn fold(name: &str) -> Result<Fold, String> {
    Fold::named(name).ok_or_else(|| "expected train, valid or test".to_owned())
}
