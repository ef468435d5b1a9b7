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

use crate::one_network::{OneNetwork, one_network};
use crate::train_missing::TrainMissing;
use corrkd_config::{ConfigError, Missing, Shape};
use corrkd_onnx::Graph;
use corrkd_train::{Context, Learner, PyTorch, Seen, Told, TrainError};
use learner::CubeMlpLearner;

/// The method.
pub struct CubeMlp;

one_network!(CubeMlp);

impl OneNetwork for CubeMlp {
    type Settings = Settings;
    const NAME: &'static str = "cubemlp";
    const CODE: &'static str = env!("CORRKD_CODE_CUBEMLP");
    const PYTORCH: PyTorch = pytorch::PYTORCH;

    fn check(settings: &Settings, whose: &str) -> Result<(), ConfigError> {
        settings.check(whose)
    }

    fn sees_missing(settings: &Settings) -> bool {
        settings.train_missing == TrainMissing::Mrm
    }

    fn memory(settings: &Settings, shape: &Shape) -> u64 {
        memory::least(&settings.network, shape)
    }

    fn learner(
        settings: &Settings,
        missing: Option<Missing>,
        seed: u64,
        context: &Context,
    ) -> Result<Box<dyn Learner>, TrainError> {
        Ok(Box::new(CubeMlpLearner::new(settings, missing, seed, context)?))
    }

    fn graph(settings: &Settings, context: &Context, graph: &mut Graph, seen: &Seen) -> Result<Told, TrainError> {
        graph::graph(settings, context, graph, seen)
    }
}
