//! Named random streams: every draw is a pure function of a seed, a name and a position.
//!
//! Nothing here has state that a thread, a batch or a restart could disturb: two programs that ask for the same
//! draw get the same bits. Masks, dropout, initial weights, shuffles and the synthetic data all draw from here.
//!
//! ```
//! use corrkd_random::Stream;
//!
//! let dropout = Stream::new(3, "dropout").named("encoder.layer0").at(17);
//! let draw = dropout.uniform(0);
//! // The same question has the same answer, whatever was drawn before; another position, name or seed has another.
//! assert_eq!(Stream::new(3, "dropout").named("encoder.layer0").at(17).uniform(0), draw);
//! assert_ne!(dropout.uniform(1), draw);
//! assert_ne!(Stream::new(4, "dropout").named("encoder.layer0").at(17).uniform(0), draw);
//! ```

mod draws;
mod stream;

pub use stream::{Stream, WORD_MULTIPLIERS};
