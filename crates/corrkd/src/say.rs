//! What the program says on the standard output.

use crate::failure::Failure;
use corrkd_config::Exit;
use serde::Serialize;
use std::fmt::Display;

/// Says a line.
pub(crate) fn say(line: impl Display) -> Result<(), Failure> {
    corrkd_system::out(line).map_err(|error| Failure { exit: Exit::Fault, error: error.into() })
}

/// Says something as JSON in a line.
pub(crate) fn say_json(value: &impl Serialize) -> Result<(), Failure> {
    say(corrkd_system::shown_json(&serde_json::to_string(value)?))
}
