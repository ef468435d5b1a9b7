//! CubeMLP: Sun et al., *CubeMLP: An MLP-based Model for Multimodal Sentiment Analysis and Depression Estimation*, ACM MM
//! 2022. A method for complete samples, in one training.
//!
//! Each modality's frames are encoded to a common width d; the three sequences side by side are a cube X
//! (T, 3, d); two blocks of MLPs mix it along time, modalities and channels (section 3, and `MLPProcess.py` of the authors'
//! code, kiva12138/CubeMLP); the mean over time of what comes out, its modalities side by side, is read out linearly. The
//! loss is the mean absolute error of the sentiment score.
//!
//! What is adapted, and why:
//! - Language is one linear layer without bias over word vectors, where the code has it over BERT's, which it tunes: all
//!   methods here get the same features. The optimizer's second rate, which was for BERT, is not needed.
//! - Audio and vision are encoded by convolutions, an option of the code, and not by its default, a bidirectional GRU of
//!   two layers, whose steps have to wait for one another.
//! - The cube is as long as the longest sequence of the data set, of whichever modality: sequences that are not aligned stand
//!   in it side by side from their first frames on, as in the code. What lies behind a sequence's end is zero: no answer
//!   depends on how far a batch is padded. In the code it does, since the convolutions' biases fill the padding.
//! - Missing features are zeros, and nothing is done for them. That the code writes 1e-6 into audio's and vision's frames
//!   where they are empty and the text is not is left out.
//! - Normalisation has this project's epsilon, 1e-5 (code: 1e-6), and parameters start as all others here.
//! - Scores around another neutral value than 0: what is read out is how far a score lies from it.
//! - Emotions, of which the paper has none: two logits for each of N, cross entropy as the loss.
//! - The read-out is linear however wide its input is; the code puts a hidden layer into one of more than 128 numbers.
//! - The published settings, which are for MOSI, are the defaults for all data sets.

mod block;
mod graph;
mod learner;
mod memory;
mod network;
mod pytorch;
mod settings;
#[cfg(test)]
mod tests;

pub use settings::{Probabilities, Settings, Size, StepSchedule, Training};

use crate::train_missing::TrainMissing;
use corrkd_config::{ConfigError, Job, MethodPlan, Protocol, Shape, Stage, typed};
use corrkd_onnx::Graph;
use corrkd_train::{Context, Learner, Method, Needed, PyTorch, Seen, Tensors, Told, TrainError};
use learner::CubeMlpLearner;
use toml::Table;

/// The method.
pub struct CubeMlp;

const NAME: &str = "cubemlp";

impl MethodPlan for CubeMlp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn defaults(&self) -> Table {
        Settings::default().table()
    }

    fn stages(&self, whose: &str, settings: Table, _protocol: &Protocol) -> Result<Vec<Stage>, ConfigError> {
        let settings: Settings = typed(whose, settings)?;
        settings.check(whose)?;
        Ok(vec![Stage {
            name: NAME,
            training: "training",
            settings: settings.table(),
            sees_missing: settings.train_missing == TrainMissing::Mrm,
            needs: Vec::new(),
            is_part: false,
        }])
    }

    fn memory(&self, _stage: &str, settings: &Table, shape: &Shape) -> u64 {
        typed::<Settings>(NAME, settings.clone()).map_or(0, |settings| memory::least(&settings.network, shape))
    }
}

impl Method for CubeMlp {
    fn code(&self) -> &'static str {
        env!("CORRKD_CODE_CUBEMLP")
    }

    fn open(&self, job: &Job, seed: u64, context: &Context, needs: &[Needed]) -> Result<Box<dyn Learner>, TrainError> {
        let settings: Settings = typed(NAME, job.settings.clone()).map_err(|error| TrainError::job(NAME, &error))?;
        match (job.stage.as_str(), needs) {
            (NAME, []) => Ok(Box::new(CubeMlpLearner::new(&settings, job.missing, seed, context)?)),
            (stage, needs) => {
                let reason = format!("a stage `{stage}` that needs {} runs", needs.len());
                Err(TrainError::Job { method: NAME, reason })
            }
        }
    }

    fn graph(
        &self,
        job: &Job,
        context: &Context,
        _constants: &Tensors,
        graph: &mut Graph,
        seen: &Seen,
    ) -> Result<Told, TrainError> {
        let settings: Settings = typed(NAME, job.settings.clone()).map_err(|error| TrainError::job(NAME, &error))?;
        graph::graph(&settings, context, graph, seen)
    }

    fn pytorch(&self) -> Result<PyTorch, TrainError> {
        Ok(pytorch::PYTORCH)
    }
}
