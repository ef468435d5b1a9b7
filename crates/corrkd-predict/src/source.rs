//! Where samples come from: a folder that a recipe describes, a file or folder that is imported first, JSON lines.

use corrkd_config::Modality;
use corrkd_data::{Met, Progress, Recipe, Sample, recipe, unlabelled, video};
use corrkd_import::{Choices, import};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::predictor::BATCH;
use crate::{Answered, JsonLines, PredictError, Predictor};

/// The recipe that an import writes beside its sequences.
const RECIPE: &str = "recipe.toml";
/// Samples of one video that are held in memory.
const LONGEST: usize = 16 * BATCH;
/// Endings of JSON lines.
const LINES: [&str; 2] = ["jsonl", "ndjson"];

/// Samples to be answered.
pub enum Source {
    /// The files of a recipe in a folder.
    Sequences {
        /// What they hold.
        recipe: Box<Recipe>,
        /// Where they are.
        folder: PathBuf,
    },
    /// A file or folder of another layout.
    Import(PathBuf),
    /// JSON lines.
    Lines(PathBuf),
}

impl Source {
    /// What lies at a path: with a recipe's name or file the sequences that it describes; without one, in a folder, those of
    /// the recipe that lies beside them, or of the run's own; else JSON lines, or what is to be imported.
    ///
    /// # Errors
    /// [`PredictError::Train`] for a recipe that there is not.
    pub fn at(path: &Path, with: Option<&str>, predictor: &Predictor) -> Result<Self, PredictError> {
        let sequences = |recipe: Recipe| Self::Sequences { recipe: Box::new(recipe), folder: path.to_owned() };
        if let Some(name) = with.map(str::to_owned).or_else(|| recipe_beside(path)) {
            return Ok(sequences(recipe(&name)?));
        }
        let own = predictor.finished().preparation.recipe();
        if own.modalities().any(|(_, file)| path.join(&file.file).is_file()) {
            return Ok(sequences(own.clone()));
        }
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.is_some_and(|ending| LINES.contains(&ending.as_str())) {
            true => Ok(Self::Lines(path.to_owned())),
            false => Ok(Self::Import(path.to_owned())),
        }
    }

    /// Answers all samples and gives each answer to `take`, in the order of videos' names, or of lines. Memory holds a few
    /// hundred at a time. What was met on the way.
    ///
    /// # Errors
    /// [`PredictError`], and that of `take`.
    pub fn answer<E: From<PredictError>>(
        &self,
        predictor: &Predictor,
        progress: &Progress<'_>,
        take: &mut dyn FnMut(Answered) -> Result<(), E>,
    ) -> Result<Met, E> {
        match self {
            Self::Sequences { recipe, folder } => of_sequences(recipe, folder, predictor, progress, take),
            Self::Import(path) => {
                let io = |cause| PredictError::Io { path: std::env::temp_dir(), cause };
                let aside = tempfile::tempdir().map_err(io)?;
                let folder = aside.path().join("imported");
                let choices = Choices { unlabelled: true, ..Choices::default() };
                import(path, &folder, &choices, progress).map_err(PredictError::from)?;
                let recipe = recipe(&folder.join(RECIPE).to_string_lossy()).map_err(PredictError::from)?;
                let recipe = with_zeros(recipe, predictor.finished().preparation.recipe());
                of_sequences(&recipe, &folder, predictor, progress, take)
            }
            Self::Lines(path) => {
                let io = |cause| PredictError::Io { path: path.clone(), cause };
                let lines = JsonLines::new(BufReader::new(File::open(path).map_err(io)?), path.clone());
                of_lines(lines, predictor, take)?;
                Ok(Met::default())
            }
        }
    }
}

/// The path of the recipe that lies beside the sequences in a folder, if one does.
#[must_use]
pub fn recipe_beside(folder: &Path) -> Option<String> {
    let path = folder.join(RECIPE);
    path.is_file().then(|| path.to_string_lossy().into_owned())
}

/// An imported recipe in which zeros mean what they meant to the network, not what a few samples look like.
fn with_zeros(mut recipe: Recipe, own: &Recipe) -> Recipe {
    for modality in Modality::ALL {
        if let (Some(file), Some(own)) = (recipe.features.get_mut(modality), own.features.get(modality)) {
            file.zeros = own.zeros;
        }
    }
    recipe
}

/// Answers the samples of lines in batches.
fn of_lines<E: From<PredictError>>(
    lines: JsonLines<impl BufRead>,
    predictor: &Predictor,
    take: &mut dyn FnMut(Answered) -> Result<(), E>,
) -> Result<(), E> {
    let mut waiting = Waiting::new(predictor);
    for line in lines {
        let (id, given) = line?;
        waiting.add(predictor.sample(&id, given)?, take)?;
    }
    waiting.answer(take)
}

/// Answers the samples of sequences in batches.
fn of_sequences<E: From<PredictError>>(
    recipe: &Recipe,
    folder: &Path,
    predictor: &Predictor,
    progress: &Progress<'_>,
    take: &mut dyn FnMut(Answered) -> Result<(), E>,
) -> Result<Met, E> {
    /// Either error, on its way through the reading.
    enum Ended<E> {
        Reading(PredictError),
        Taking(E),
    }
    impl<E> From<corrkd_data::DataError> for Ended<E> {
        fn from(error: corrkd_data::DataError) -> Self {
            Self::Reading(error.into())
        }
    }
    let mut waiting = Waiting::new(predictor);
    let read = unlabelled(&predictor.finished().preparation, recipe, folder, progress, |sample| {
        waiting.add(sample, take).map_err(Ended::Taking)
    });
    let met = match read {
        Ok(met) => met,
        Err(Ended::Reading(error)) => return Err(error.into()),
        Err(Ended::Taking(error)) => return Err(error),
    };
    waiting.answer(take)?;
    match waiting.answered {
        0 => Err(PredictError::None { path: folder.to_owned() }.into()),
        _ => Ok(met),
    }
}

/// Samples that wait for others to be answered with.
struct Waiting<'a> {
    predictor: &'a Predictor,
    samples: Vec<Sample>,
    answered: usize,
}

impl<'a> Waiting<'a> {
    const fn new(predictor: &'a Predictor) -> Self {
        Self { predictor, samples: Vec::new(), answered: 0 }
    }

    /// Adds a sample; if there are many, those before it are answered, but no video is torn apart that has fewer than
    /// [`LONGEST`] samples.
    fn add<E: From<PredictError>>(
        &mut self,
        sample: Sample,
        take: &mut dyn FnMut(Answered) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Some(last) = self.samples.last().filter(|_| self.samples.len() >= BATCH)
            && (video(&last.id) != video(&sample.id) || self.samples.len() >= LONGEST)
        {
            self.answer(take)?;
        }
        self.samples.push(sample);
        Ok(())
    }

    fn answer<E: From<PredictError>>(&mut self, take: &mut dyn FnMut(Answered) -> Result<(), E>) -> Result<(), E> {
        let samples = std::mem::take(&mut self.samples);
        self.answered += samples.len();
        self.predictor.answer_all(samples)?.into_iter().try_for_each(take)
    }
}
