//! `corrkd data import`: computational sequences of the files that are passed around instead.

use crate::failure::Failure;
use crate::say::say;
use crate::watch::Watch;
use corrkd_config::Exit;
use corrkd_data::Zeros;
use corrkd_import::{Choices, ImportError, LabelValues};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Import {
    /// A pickle or .npz of MulT, MultiBench, MMSA or LMF, or a folder: of one such file for each fold, of MFN's HDF5
    /// arrays, or of labels.csv and folders language, audio and vision with ID.npy or ID.csv for each sample.
    file: PathBuf,
    /// The folder to write, new or empty: language.csd, audio.csd, vision.csd, labels.csd, folds.toml, recipe.toml.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The label column that is the label, by name or by number from 0; the sentiment, or the first, without it.
    #[arg(long, value_name = "NAME|NUMBER")]
    label: Option<String>,
    /// Labels are categories with these names: by number from 0 (or from 1) in one column, or with a column for each.
    #[arg(long, value_name = "NAME,NAME,...", value_parser = categories)]
    categories: Option<LabelValues>,
    /// Labels are scores from LOW to HIGH, such as 1,4,7 for a questionnaire's.
    #[arg(long, value_name = "LOW,NEUTRAL,HIGH", value_parser = scale, conflicts_with = "categories")]
    #[arg(allow_hyphen_values = true)]
    scale: Option<LabelValues>,
    /// What a frame of zeros is: missing, or data. Without it, missing in a modality that is zero in all frames of some
    /// sample, and data in others.
    #[arg(long, value_parser = zeros)]
    zeros: Option<Zeros>,
}

impl Import {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Self { file, out, label, categories, scale, zeros } = self;
        let choices = Choices { label, values: categories.or(scale), zeros, unlabelled: false };
        let watch = Watch::new("reading samples");
        let report = corrkd_import::import(&file, &out, &choices, &|done, all| watch.step(done, all))?;
        drop(watch); // its bar goes before anything else is said
        say(report)
    }
}

/// The names of categories, each once.
fn categories(text: &str) -> Result<LabelValues, String> {
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    let twice = names.iter().enumerate().find(|(number, name)| names[..*number].contains(name));
    match (twice, names.len()) {
        (Some((_, name)), _) => Err(format!("`{name}` is there twice, expected each name once")),
        (None, 1) => Err("expected at least two names, with commas between them".to_owned()),
        _ if names.iter().any(String::is_empty) => Err("a name is empty".to_owned()),
        _ => match names.iter().find_map(|name| Some((name, corrkd_config::unfit(name)?))) {
            Some((name, reason)) => Err(format!("{name:?}: {reason}")),
            None => Ok(LabelValues::Categories(names)),
        },
    }
}

/// The least, the neutral and the greatest score.
fn scale(text: &str) -> Result<LabelValues, String> {
    let numbers: Option<Vec<f64>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    match numbers.as_deref() {
        Some(&[low, neutral, high]) if low < neutral && neutral < high && (high - low).is_finite() => {
            Ok(LabelValues::Scale([low, neutral, high]))
        }
        _ => Err("expected three numbers, each greater than the one before, such as -3,0,3".to_owned()),
    }
}

/// What zeros are.
fn zeros(text: &str) -> Result<Zeros, String> {
    match text {
        "missing" => Ok(Zeros::Missing),
        "data" => Ok(Zeros::Data),
        _ => Err("expected missing or data".to_owned()),
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        let exit = match error {
            ImportError::Interrupted => Exit::Interrupted,
            _ if error.is_user_input() => Exit::Input,
            _ => Exit::Data,
        };
        Self { exit, error: error.into() }
    }
}
