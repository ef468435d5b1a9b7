//! Named random streams: every draw is a pure function of a seed, a name and a position.
//!
//! Nothing here has state that a thread, a batch or a restart could disturb: two programs that ask for the same
//! draw get the same bits. Masks, dropout, initial weights, shuffles and the synthetic data all draw from here.

mod draws;
mod stream;

pub use stream::{Stream, WORD_MULTIPLIERS};
