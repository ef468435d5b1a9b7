//! MCTN, the Multimodal Cyclic Translation Network: Pham et al., *Found in Translation: Learning Robust Joint
//! Representations by Cyclic Translations Between Modalities*, AAAI 2019. A network learns to translate what it reads
//! into another modality and back, so that its encoder's states, of which sentiment is read out, know of both; when it
//! answers, it needs no more than what it reads.
//!
//! An encoder, a bidirectional LSTM whose directions are added up, reads modality X: E = Enc(X). A decoder with
//! attention translates: Y' = Dec(E), and back, by the same two: X' = Dec(Enc(Y')). A third modality Z is translated
//! into from E2 = Enc2(E) by a decoder of its own, Z' = Dec2(E2) (the paper's hierarchical MCTN). The joint
//! representation, E2, or E where there is no third modality, goes through an LSTM with attention to a linear read-out.
//! The loss is the mean absolute error of the sentiment score, and a tenth of the mean squared error of each of the
//! three translations.
//!
//! One network for each set of modalities that a sample may have: it reads all of the set, and translates into those
//! that are missing, in the order language, vision, audio. The complete set's reads language and translates that into
//! vision, then audio, as the paper does: it is the model of language alone as well, and so there are six for the seven
//! sets. All are trained and validated on samples of which nothing is taken away. The last run answers: each sample by
//! the model of the modalities of which any frame holds data, and one without any by the complete set's. Single missing
//! frames are zeros in what is read. A row of MCTN is six runs for each seed, of which the last answers under all
//! conditions.
//!
//! What is adapted, and why:
//! - The paper trains one network, which needs no more than its source when it answers. One for each set is how that
//!   becomes an answer under every condition.
//! - Where a set has two modalities, they are read side by side and translated back into as one.
//! - As in the code all that is read and translated into is padded with zeros to the same width, that of the widest,
//!   since the cycle puts translations through the encoder. The padding counts in the losses.
//! - The decoder's answers are hyperbolic tangents. The code scales vision by its greatest absolute values; here all
//!   features are, by those of the training split, also where they are read: the cycle's encoder takes features and
//!   translations alike.
//! - A frame that holds no data, by nature, counts in no translation's loss, and nothing behind a sequence's end in
//!   any.
//! - Sequences that are not aligned: see `block`, which puts all on the clock of what is read.
//! - The decoder has the usual gates, and hears its last answer (`corrkd_nn::AttentionDecoder`); no ground truth is fed
//!   to it.
//! - What a data set lacks altogether is neither read nor translated into; data of one modality are not translated at
//!   all. A set of which nothing or all is left is then the complete one, and two sets of which the same is left have
//!   the same model, trained twice, of which the first answers.
//! - Emotions, of which the paper has none: two logits for each of N, cross entropy as the loss. Scores around another
//!   neutral value than 0: what is read out is how far a score lies from it.
//! - An epoch is chosen by the loss of the answers; in the code the translations' are in it.
//! - Parameters start as all others here, which for LSTMs is as in PyTorch.

mod block;
mod learner;
mod memory;
mod model;
mod network;
mod regressor;
mod route;
mod settings;
#[cfg(test)]
mod tests;

pub use settings::{Losses, Settings, Size, Training};

use corrkd_config::{ConfigError, Job, MethodPlan, Presence, Protocol, Shape, Stage, typed};
use corrkd_onnx::Graph;
use corrkd_train::{Context, Learner, Method, Model, Needed, PyTorch, Seen, Tensors, Told, TrainError};
use learner::MctnLearner;
use toml::Table;

/// The method.
pub struct Mctn;

const NAME: &str = "mctn";

/// The stages with the sets whose models they train. The last one's is that of language alone, too.
const STAGES: [(&str, Presence); 6] = [
    ("mctn-a", Presence::ALL[1]),
    ("mctn-v", Presence::ALL[2]),
    ("mctn-la", Presence::ALL[3]),
    ("mctn-lv", Presence::ALL[4]),
    ("mctn-av", Presence::ALL[5]),
    (NAME, Presence::COMPLETE),
];

/// Why it is exported neither as a graph nor as a module.
const SIX: &str = "six networks answer, each the samples that have its modalities";

/// How many runs come before the one that answers.
const PARTS: usize = STAGES.len() - 1;

/// The set whose model a stage trains.
fn set_of(stage: &str) -> Result<Presence, TrainError> {
    let found = STAGES.iter().find(|(name, _)| *name == stage);
    found.map(|&(_, set)| set).ok_or_else(|| TrainError::Job { method: NAME, reason: format!("no stage `{stage}`") })
}

impl MethodPlan for Mctn {
    fn name(&self) -> &'static str {
        NAME
    }

    fn defaults(&self) -> Table {
        Settings::default().table()
    }

    fn stages(&self, whose: &str, settings: Table, _protocol: &Protocol) -> Result<Vec<Stage>, ConfigError> {
        let settings: Settings = typed(whose, settings)?;
        settings.check(whose)?;
        let stage = |(name, set): (&'static str, Presence)| Stage {
            name,
            training: "training",
            settings: settings.of(set),
            sees_missing: false,
            needs: if set.is_complete() { (0..PARTS).collect() } else { Vec::new() },
            is_part: !set.is_complete(),
        };
        Ok(STAGES.into_iter().map(stage).collect())
    }

    fn memory(&self, stage: &str, settings: &Table, shape: &Shape) -> u64 {
        let Ok(set) = set_of(stage) else { return 0 };
        let needs: Vec<Presence> = STAGES[..PARTS].iter().map(|&(_, set)| set).filter(|_| set.is_complete()).collect();
        let settings = typed::<Settings>(NAME, settings.clone());
        settings.map_or(0, |settings| memory::least(settings.network.width, set, &needs, shape))
    }
}

impl Method for Mctn {
    fn code(&self) -> &'static str {
        env!("CORRKD_CODE_MCTN")
    }

    fn open(&self, job: &Job, seed: u64, context: &Context, needs: &[Needed]) -> Result<Box<dyn Learner>, TrainError> {
        let settings: Settings = typed(NAME, job.settings.clone()).map_err(|error| TrainError::job(NAME, &error))?;
        let set = set_of(&job.stage)?;
        match needs.len() == if set.is_complete() { PARTS } else { 0 } {
            true => Ok(Box::new(MctnLearner::new(&job.stage, &settings, seed, context, needs)?)),
            false => {
                let reason = format!("a stage `{}` that needs {} runs", job.stage, needs.len());
                Err(TrainError::Job { method: NAME, reason })
            }
        }
    }

    fn finished(&self, job: &Job, context: &Context, constants: &Tensors) -> Result<Box<dyn Model>, TrainError> {
        let settings: Settings = typed(NAME, job.settings.clone()).map_err(|error| TrainError::job(NAME, &error))?;
        let parts = STAGES[..PARTS].iter().filter(|_| job.stage == NAME);
        let others: Vec<&str> = parts.map(|&(stage, _)| stage).collect();
        Ok(Box::new(MctnLearner::with(&job.stage, &settings, 0, context, &others, constants.clone())?))
    }

    fn graph(
        &self,
        _job: &Job,
        _context: &Context,
        _constants: &Tensors,
        _graph: &mut Graph,
        _seen: &Seen,
    ) -> Result<Told, TrainError> {
        Err(TrainError::NoGraph { method: NAME, reason: SIX.to_owned() })
    }

    fn pytorch(&self) -> Result<PyTorch, TrainError> {
        Err(TrainError::NoPyTorch { method: NAME, reason: SIX.to_owned() })
    }
}
