//! Words with times -> `glove_vectors`: the sequence that the SDK distributed, from a file of word vectors.
//!
//! Each word is looked up in four steps, the first that finds it counting ([`Step`]):
//!
//! 1. as it is written,
//! 2. in lower case,
//! 3. with its apostrophe: the SDK's files have none, so that `dont` is `don't` (the forms are in `contraction.rs`),
//! 4. in parts: `dont` is the mean of `do` and `n't`, as which GloVe's own tokeniser has it, `gonna` of `going` and `to`.
//!
//! A pause (`sp`) is no word; its vector is zero. What becomes of words that no step finds is the user's choice
//! ([`Unknown`]). Ids and intervals stay as they are.

mod contraction;
mod coverage;
mod encoding;
mod error;
mod lookup;
mod make;
mod unknown;
mod vectors;
mod words;

pub use coverage::{Count, Coverage, UnknownWord};
pub use error::EmbedError;
pub use lookup::Step;
pub use make::embed;
pub use unknown::{Unknown, UnknownChoice};
