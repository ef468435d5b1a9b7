//! What planning needs to know of a method: its settings, and the trainings that it consists of.

use crate::name::brief;
use crate::{ConfigError, Protocol, Shape};
use serde::Deserialize;
use toml::{Table, Value};

/// A method as the planner sees it.
pub trait MethodPlan: Sync {
    /// Its name in experiment files: lower-case letters and digits.
    fn name(&self) -> &'static str;

    /// All of its settings with their defaults; every key that it knows is there.
    fn defaults(&self) -> Table;

    /// Whether it needs word-aligned frames: the same number, of the same moments, in all modalities of a sample.
    fn needs_aligned(&self) -> bool {
        false
    }

    /// Its trainings for a row whose settings differ from the defaults by `settings`; each comes after those that it
    /// needs, and the last one answers for the row. `whose` names the row in errors.
    ///
    /// # Errors
    /// [`ConfigError`] for a setting that is unknown or impossible.
    fn stages(&self, whose: &str, settings: Table, protocol: &Protocol) -> Result<Vec<Stage>, ConfigError>;

    /// The bytes that a training of one of its stages takes at least, by the sizes of its network; the settings are those of
    /// [`Stage::settings`]. A method that says nothing may take any.
    fn memory(&self, _stage: &str, _settings: &Table, _shape: &Shape) -> u64 {
        0
    }
}

/// One training of a method.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Its name, which is also the start of its runs' names; no two methods have stages of the same name.
    pub name: &'static str,
    /// The table of its settings that says how it trains: `epochs`, `batch` and so on.
    pub training: &'static str,
    /// The settings that it depends on, and no others: rows that differ elsewhere share it.
    pub settings: Table,
    /// Whether its training samples lose something, by the protocol's law.
    pub sees_missing: bool,
    /// The stages before it, by their places, whose networks it needs.
    pub needs: Vec<usize>,
    /// Whether its network is no more than a part of what answers for the row, as one for some of the samples is. A
    /// report tells what such a stage cost and not what it scores; one that can be judged by itself, as a teacher,
    /// stands beside the rows.
    pub is_part: bool,
}

/// Reads settings of a known type.
///
/// # Errors
/// [`ConfigError::Value`] with the key; for one that is unknown, with those that are allowed.
pub fn typed<T: for<'de> Deserialize<'de>>(whose: &str, table: Table) -> Result<T, ConfigError> {
    serde_path_to_error::deserialize(Value::Table(table)).map_err(|e| ConfigError::Value {
        whose: whose.to_owned(),
        key: e.path().to_string(),
        reason: brief(e.inner().message().trim_end(), 2000),
    })
}
