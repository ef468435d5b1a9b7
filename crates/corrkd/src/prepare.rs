//! `corrkd prepare`: everything that can be wrong before the first run starts.

mod labels;

use crate::failure::Failure;
use crate::say::say_json;
use crate::watch::Watch;
use anyhow::{Context, anyhow};
use corrkd_config::{Cross, CrossFold, DatasetRef, Device, Exit, Job, Kernels, LabelSpace, Modality, Task};
use corrkd_data::{Dataset, Fold, Trust};
use corrkd_methods::METHODS;
use corrkd_record::Prepared;
use corrkd_system::{err, sweep};
use std::path::{Path, PathBuf};

/// More than a file of trainings has.
const LIMIT: u64 = 1 << 26;

#[derive(clap::Args)]
pub(crate) struct Prepare {
    /// The recipe: a name in datasets/, or a path to a TOML file.
    #[arg(long, value_name = "RECIPE")]
    dataset: String,
    /// The size of a generated data set: small, mosi or mosei; `synthetic` has mosei-x4 and mosei-x16, too.
    #[arg(long)]
    size: Option<String>,
    /// The folds of a cross-validation: their number, or given several times the start of each group's ids.
    #[arg(long, value_name = "NUMBER|GROUP", requires = "fold")]
    folds: Vec<String>,
    /// Which of the folds is tested, from 1.
    #[arg(long, value_name = "NUMBER", requires = "folds")]
    fold: Option<usize>,
    /// What is to be predicted: the labels are held against it. May be given several times.
    #[arg(long)]
    task: Vec<Task>,
    /// The folder that holds the recipe's files.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where generated files and aligned samples are kept.
    #[arg(long, value_name = "DIR")]
    cache: PathBuf,
    /// cpu, cuda, cuda:INDEX or metal.
    #[arg(long, default_value = "cpu")]
    device: Device,
    /// A file of trainings, as JSON, of which it is to be told how long they take: a few steps of each are done.
    #[arg(long, value_name = "FILE")]
    time: Option<PathBuf>,
}

impl Prepare {
    pub(crate) fn run(self) -> Result<(), Failure> {
        corrkd_train::open_device(self.device)?;
        sweep(&self.cache);
        let fold = self.fold()?;
        let dataset = DatasetRef { name: self.dataset, size: self.size, fold };
        let watch = Watch::new("preparing data");
        let step = |done, all| watch.step(done, all);
        let data = corrkd_data::load(&dataset, self.data.as_deref(), &self.cache, Trust::Remembered, &step)?;
        drop(watch); // its bar goes before anything else is said
        err(format_args!("{}", data.summary));
        tell_absent(&data);
        for task in self.task {
            let space = LabelSpace::new(task, &data.labels);
            let space = space.map_err(|error| Failure { exit: Exit::Input, error: error.into() })?;
            labels::check(&space, &dataset, &data)?;
        }
        let samples = corrkd_train::sizes(&data);
        let seconds = self.time.map_or(Ok(Vec::new()), |file| timed(&file, &data))?;
        let prepared = Prepared {
            fingerprint: data.fingerprint,
            code: corrkd_methods::code(),
            labels: data.labels,
            aligned: data.time.is_aligned(),
            samples,
            seconds,
        };
        say_json(&prepared)
    }

    /// The fold of a cross-validation, where one is asked for.
    fn fold(&self) -> Result<Option<CrossFold>, Failure> {
        let Some(number) = self.fold else { return Ok(None) };
        let parts = match &self.folds[..] {
            [one] => one.parse().ok(),
            _ => None,
        };
        let cross = parts.map_or_else(|| Cross::Groups(self.folds.clone()), Cross::Parts);
        let wrong =
            |reason| Failure { exit: Exit::Input, error: anyhow!("--folds {}: {reason}", self.folds.join(" ")) };
        if let Some(fault) = cross.fault() {
            return Err(wrong(fault));
        }
        match number {
            1.. if number <= cross.parts() => Ok(Some(CrossFold { cross, test: number - 1 })),
            _ => Err(wrong(format!("there is no --fold {number}, expected 1 to {}", cross.parts()))),
        }
    }
}

/// How long the trainings of a file take.
fn timed(file: &Path, data: &Dataset) -> Result<Vec<f64>, Failure> {
    let jobs = || -> anyhow::Result<Vec<(Job, Vec<usize>)>> {
        Ok(serde_json::from_slice(&corrkd_system::read(file, LIMIT)?)?)
    };
    let jobs = jobs().with_context(|| file.display().to_string());
    let jobs = jobs.map_err(|error| Failure { exit: Exit::Input, error })?;
    Ok(corrkd_train::seconds(METHODS, &jobs, data, Kernels::Fused)?)
}

/// Warns of a modality that a whole fold lacks: nothing of it can be learned, chosen by or tested there.
fn tell_absent(data: &Dataset) {
    for fold in Fold::ALL {
        let samples = &data.split(fold).samples;
        for modality in Modality::ALL.into_iter().filter(|&modality| data.modalities.has(modality)) {
            if samples.iter().all(|sample| sample.lacks(modality)) {
                let samples = samples.len();
                err(format_args!("warning: {modality} is missing in all {samples} samples of the {fold} fold"));
            }
        }
    }
}
