//! Initial values, drawn from a stream named after the tensor: two networks that share a name share its values.

use corrkd_random::Stream;

/// How a parameter starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// All zero (biases).
    Zeros,
    /// All one (gains).
    Ones,
    /// Uniform in +-sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010), as MulT's linear layers.
    Xavier {
        /// Values that one output sums over.
        inputs: usize,
        /// Outputs that one value feeds.
        outputs: usize,
    },
    /// Uniform in +-`bound`.
    Uniform {
        /// The largest magnitude.
        bound: f64,
    },
}

impl Init {
    /// `count` initial values.
    #[must_use]
    pub fn values(self, stream: Stream, count: usize) -> Vec<f64> {
        match self {
            Self::Zeros => vec![0.0; count],
            Self::Ones => vec![1.0; count],
            Self::Xavier { inputs, outputs } => {
                Self::Uniform { bound: (6.0 / (inputs + outputs) as f64).sqrt() }.values(stream, count)
            }
            Self::Uniform { bound } => (0..count as u64).map(|i| (2.0 * stream.uniform(i) - 1.0) * bound).collect(),
        }
    }
}
