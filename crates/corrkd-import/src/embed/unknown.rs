//! What becomes of words that have no vector.

use corrkd_random::Stream;

use super::vectors::Vectors;

/// What becomes of words that have no vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unknown {
    /// The zero vector, as for a pause.
    #[default]
    Zero,
    /// The mean of all vectors in the file, which GloVe's authors suggest.
    Mean,
    /// Numbers drawn by the word's text, the same in every file, uniform with the variance of the file's numbers (Kim,
    /// EMNLP 2014).
    Random,
    /// The row is left out.
    Drop,
}

impl Unknown {
    /// A word's vector; nothing where its row is left out.
    pub(super) fn vector(self, word: &str, vectors: &Vectors) -> Option<Vec<f32>> {
        match self {
            Self::Zero => Some(vec![0.0; vectors.width()]),
            Self::Mean => Some(vectors.mean()),
            Self::Random => {
                let (stream, most) = (Stream::new(0, "unknown word").named(word), (3.0 * vectors.variance()).sqrt());
                let draw = |column| (most * (2.0 * stream.uniform(column) - 1.0)) as f32;
                Some((0..vectors.width() as u64).map(draw).collect())
            }
            Self::Drop => None,
        }
    }
}

/// A text that names no choice.
#[derive(Debug, thiserror::Error)]
#[error("no choice `{got}` for unknown words, expected zero, mean, random or drop")]
pub struct UnknownChoice {
    got: String,
}

corrkd_config::named!(Unknown { Zero: "zero", Mean: "mean", Random: "random", Drop: "drop" }, UnknownChoice, |got| {
    UnknownChoice { got }
});
