//! A made data set in the SDK's files, with the field's flaws planted in it.
//!
//! It stands in for CMU-MOSI and CMU-MOSEI where those cannot be had: the same kinds of files, folds and pathologies,
//! and a sentiment that language tells best, audio and vision tell worse and partly in addition. Emotions as IEMOCAP's
//! are made of the same.
//!
//! | file | root | rows |
//! |---|---|---|
//! | `words.csd` | `words` | spoken words and pauses (`sp`) |
//! | `glove_vectors.csd` | `glove_vectors` | 300 numbers for each of them |
//! | `COVAREP.csd` | `COVAREP` | 74 numbers, 100 a second (`mosei`: 10) |
//! | `FACET.csd` | `FACET_4.2` | 35 numbers, 30 a second (`mosei`: 10) |
//! | `labels.csd` | `Opinion Segment Labels` | sentiment of each segment, -3 to 3 in fifths |
//! | `emotions.csd` | `Emotion Labels` | emotion of each segment: 1 for neutral, happy, sad or angry, else 0 |
//! | `voice.csd` | `voice` | as COVAREP, 50 a second (`small`: 15, `mosei`: 10), where it is not gathered by words |
//! | `face.csd` | `face` | as FACET, 65 a second (`small`: 20, `mosei`: 15) |

mod draws;
mod emotion;
mod files;
mod flaws;
mod folds;
mod frames;
mod sentiment;
mod size;
mod video;
mod vocabulary;

#[cfg(test)]
mod probe;
#[cfg(test)]
mod tests;

pub use files::generate;
pub(crate) use files::generate_one;
pub use folds::folds;
pub use size::{Size, UnknownSize};
