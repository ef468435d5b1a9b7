//! The three modalities and a value for each.

use serde::{Deserialize, Serialize};

/// A modality. The order language, audio, vision is the order of every listing and concatenation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Modality {
    /// Words.
    Language,
    /// Voice.
    Audio,
    /// Face.
    Vision,
}

crate::named!(Modality { Language: "language", Audio: "audio", Vision: "vision" });

impl Modality {
    /// The letter of the paper's tables: l, a, v.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Language => 'l',
            Self::Audio => 'a',
            Self::Vision => 'v',
        }
    }
}

/// One value for each modality.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerModality<T> {
    /// The value for language.
    pub language: T,
    /// The value for audio.
    pub audio: T,
    /// The value for vision.
    pub vision: T,
}

impl<T> PerModality<T> {
    /// Builds each value from its modality.
    pub fn from_fn(mut f: impl FnMut(Modality) -> T) -> Self {
        Self { language: f(Modality::Language), audio: f(Modality::Audio), vision: f(Modality::Vision) }
    }

    /// The same value for each.
    #[must_use]
    pub fn all(value: T) -> Self
    where
        T: Clone,
    {
        Self { language: value.clone(), audio: value.clone(), vision: value }
    }

    /// Whether all values are the same.
    #[must_use]
    pub fn is_alike(&self) -> bool
    where
        T: PartialEq,
    {
        self.language == self.audio && self.audio == self.vision
    }

    /// As [`from_fn`](Self::from_fn), stopping at the first error.
    ///
    /// # Errors
    /// The first error of `f`, in the modalities' order.
    pub fn try_from_fn<E>(mut f: impl FnMut(Modality) -> Result<T, E>) -> Result<Self, E> {
        Ok(Self { language: f(Modality::Language)?, audio: f(Modality::Audio)?, vision: f(Modality::Vision)? })
    }

    /// The value of one modality.
    pub const fn get(&self, modality: Modality) -> &T {
        match modality {
            Modality::Language => &self.language,
            Modality::Audio => &self.audio,
            Modality::Vision => &self.vision,
        }
    }

    /// The value of one modality, to change.
    pub const fn get_mut(&mut self, modality: Modality) -> &mut T {
        match modality {
            Modality::Language => &mut self.language,
            Modality::Audio => &mut self.audio,
            Modality::Vision => &mut self.vision,
        }
    }

    /// The values with their modalities, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Modality, &T)> {
        Modality::ALL.into_iter().map(|m| (m, self.get(m)))
    }

    /// Each value transformed.
    pub fn map<U>(&self, mut f: impl FnMut(Modality, &T) -> U) -> PerModality<U> {
        PerModality::from_fn(|m| f(m, self.get(m)))
    }
}
