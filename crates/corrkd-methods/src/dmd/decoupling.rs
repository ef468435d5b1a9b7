//! Decoupling (section 3.1): a modality's features X, projected to width d, are taken apart into what is the modality's
//! own, S, and what it has in common with the others, C, and put together again.
//!
//! P = Conv1d(X) without padding and bias, so that T frames become T' = T - k + 1; S = W_m P; C = W P with one W for
//! all; rebuilt R = D_m [S; C], and once more taken apart, S' = W_m R. No layer has a bias: frames that are zero stay
//! zero.

use super::settings::{Probabilities, Size};
use candle_core::{D, Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_nn::{Conv1d, Dropout, DropoutKey, Linear, NnError, Scope};

/// The layers.
pub(super) struct Decoupling {
    modalities: PerModality<Layers>,
    shared: Linear,
    dropout: Dropout,
}

/// Those of one modality.
struct Layers {
    project: Conv1d,
    specific: Linear,
    decoder: Linear,
}

/// What features become, by modality, each (B, T', d).
pub(super) struct Decoupled {
    /// The projected features, P.
    pub(super) projected: PerModality<Tensor>,
    /// What is the modality's own, S.
    pub(super) specific: PerModality<Tensor>,
    /// What it has in common with the others, C.
    pub(super) common: PerModality<Tensor>,
}

/// What both parts become again, by modality, each (B, T', d).
pub(super) struct Rebuilt {
    /// The projected features again, R.
    pub(super) projected: PerModality<Tensor>,
    /// What of these is the modality's own, S'.
    pub(super) specific: PerModality<Tensor>,
}

impl Decoupling {
    /// Of features of these widths D.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        widths: &PerModality<usize>,
        size: &Size,
        dropout: &Probabilities,
    ) -> std::result::Result<Self, NnError> {
        let d = size.width;
        let modalities = PerModality::try_from_fn(|m| {
            let mut scope = scope.sub(m.name());
            Ok::<_, NnError>(Layers {
                project: Conv1d::unpadded(scope.sub("project"), *widths.get(m), d, *size.kernels.get(m))?,
                specific: Linear::without_bias(scope.sub("specific"), d, d)?,
                decoder: Linear::without_bias(scope.sub("decoder"), 2 * d, d)?,
            })
        })?;
        let shared = Linear::without_bias(scope.sub("shared"), d, d)?;
        Ok(Self { modalities, shared, dropout: Dropout::new(scope.path("text"), dropout.language) })
    }

    /// Features (B, T, D).
    ///
    /// # Errors
    /// A tensor operation's; also for fewer frames than the kernel has.
    pub(super) fn forward(&self, features: &PerModality<Tensor>, key: DropoutKey) -> Result<Decoupled> {
        let projected = PerModality::try_from_fn(|m| {
            let project = &self.modalities.get(m).project;
            match m {
                Modality::Language => project.forward(&self.dropout.forward(&features.language, key)?),
                Modality::Audio | Modality::Vision => project.forward(features.get(m)),
            }
        })?;
        let specific = PerModality::try_from_fn(|m| self.modalities.get(m).specific.forward(projected.get(m)))?;
        let common = PerModality::try_from_fn(|m| self.shared.forward(projected.get(m)))?;
        Ok(Decoupled { projected, specific, common })
    }

    /// Puts both parts together again.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn rebuild(&self, parts: &Decoupled) -> Result<Rebuilt> {
        let projected = PerModality::try_from_fn(|m| {
            let both = Tensor::cat(&[parts.specific.get(m), parts.common.get(m)], D::Minus1)?; // (B, T', 2d)
            self.modalities.get(m).decoder.forward(&both)
        })?;
        let specific = PerModality::try_from_fn(|m| self.modalities.get(m).specific.forward(projected.get(m)))?;
        Ok(Rebuilt { projected, specific })
    }
}
