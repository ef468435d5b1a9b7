//! The homogeneous branch (section 3.2): what is made of the common features C (B, T', d), of each modality by itself
//! and of all three together.
//!
//! Of each by itself, all frames side by side (B, T' d): a vector in which samples of one label are to lie close, and a
//! reader of d hidden units, whose hidden layer and numbers are a vertex of the graph. Together: the last frame of each
//! modality's Transformer, side by side (B, 3d), and a reader of these.

use super::graph::{Graph, HOMOGENEOUS};
use super::reader::{Read, Reader};
use super::transformers::Transformers;
use candle_core::{Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_nn::{CrossEncoder, DropoutKey, Linear, NnError, Scope};

/// The layers.
pub(super) struct Homogeneous {
    modalities: PerModality<Layers>,
    reader: Reader,
    /// What the three modalities learn from each other.
    pub(super) graph: Graph,
}

/// Those of one modality.
struct Layers {
    alignment: Linear,
    reader: Reader,
    attention: CrossEncoder,
}

/// What is made of the common features beside what answers.
pub(super) struct Common {
    /// Of each modality the vector in which samples of one label are to lie close, (B, d).
    pub(super) aligned: PerModality<Tensor>,
    /// Of each modality what is read out of it by itself.
    pub(super) read: PerModality<Read>,
    /// Numbers read out of all three together, (B, R).
    pub(super) numbers: Tensor,
}

impl Homogeneous {
    /// Of sequences of so many frames T'.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        frames: &PerModality<usize>,
        numbers: usize,
        transformers: &Transformers<'_>,
    ) -> std::result::Result<Self, NnError> {
        let d = transformers.size.width;
        let output = transformers.dropout.output;
        let modalities = PerModality::try_from_fn(|m| {
            let mut scope = scope.sub(m.name());
            let flat = frames.get(m) * d;
            Ok::<_, NnError>(Layers {
                alignment: Linear::new(scope.sub("alignment"), flat, d)?,
                reader: Reader::new(scope.sub("reader"), flat, d, numbers, output)?,
                attention: transformers.towards(scope.sub("attention"), m)?,
            })
        })?;
        let all = Modality::ALL.len() * d;
        Ok(Self {
            modalities,
            reader: Reader::new(scope.sub("reader"), all, all, numbers, output)?,
            graph: Graph::new(scope.sub("graph"), numbers, d, &HOMOGENEOUS)?,
        })
    }

    /// The last frames of the modalities' Transformers, (B, 3d).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn fused(&self, common: &PerModality<Tensor>, key: DropoutKey) -> Result<Tensor> {
        let last = |m: Modality| self.modalities.get(m).attention.last(common.get(m), None, key);
        let PerModality { language, audio, vision } = PerModality::try_from_fn(last)?;
        Tensor::cat(&[language, audio, vision], 1)
    }

    /// The rest, given what is [`fused`](Self::fused).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn forward(&self, common: &PerModality<Tensor>, fused: &Tensor, key: DropoutKey) -> Result<Common> {
        let flat = PerModality::try_from_fn(|m| common.get(m).flatten_from(1))?; // (B, T' d)
        Ok(Common {
            aligned: PerModality::try_from_fn(|m| self.modalities.get(m).alignment.forward(flat.get(m)))?,
            read: PerModality::try_from_fn(|m| self.modalities.get(m).reader.forward(flat.get(m), key))?,
            numbers: self.reader.forward(fused, key)?.numbers,
        })
    }
}
