//! Checks of settings whose types admit more than they mean.

use crate::ConfigError;
use crate::name::brief;

/// What no layer is wider than: two such layers take 16 GiB.
const SIZE: usize = 1 << 16;
/// What no stack of layers is deeper than.
const DEPTH: usize = 128;
/// What no batch and no number of epochs is greater than.
const MILLION: usize = 1_000_000;

/// Checks the settings of one row.
#[derive(Clone, Copy, Debug)]
pub struct Ranges<'a> {
    whose: &'a str,
}

impl<'a> Ranges<'a> {
    /// Of the settings that errors call `whose`, such as ``variant `full` ``.
    #[must_use]
    pub const fn of(whose: &'a str) -> Self {
        Self { whose }
    }

    /// That a value is what was expected.
    ///
    /// # Errors
    /// [`ConfigError::Range`] where it is not.
    pub fn hold(self, ok: bool, key: &str, got: impl ToString, expected: impl Into<String>) -> Result<(), ConfigError> {
        match ok {
            true => Ok(()),
            false => Err(ConfigError::Range {
                whose: self.whose.to_owned(),
                key: key.to_owned(),
                got: brief(&got.to_string(), 200),
                expected: expected.into(),
            }),
        }
    }

    /// That a number counts something of which there must be one.
    ///
    /// # Errors
    /// As [`hold`](Self::hold).
    pub fn at_least_one(self, key: &str, value: usize) -> Result<(), ConfigError> {
        self.hold(value > 0, key, value, "at least 1")
    }

    /// That a number can be the width of a layer.
    ///
    /// # Errors
    /// As [`hold`](Self::hold).
    pub fn size(self, key: &str, value: usize) -> Result<(), ConfigError> {
        self.up_to(SIZE, key, value, "layers that are wider take more memory than machines have")
    }

    /// That a number can be one of layers, or of blocks, one behind the other.
    ///
    /// # Errors
    /// As [`hold`](Self::hold).
    pub fn depth(self, key: &str, value: usize) -> Result<(), ConfigError> {
        self.up_to(DEPTH, key, value, "the gradient of deeper networks takes more stack than a thread has")
    }

    /// That a number can be that of a batch's samples.
    ///
    /// # Errors
    /// As [`hold`](Self::hold).
    pub fn batch(self, key: &str, value: usize) -> Result<(), ConfigError> {
        self.up_to(MILLION, key, value, "no data set has more samples")
    }

    /// That a number can be that of a training's epochs.
    ///
    /// # Errors
    /// As [`hold`](Self::hold).
    pub fn epochs(self, key: &str, value: usize) -> Result<(), ConfigError> {
        self.up_to(MILLION, key, value, "no run comes to an end with more")
    }

    fn up_to(self, most: usize, key: &str, value: usize, why: &str) -> Result<(), ConfigError> {
        self.at_least_one(key, value)?;
        self.hold(value <= most, key, value, format!("at most {most}, since {why}"))
    }

    /// That a number is above zero and finite.
    ///
    /// # Errors
    /// As [`hold`](Self::hold).
    pub fn positive(self, key: &str, value: f64) -> Result<(), ConfigError> {
        self.hold(value.is_finite() && value > 0.0, key, value, "a positive number")
    }

    /// That a number is zero or above, and finite.
    ///
    /// # Errors
    /// As [`hold`](Self::hold).
    pub fn not_negative(self, key: &str, value: f64) -> Result<(), ConfigError> {
        self.hold(value.is_finite() && value >= 0.0, key, value, "zero or a positive number")
    }

    /// That a number can be the probability of dropout.
    ///
    /// # Errors
    /// As [`hold`](Self::hold).
    pub fn dropout(self, key: &str, value: f64) -> Result<(), ConfigError> {
        self.hold((0.0..1.0).contains(&value), key, value, "a probability below 1")
    }
}
