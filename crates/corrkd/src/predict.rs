//! `corrkd predict`: what a finished run's network says of samples, labelled or not.

mod rows;

use crate::failure::Failure;
use crate::say::say_json;
use crate::watch::Watch;
use corrkd_config::Modality;
use corrkd_predict::{Answered, JsonLines, Met, Predictor, Source};
use rows::Rows;
use std::io::stdin;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Predict {
    /// The run's folder, such as runs/student-s1-0a1b2c3d4e5f. Its files are only read, and nothing else is needed.
    run: PathBuf,
    /// The samples: a folder of sequences, any file or folder that `corrkd data import` reads, JSON lines, or `-`: JSON lines
    /// on the standard input, each answered as it comes. Labels need not be there.
    #[arg(long, value_name = "DIR|FILE|-")]
    data: PathBuf,
    /// What the folder holds: the name of a recipe, or a path to one. Without it recipe.toml beside the sequences, or the
    /// run's own.
    #[arg(long, value_name = "RECIPE")]
    recipe: Option<String>,
    /// Where the answers go: a file ending in .csv, .jsonl or .parquet, or `-`: JSON lines on the standard output.
    #[arg(long, value_name = "FILE|-", default_value = "-")]
    out: PathBuf,
}

impl Predict {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let rows = match self.out.as_os_str() == "-" {
            true => None,
            false => Some(Rows::create(&self.out)?),
        };
        let predictor = Predictor::open(&self.run)?;
        if let Some(warning) = predictor.warning() {
            corrkd_system::err(format_args!("warning: {warning}"));
        }
        match rows {
            None => self.answer(&predictor, &mut |answered| say_json(&answered)),
            Some(mut rows) => {
                let mut count = 0;
                self.answer(&predictor, &mut |answered| {
                    count += 1;
                    rows.add(&answered)
                })?;
                rows.finish()?;
                corrkd_system::err(format_args!("{count} samples answered: {}", self.out.display()));
                Ok(())
            }
        }
    }

    fn answer(
        &self,
        predictor: &Predictor,
        take: &mut dyn FnMut(Answered) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.data.as_os_str() == "-" {
            for line in JsonLines::new(stdin().lock(), PathBuf::from("standard input")) {
                let (id, given) = line?;
                take(predictor.answer(predictor.sample(&id, given)?)?)?;
            }
            return Ok(());
        }
        let source = Source::at(&self.data, self.recipe.as_deref(), predictor)?;
        let watch = Watch::new("answering");
        let met = source.answer(predictor, &|done, all| watch.step(done, all), take)?;
        drop(watch); // its bar goes before anything else is said
        tell(&self.data, &met);
        Ok(())
    }
}

/// Says what was met on the way.
fn tell(data: &Path, met: &Met) {
    let Met { dropped, non_finite } = met;
    let told = [
        (dropped.without_frames, "segments without any frame"),
        (dropped.momentary, "segments shorter than the SDK's tolerance"),
    ];
    for (count, what) in told.into_iter().filter(|(count, _)| *count > 0) {
        corrkd_system::err(format_args!("warning: {}: {count} {what} have no answer", data.display()));
    }
    for modality in Modality::ALL.into_iter().filter(|&modality| *non_finite.get(modality) > 0) {
        let count = non_finite.get(modality);
        corrkd_system::err(format_args!("warning: {}: {count} values of {modality} are not finite", data.display()));
    }
}
