//! Checks of settings whose types admit more than they mean.

use crate::ConfigError;

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
    pub fn hold(self, ok: bool, key: &str, got: impl ToString, expected: &'static str) -> Result<(), ConfigError> {
        match ok {
            true => Ok(()),
            false => Err(ConfigError::Range {
                whose: self.whose.to_owned(),
                key: key.to_owned(),
                got: got.to_string(),
                expected,
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
