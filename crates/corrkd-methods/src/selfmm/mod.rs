//! Self-MM: Yu et al., *Learning Modality-Specific Representations with Self-Supervised Multi-Task Learning for Multimodal
//! Sentiment Analysis*, AAAI 2021. A method for complete samples, in one training.
//!
//! Each modality's frames are encoded to a vector, and the three are fused to a score. While it trains, each modality is to
//! tell a score of its own, too, by a label of its own, which no data set has: it is generated from the label that was given
//! and from where the sample's features lie among those of positive and of negative samples, anew in each epoch
//! (`labels.rs`). The loss is the mean absolute error of the fused score, and for each modality that of its own score, where a
//! sample weighs tanh |y_s - y_m|: the more, the further its label is from the one that was given. In the first two epochs
//! they are the same.
//!
//! The authors' code is thuiar/MMSA (`SELF_MM.py` of its models and of its trains). What is adapted, and why:
//! - Language is encoded as the other modalities are, by an LSTM whose last state is projected, here over word vectors: the code
//!   tunes BERT, and all methods here get the same features. Its rate is the one of the layers above BERT.
//! - An LSTM ends at its sequence's last frame, be that missing or not. Each modality has a length of its own.
//! - Of an epoch's batches, whose gradients are summed four by four, those that are left make a step, too. The code forgets
//!   them.
//! - What counts as positive is above zero, as in the framework; the paper's own code (thuiar/Self-MM) takes zero with it.
//! - Where there is no sample on one side, no label changes (`labels.rs`). In the code they are no numbers from then on.
//! - An epoch is better than those before if its loss is lower, not already if it is the same.
//! - Linear layers start as all others here, LSTMs as PyTorch's, which is the code's way.
//! - Scores around another neutral value than 0: labels are how far a score lies from it. H, what generated ones are cut to,
//!   is half of the scale's range, which is the code's 3 on MOSI.
//! - Emotions, of which the paper has none: each of N categories is a target of its own, 1 or -1, with labels and centres of
//!   its own; encoders and features are shared, H is 1, and losses are means over samples and targets. What is read out for a
//!   target is its answer as it is, a logit. Its sign is what was learned; its sigmoid is no calibrated probability. The
//!   validation loss is that of all methods' targets, cross entropy.
//! - Missing features are zeros, and nothing is done for them. A modality that the whole data set lacks has its task all the
//!   same, which can tell nothing.
//! - The settings published for MOSI are the defaults for all data sets.

mod graph;
mod labels;
mod learner;
mod memory;
mod network;
mod pytorch;
mod settings;
#[cfg(test)]
mod tests;

pub use settings::{Probabilities, Rates, Settings, Size, Training};

use crate::one_network::{OneNetwork, one_network};
use crate::train_missing::TrainMissing;
use corrkd_config::{ConfigError, Missing, Shape};
use corrkd_onnx::Graph;
use corrkd_train::{Context, Learner, PyTorch, Seen, Told, TrainError};
use learner::SelfMmLearner;
use toml::Table;

/// The method.
pub struct SelfMm;

one_network!(SelfMm);

impl OneNetwork for SelfMm {
    type Settings = Settings;
    const NAME: &'static str = "selfmm";
    const CODE: &'static str = env!("CORRKD_CODE_SELFMM");
    const PYTORCH: PyTorch = pytorch::PYTORCH;

    fn read(whose: &str, settings: Table) -> Result<Settings, ConfigError> {
        Settings::read(whose, &settings)
    }

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
        Ok(Box::new(SelfMmLearner::new(settings, missing, seed, context)?))
    }

    fn graph(settings: &Settings, context: &Context, graph: &mut Graph, seen: &Seen) -> Result<Told, TrainError> {
        graph::graph(settings, context, graph, seen)
    }
}
