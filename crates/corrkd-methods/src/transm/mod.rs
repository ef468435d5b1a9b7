//! TransM, the TransModality of Wang, Wan and Wan, *TransModality: An End2End Fusion Method with Transformer for
//! Multimodal Sentiment Analysis*, WWW 2020. One training, on samples that lose something.
//!
//! Transformers translate language into another modality and back; what their encoders make of both on the way knows of
//! both, and sentiment is read out of that (section 3). Of language x_t and another modality x_m (`pair.rs`): an
//! encoder's E = Enc1(x_t); a decoder's Z = Dec1(x_m, E), whose queries are the other modality's frames and whose
//! memory is E, and from which the other modality's features are to be told; a second encoder's F = Enc2(Z); and
//! Dec2(x_t, F), from which language's features are to be told. There are two such pairs, of language with vision and
//! with audio. E and F of both, beside x_t, x_a and x_v, are read out. The loss is that of the answer and the mean
//! absolute errors of all translations.
//!
//! The authors published no code; what the paper leaves open is as in hyeonJeongByeon/TransModality, a script in Keras
//! ("Script"). There, too, a decoder's layer attends to its own frames first, then to the memory; no frame waits for
//! another, so that all are translated at once; and what is translated back is Dec1's hidden frames, not the features
//! told from them.
//!
//! What is adapted, and why:
//! - Frames are words, where the paper has utterances of a video: a modality is projected by a convolution over time,
//!   where the script has a bidirectional GRU and a layer of hyperbolic tangents, and the mean over a sequence's frames
//!   is read out, where the script reads out each utterance.
//! - Width, heads, layers and the feed-forward part are those of this comparison's networks (`settings.rs`); with the
//!   script's, of 300 and 100 units and 30 layers for each pair, a step takes many times as long.
//! - Layers are pre-norm, as all of this project's are, with a last normalisation; the script's are post-norm. Dropout
//!   is on the residual branches, as in the script.
//! - Attention's maps are linear, as in the paper; the script puts a ReLU behind each.
//! - Features are told without a ReLU: here they are standardised and have both signs.
//! - The translations' targets are the complete features: frames that a sample lost in training are to be told, too. A
//!   frame that holds no data by nature counts in no translation's loss, and nothing behind a sequence's end in any. So
//!   a modality that a data set lacks altogether is never told, though its frames of zeros are translated.
//! - A translation's weight is 1 (`losses.translation`), of features that are standardised here; the script's is 10.
//! - Missing features are zeros and attended to as others are: of a missing modality the position codes are left, by
//!   whose queries Dec1 still translates what it reads. Frames behind a sequence's end are not attended to.
//! - Sequences need not be aligned: a decoder's queries are the frames of the modality that it tells, which has its own
//!   length and its own mean.
//! - Dec2 and all that tells features are for the loss alone, and not computed where the network only answers.
//! - `network.audio_vision` adds the pair of audio with vision, which the paper does not have, and by which the two
//!   answer for each other where language is missing.
//! - Scores around another neutral value than 0: what is read out is how far a score lies from it. Emotions: two logits
//!   for each of N, cross entropy as the loss; the script has a softmax over exclusive categories.
//! - The best epoch is chosen on validation samples; the script watches the test split.

mod graph;
mod learner;
mod memory;
mod network;
mod objective;
mod pair;
mod pytorch;
mod settings;
#[cfg(test)]
mod tests;
mod translator;

pub use settings::{Losses, Probabilities, Settings, Size, Training};

use crate::one_network::{OneNetwork, one_network};
use corrkd_config::{ConfigError, Missing, Shape};
use corrkd_onnx::Graph;
use corrkd_train::{Context, Learner, PyTorch, Seen, Told, TrainError};
use learner::TransMLearner;

/// The method.
pub struct TransM;

one_network!(TransM);

impl OneNetwork for TransM {
    type Settings = Settings;
    const NAME: &'static str = "transm";
    const CODE: &'static str = env!("CORRKD_CODE_TRANSM");
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
        Ok(Box::new(TransMLearner::new(settings, Self::law(missing)?, seed, context)?))
    }

    fn graph(settings: &Settings, context: &Context, graph: &mut Graph, seen: &Seen) -> Result<Told, TrainError> {
        graph::graph(settings, context, graph, seen)
    }
}
