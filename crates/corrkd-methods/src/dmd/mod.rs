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

use crate::one_network::{OneNetwork, one_network};
use crate::train_missing::TrainMissing;
use corrkd_config::{ConfigError, Missing, Shape};
use corrkd_onnx::Graph;
use corrkd_train::{Context, Learner, PyTorch, Seen, Told, TrainError};
use learner::DmdLearner;

/// The method.
pub struct Dmd;

one_network!(Dmd);

impl OneNetwork for Dmd {
    type Settings = Settings;
    const NAME: &'static str = "dmd";
    const CODE: &'static str = env!("CORRKD_CODE_DMD");
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
        Ok(Box::new(DmdLearner::new(settings, missing, seed, context)?))
    }

    fn graph(settings: &Settings, context: &Context, graph: &mut Graph, seen: &Seen) -> Result<Told, TrainError> {
        onnx::graph(settings, context, graph, seen)
    }
}
