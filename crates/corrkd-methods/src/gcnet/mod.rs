//! GCNet, the Graph Completion Network: Lian et al., *GCNet: Graph Completion Network for Incomplete Multimodal
//! Learning in Conversation*, TPAMI 2023. A method for samples that lose something, in one training: it rebuilds what
//! is missing from what stands near it, and answers by the same representation.
//!
//! Nodes in a row have the features of the three modalities side by side, zeros where one is missing. An LSTM of two
//! layers reads them in both directions. Two graphs connect each node with those up to two places away and with itself:
//! the temporal one tells past, present and future apart, the speaker's who speaks to whom. In each a relational and a
//! plain convolution (`corrkd_nn::BandConv`) are put beside the node, and go through a further LSTM of two layers in
//! both directions and a linear layer with ReLU. The sum of both graphs' representations is read out linearly: for the
//! task, and, while it trains, for the complete features. The loss is the mean squared error of scores, and that of
//! what was missing alone: squared errors over the modality's width, summed over the modalities, over the number of
//! nodes.
//!
//! In the paper a row is a conversation, and its nodes are utterances. Here they are by default the frames of one
//! utterance (`network.nodes = "frames"`), whose answer is read out of the mean over its nodes: so it answers samples
//! one by one, as all methods here do. With `network.nodes = "utterances"` a row is a video and its nodes are
//! utterances, in the order of their numbers, whose features are the means over the frames that are there; a batch
//! holds whole videos. That needs ids that name videos, `video[i]`; data without (IEMOCAP's are published so) are
//! refused.
//!
//! The authors' code is zeroQiaoba/GCNet. What is adapted of it and of the paper, and why:
//! - Each sample is said by one speaker: ids name none. The speaker's graph has one relation.
//! - The published commands are without the attention over nodes behind the second LSTM, an option of the code, and so
//!   is this.
//! - The features are those that all methods here get, of 40 to some hundred numbers; the code's are 2,560, of networks
//!   that were trained on more. The width is the least of those that it tries.
//! - What training samples lose is the protocol's law, Modality Random Missing, drawn anew in each epoch; the code
//!   removes whole modalities of utterances at one rate for each training. A node has lost a modality where no frame of
//!   it is left; what a data set never had is not rebuilt. Validation samples lose always the same; the code draws in
//!   each epoch, also there.
//! - An epoch is chosen by the validation loss. The code chooses by F1, and for IEMOCAP its validation loader is the
//!   test's.
//! - LSTMs stop at a row's end, and their directions start there; the code's go on over padding, so that its answers
//!   depend on the longest row beside.
//! - Relations have names. The code numbers them in the order of a Python set of texts, which differs from process to
//!   process, so that a network that is loaded again may have its relations exchanged; and it never applies its
//!   `--seed`.
//! - Sequences that are not aligned have no nodes in common: their frames stand side by side from the first on, up to
//!   the longest, with zeros behind the shorter ones' ends, which are not rebuilt. As utterances are nodes it does not
//!   matter.
//! - Scores around another neutral value than 0: what is read out is how far a score lies from it.
//! - Emotions: two logits for each of N, cross entropy as the loss, as for the other methods here; the code has a
//!   softmax over all.
//! - Parameters start as all others here, which for LSTMs is as in PyTorch.

mod graph;
mod learner;
mod memory;
mod network;
mod nodes;
mod onnx;
mod pytorch;
mod settings;
#[cfg(test)]
mod tests;

pub use settings::{Losses, NodeKind, Probabilities, Settings, Size, Training};

use crate::one_network::{OneNetwork, one_network};
use corrkd_config::{ConfigError, Missing, Shape};
use corrkd_onnx::Graph;
use corrkd_train::{Context, Learner, PyTorch, Seen, Told, TrainError};
use learner::GcNetLearner;

/// The method.
pub struct GcNet;

const NAME: &str = "gcnet";

one_network!(GcNet);

impl OneNetwork for GcNet {
    type Settings = Settings;
    const NAME: &'static str = NAME;
    const CODE: &'static str = env!("CORRKD_CODE_GCNET");
    const PYTORCH: PyTorch = pytorch::PYTORCH;

    fn check(settings: &Settings, whose: &str) -> Result<(), ConfigError> {
        settings.check(whose)
    }

    fn sees_missing(_settings: &Settings) -> bool {
        true
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
        Ok(Box::new(GcNetLearner::new(settings, Self::law(missing)?, seed, context)?))
    }

    fn graph(settings: &Settings, context: &Context, graph: &mut Graph, seen: &Seen) -> Result<Told, TrainError> {
        onnx::graph(settings, context, graph, seen)
    }
}
