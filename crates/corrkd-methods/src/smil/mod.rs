//! SMIL: Ma et al., *SMIL: Multimodal Learning with Severely Missing Modality*, AAAI 2021. What is missing is
//! reconstructed among features, and how to do that is learned by a meta-learning step.
//!
//! A main network is pretrained on complete samples. The centres of its features of a modality, by k-means, are that
//! modality's *priors*; where a sample lacks the modality, its features are a mean of the priors, weighted by a network
//! that sees what is there. Features and the hidden layer behind them are perturbed by what is drawn around numbers
//! that depend on the layer below; when it answers, these numbers stand for the draws. In each step, theta being the
//! main network's parameters and psi those of reconstruction and perturbation:
//!
//! ```text
//! theta* = theta - rate * grad_theta L_inner(theta, psi)      on samples with something missing, perturbed by draws
//! L_outer(theta*, psi) = task + 0.01 |f - f'|^2 + 0.01 |g - g'|^2    the same without draws, beside complete ones
//! ```
//!
//! and Adam descends on L_inner + L_outer. f and g are the features and the hidden layer, f' and g' those of the
//! complete samples, which are neither reconstructed nor perturbed; squares are means over all elements.
//!
//! The authors' code (mengmenm/SMIL) runs on audiovisual MNIST alone, where images are always there and sounds are
//! missing. What is adapted, and why:
//! - The gradient is of first order: that of L_outer with respect to theta is taken at theta*, as if theta* had been
//!   theta. The code goes through the inner step, for which it takes second derivatives; candle has none. What is left
//!   out is of the size of the inner rate, 1e-3 and less, times the curvature of L_inner; and psi does not hear how it
//!   moved theta*.
//! - Three modalities, each of which may be missing: each has priors and a network that weighs them, with a hidden
//!   layer. It sees the features that are there, zeros in the place of others, and which are there; so does what
//!   perturbs the features. In the code either sees the image's features. What perturbs the hidden layer sees the
//!   perturbed features, as there.
//! - The inner step moves the whole main network. The code leaves out the branch of the modality that is missing.
//! - The samples of a step are the same for both losses, with what they lose by the protocol's law and complete. In the
//!   code they are of two sets, those with sounds and those without.
//! - A modality is missing if none of its frames holds data. Single missing frames are zeros in what the encoder reads,
//!   and nothing else is done for them. Each modality is encoded by itself, so that its sequence may have a length of
//!   its own.
//! - Encoders are those of the other methods here, a convolution and a Transformer, with the mean over frames. The code
//!   pretrains those of single modalities before the main network; here that starts fresh.
//! - Perturbations are added, as in the code that runs. Beside it lies a network for MM-IMDb, which multiplies.
//! - In the code the standard deviation of what is drawn is computed and not used: it is 1.
//! - Answers are given once. The code averages 30, which are the same, as nothing is drawn for them.
//! - A complete sample is perturbed too when it is answered.
//! - What a sample lacks by nature is as missing for L_outer's complete samples, and reconstructed. It counts for no
//!   prior; where all samples lack a modality its priors are zero.
//! - Scores are regressed, with the mean absolute error as the task's loss; of N emotions there are two logits each,
//!   and cross entropy.

mod graph;
mod kmeans;
mod learner;
mod memory;
mod model;
mod network;
mod pretrained;
mod priors;
mod pytorch;
mod reconstruction;
mod regularisation;
mod settings;
#[cfg(test)]
mod tests;

pub use learner::SmilLearner;
pub use settings::{Decay, Inner, Losses, Probabilities, Reconstructing, Settings, Size, Training};

use corrkd_config::{ConfigError, Job, MethodPlan, Protocol, Shape, Stage};
use corrkd_onnx::Graph;
use corrkd_train::{Context, Learner, Method, Model, Needed, PyTorch, Seen, Tensors, Told, TrainError};
use pretrained::Pretrained;
use toml::Table;

/// The method.
pub struct Smil;

const NAME: &str = "smil";
/// The stage that pretrains the main network, and its scope there.
const PRETRAINED: &str = "smil-pretrained";

impl MethodPlan for Smil {
    fn name(&self) -> &'static str {
        NAME
    }

    fn defaults(&self) -> Table {
        Settings::default().table()
    }

    fn stages(&self, whose: &str, settings: Table, _protocol: &Protocol) -> Result<Vec<Stage>, ConfigError> {
        let settings = Settings::read(whose, &settings)?;
        settings.check(whose)?;
        let pretrained = Stage {
            name: PRETRAINED,
            training: "pretraining",
            settings: settings.without(&["reconstruction", "losses", "training", "inner"]),
            sees_missing: false,
            needs: Vec::new(),
            is_part: true,
        };
        let smil = Stage {
            name: NAME,
            training: "training",
            settings: settings.without(&["pretraining"]),
            sees_missing: true,
            needs: vec![0],
            is_part: false,
        };
        Ok(vec![pretrained, smil])
    }

    fn memory(&self, stage: &str, settings: &Table, shape: &Shape) -> u64 {
        let settings = Settings::read(NAME, settings);
        settings.map_or(0, |settings| memory::least(&settings, stage == PRETRAINED, shape))
    }
}

impl Method for Smil {
    fn code(&self) -> &'static str {
        env!("CORRKD_CODE_SMIL")
    }

    fn open(&self, job: &Job, seed: u64, context: &Context, needs: &[Needed]) -> Result<Box<dyn Learner>, TrainError> {
        let settings = Settings::read(NAME, &job.settings).map_err(|error| TrainError::job(NAME, &error))?;
        match (job.stage.as_str(), job.missing, needs) {
            (PRETRAINED, None, []) => Ok(Box::new(Pretrained::new(&settings, seed, context)?)),
            (NAME, Some(law), [pretrained]) => {
                Ok(Box::new(SmilLearner::new(&settings, law, seed, pretrained, context)?))
            }
            (stage, missing, needs) => {
                let missing = if missing.is_some() { "missing" } else { "complete" };
                let reason = format!("a stage `{stage}` on {missing} samples that needs {} runs", needs.len());
                Err(TrainError::Job { method: NAME, reason })
            }
        }
    }

    fn finished(&self, job: &Job, context: &Context, constants: &Tensors) -> Result<Box<dyn Model>, TrainError> {
        let settings = Settings::read(NAME, &job.settings).map_err(|error| TrainError::job(NAME, &error))?;
        match job.missing {
            Some(law) => Ok(Box::new(SmilLearner::finished(&settings, law, constants, context)?)),
            None => Ok(Box::new(Pretrained::new(&settings, 0, context)?)),
        }
    }

    fn graph(
        &self,
        job: &Job,
        context: &Context,
        constants: &Tensors,
        graph: &mut Graph,
        seen: &Seen,
    ) -> Result<Told, TrainError> {
        let settings = Settings::read(NAME, &job.settings).map_err(|error| TrainError::job(NAME, &error))?;
        match job.missing {
            Some(_) => graph::graph(&settings, context, constants, graph, seen),
            None => graph::pretrained(&settings, context, graph, seen),
        }
    }

    fn pytorch(&self) -> Result<PyTorch, TrainError> {
        Ok(pytorch::PYTORCH)
    }
}
