//! DMD: Li et al., *Decoupled Multimodal Distilling for Emotion Recognition*, CVPR 2023. A method for complete samples,
//! in one training.
//!
//! Each modality's features are projected to a common width and taken apart into what is the modality's own and what it
//! has in common with the others (`decoupling.rs`). The common parts of each modality are read out by themselves and
//! together (`homogeneous.rs`), the specific ones after each modality asked the others' (`heterogeneous.rs`); within
//! both branches the modalities learn from each other along the edges of a graph, whose weights are learned
//! (`graph.rs`). Both branches answer together (`ensemble.rs`). `objective.rs` has all losses. Where the paper and the
//! authors' code (mdswyz/DMD) differ, or the code contradicts itself:
//! - The loss that pulls representations together in the homogeneous graph is worked out by the code, and not added:
//!   nor is it here, unless `losses.homogeneous_representations` says so.
//! - In that graph a representation is what the code makes of it, since its ReLU works in place: the hidden layer
//!   behind the ReLU.
//! - Orthogonality is max(0, cos) as in the code; the paper prints cos, which `losses.orthogonality = "signed"` takes.
//!   The cosine is over all frames of a sample side by side. The code gives PyTorch's loss sequences, which version 1.9
//!   summed along the batch and later ones refuse.
//! - The final gates' sigmoids replace what they stand for and do not weigh it, as in the code.
//! - No weight decay: that of the code's configuration never reaches its optimizer. `training.weight_decay` has one.
//! - Gradients are summed over `training.accumulate` batches. The last ones of an epoch, where they are fewer, make a
//!   step of their own; the code forgets them, as `training.tail = "drop"` does. A step's gradient is clipped once,
//!   where the code clips the sum behind each batch.
//! - A frame that is zero gets no position's code; the code asks its first number alone. `network.positions = "all"`
//!   gives all frames theirs.
//! - Layers that the code has and no loss uses are left out, and so are biases that nothing depends on (`graph.rs`).
//!
//! What is adapted, and why:
//! - Language is word vectors, where the code tunes BERT: all methods here get the same features. The code has that
//!   option.
//! - The convolution is there even where features have the common width already; the code leaves it out.
//! - Each modality has as many frames as the data set's longest sequence of that modality, where the code has 50, and
//!   as its kernel at least: a data set of one frame for each utterance is one of k frames, of which k - 1 are zero.
//! - Missing features are zeros, and nothing is done for them.
//! - Parameters start as all others here.
//! - Scores around another neutral value than 0: what is read out is how far a score lies from it.
//! - Emotions, of which the paper has none: two logits for each of N in all eight places, cross entropy as the labels'
//!   loss, and the same margin between any two.
//! - Training ends after `training.epochs` at the latest; the code has no such limit.

mod cosine;
mod decoupling;
mod ensemble;
mod graph;
mod heterogeneous;
mod homogeneous;
mod learner;
mod margin;
mod memory;
mod network;
mod objective;
mod onnx;
mod pytorch;
mod reader;
mod settings;
#[cfg(test)]
mod tests;
mod transformers;

pub use settings::{Coded, Losses, Orthogonality, PlateauSchedule, Probabilities, Settings, Size, Training};

use crate::train_missing::TrainMissing;
use corrkd_config::{ConfigError, Job, MethodPlan, Protocol, Shape, Stage, typed};
use corrkd_onnx::Graph;
use corrkd_train::{Context, Learner, Method, Needed, PyTorch, Seen, Tensors, Told, TrainError};
use learner::DmdLearner;
use toml::Table;

/// The method.
pub struct Dmd;

const NAME: &str = "dmd";

impl MethodPlan for Dmd {
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

impl Method for Dmd {
    fn code(&self) -> &'static str {
        env!("CORRKD_CODE_DMD")
    }

    fn open(&self, job: &Job, seed: u64, context: &Context, needs: &[Needed]) -> Result<Box<dyn Learner>, TrainError> {
        let settings: Settings = typed(NAME, job.settings.clone()).map_err(|error| TrainError::job(NAME, &error))?;
        match (job.stage.as_str(), needs) {
            (NAME, []) => Ok(Box::new(DmdLearner::new(&settings, job.missing, seed, context)?)),
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
        onnx::graph(&settings, context, graph, seen)
    }

    fn pytorch(&self) -> Result<PyTorch, TrainError> {
        Ok(pytorch::PYTORCH)
    }
}
