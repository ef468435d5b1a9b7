//! The main network and what SMIL puts around it: modalities that are missing are reconstructed, and features
//! perturbed.

use super::network::{Network, Read};
use super::reconstruction::Reconstruction;
use super::regularisation::Regularisation;
use super::settings::{Reconstructing, Size};
use candle_core::{Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_data::Batch;
use corrkd_nn::{DropoutKey, NnError, Scope};
use corrkd_train::{Context, Inputs, TrainError};

/// Samples as the model takes them.
pub(super) struct Seen {
    inputs: Inputs,
    /// By modality, (B, 1): 1 where any frame holds data, 0 where the modality is missing.
    there: PerModality<Tensor>,
}

/// What features are perturbed by.
#[derive(Clone, Copy)]
pub(super) enum Perturbed {
    /// Nothing.
    Not,
    /// What is expected.
    Mean,
    /// What is drawn.
    Drawn,
}

/// The model.
pub(super) struct Model {
    network: Network,
    reconstructions: PerModality<Reconstruction>,
    fused: Regularisation,
    hidden: Regularisation,
}

impl Seen {
    /// The samples of a batch.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn of(batch: &Batch, context: &Context) -> std::result::Result<Self, TrainError> {
        let there = PerModality::try_from_fn(|m| {
            let frames = batch.present.get(m).chunks(*batch.time.get(m).max(&1));
            let any: Vec<f32> = frames.map(|frames| f32::from(u8::from(frames.contains(&true)))).collect();
            Tensor::from_vec(any, (batch.ids.len(), 1), &context.device)?.to_dtype(context.dtype)
        });
        Ok(Self { inputs: context.inputs(batch)?, there: there? })
    }
}

impl Model {
    /// Builds the parameters of all that is not the main network.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        network: Network,
        size: &Size,
        settings: &Reconstructing,
        priors: PerModality<Tensor>,
    ) -> std::result::Result<Self, NnError> {
        let fused = 3 * size.width;
        let below = fused + 3;
        let mut around = scope.sub("reconstruction");
        let reconstructions = PerModality::try_from_fn(|m| {
            Reconstruction::new(around.sub(m.name()), below, settings.hidden, priors.get(m).clone())
        })?;
        let mut around = scope.sub("regularisation");
        Ok(Self {
            network,
            reconstructions,
            fused: Regularisation::new(around.sub("fused"), below, fused)?,
            hidden: Regularisation::new(around.sub("hidden"), fused, size.hidden)?,
        })
    }

    /// The priors of a modality, (K, d).
    pub(super) const fn priors(&self, modality: Modality) -> &Tensor {
        self.reconstructions.get(modality).priors()
    }

    /// What it makes of samples; `key` is [`DropoutKey::NONE`] at evaluation.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn read(&self, seen: &Seen, perturbed: Perturbed, key: DropoutKey) -> Result<Read> {
        let encoded = self.network.encode(&seen.inputs, key)?;
        let there = &seen.there;
        let known = PerModality::try_from_fn(|m| encoded.get(m).broadcast_mul(there.get(m)))?;
        let parts = known.iter().chain(there.iter()).map(|(_, part)| part);
        let below = Tensor::cat(&parts.collect::<Vec<_>>(), 1)?; // (B, 3 d + 3)
        let whole = PerModality::try_from_fn(|m| {
            let missing = there.get(m).affine(-1.0, 1.0)?;
            known.get(m) + self.reconstructions.get(m).forward(&below)?.broadcast_mul(&missing)?
        })?;
        let PerModality { language, audio, vision } = &whole;
        let fused = Tensor::cat(&[language, audio, vision], 1)?;
        let perturb = |layer: &Regularisation, below: &Tensor, x: Tensor| match perturbed {
            Perturbed::Not => Ok(x),
            Perturbed::Mean => layer.forward(below, &x, DropoutKey::NONE),
            Perturbed::Drawn => layer.forward(below, &x, key),
        };
        let fused = perturb(&self.fused, &below, fused)?;
        let hidden = perturb(&self.hidden, &fused, self.network.hidden(&fused)?)?;
        Ok(Read { numbers: self.network.numbers(&hidden, key)?, fused, hidden })
    }
}
