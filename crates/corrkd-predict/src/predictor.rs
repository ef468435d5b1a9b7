//! A finished run's network, and what is asked of it.

use corrkd_data::{Given, Sample, Split};
use corrkd_methods::METHODS;
use corrkd_record::{RunDir, RunResult};
use corrkd_train::{Context, Finished, Model, answers};
use std::path::Path;

use crate::{Answered, PredictError};

/// Samples that are answered at once, where there are more.
pub(crate) const BATCH: usize = 256;

/// A network that answers.
pub struct Predictor {
    finished: Finished,
}

/// Several threads may ask it at once.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<Predictor>();
};

impl Predictor {
    /// Opens the folder of a finished run, which may have been moved or renamed, on the device that it was trained on. Its
    /// files are only read, and proved by the hashes in its result.
    ///
    /// # Errors
    /// [`PredictError::Train`]: there is no finished run, a file is damaged, the device cannot be had.
    pub fn open(run: &Path) -> Result<Self, PredictError> {
        Ok(Self { finished: Finished::open(METHODS, &RunDir::at(run)?)? })
    }

    /// The run's result: its specification, its scores.
    #[must_use]
    pub const fn result(&self) -> &RunResult {
        &self.finished.result
    }

    /// How samples are made for it, and what its network is built by.
    #[must_use]
    pub const fn finished(&self) -> &Finished {
        &self.finished
    }

    /// A warning where the program's code is another than the run's was.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let code = self.finished.other_code?;
        let run = &self.finished.result.spec.code;
        let short = |digest: &str| digest.chars().take(12).collect::<String>();
        Some(format!(
            "the run was made by code {}, this program's is {}: its answers may be others than then",
            short(run),
            short(code)
        ))
    }

    /// A sample of these frames, (T, D) for each modality: cut to the network's length and scaled as its training samples were.
    ///
    /// # Errors
    /// [`PredictError::Train`] for frames of another width than the network's, or for modalities of different lengths where
    /// it takes words with what was heard and seen meanwhile.
    pub fn sample(&self, id: &str, given: Given) -> Result<Sample, PredictError> {
        Ok(self.finished.preparation.given(id, given)?)
    }

    /// Answers a sample.
    ///
    /// # Errors
    /// [`PredictError::Train`] where the answer is not finite.
    pub fn answer(&self, sample: Sample) -> Result<Answered, PredictError> {
        let mut answered = self.answer_all(vec![sample])?;
        Ok(answered.swap_remove(0))
    }

    /// Answers samples, in their order. Of a network that looks at a sample's neighbours they are each other's.
    ///
    /// # Errors
    /// As [`answer`](Self::answer).
    pub fn answer_all(&self, samples: Vec<Sample>) -> Result<Vec<Answered>, PredictError> {
        let (model, context): (&dyn Model, &Context) = (&*self.finished.model, &self.finished.context);
        let split = Split { samples };
        let said = answers(model, &split, context)?;
        let each = split.samples.iter().zip(&said);
        Ok(each.map(|(sample, answer)| Answered::new(&context.space, sample, answer)).collect())
    }
}
