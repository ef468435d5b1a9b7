//! Two modalities, the first of which is translated into the second and back (the paper's TransModality cell):
//! E = Enc1(x), Z = Dec1(y, E), F = Enc2(Z), and, for the loss alone, the features told from Z and from Dec2(x, F).

use super::settings::{Probabilities, Size};
use super::translator::{Frames, Translator};
use candle_core::{Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_nn::{DropoutKey, NnError, Scope};

/// The layers of a pair.
pub(super) struct Pair {
    /// What is translated, and what into.
    pub(super) modalities: [Modality; 2],
    there: Translator,
    back: Translator,
}

/// What a pair makes of its modalities' frames.
pub(super) struct Joint {
    /// E, with the first modality's frames, (B, T1, d).
    first: Tensor,
    /// Z, with the second's, (B, T2, d).
    hidden: Tensor,
    /// F, with the second's, (B, T2, d).
    second: Tensor,
}

impl Joint {
    /// E and F, which are read out.
    pub(super) const fn encoded(&self) -> [&Tensor; 2] {
        [&self.first, &self.second]
    }
}

impl Pair {
    /// Builds the parameters, of features of these widths D.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        modalities: [Modality; 2],
        widths: &PerModality<usize>,
        size: &Size,
        dropout: &Probabilities,
    ) -> std::result::Result<Self, NnError> {
        let [first, second] = modalities;
        Ok(Self {
            modalities,
            there: Translator::new(scope.sub("there"), *widths.get(second), size, dropout)?,
            back: Translator::new(scope.sub("back"), *widths.get(first), size, dropout)?,
        })
    }

    /// From the two modalities' frames.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn forward(&self, [x, y]: [Frames<'_>; 2], key: DropoutKey) -> Result<Joint> {
        let first = self.there.read(x, key)?;
        let hidden = self.there.answer(y, Frames { values: &first, ..x }, key)?;
        let second = self.back.read(Frames { values: &hidden, ..y }, key)?;
        Ok(Joint { first, hidden, second })
    }

    /// The second modality's features told from Z, (B, T2, D2), and the first's from Dec2(x, F), (B, T1, D1).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn translations(&self, [x, y]: [Frames<'_>; 2], joint: &Joint, key: DropoutKey) -> Result<[Tensor; 2]> {
        let back = self.back.answer(x, Frames { values: &joint.second, ..y }, key)?;
        Ok([self.there.told(&joint.hidden)?, self.back.told(&back)?])
    }
}
