//! Where a run computes.

use crate::ConfigError;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A device by name: `cpu`, `cuda:INDEX` or `metal`. `cuda` alone means `cuda:0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Device {
    /// The processor.
    Cpu,
    /// An NVIDIA card by index.
    Cuda(usize),
    /// Apple's graphics processor.
    Metal,
}

impl Device {
    /// The first device of the same kind. Kinds round differently; two devices of a kind do not.
    #[must_use]
    pub const fn first(self) -> Self {
        match self {
            Self::Cuda(_) => Self::Cuda(0),
            Self::Cpu | Self::Metal => self,
        }
    }
}

impl FromStr for Device {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        match text.split_once(':') {
            None if text == "cpu" => Some(Self::Cpu),
            None if text == "cuda" => Some(Self::Cuda(0)),
            None if text == "metal" => Some(Self::Metal),
            Some(("cuda", index)) => index.parse().ok().map(Self::Cuda),
            _ => None,
        }
        .ok_or_else(|| ConfigError::Device { got: text.to_owned() })
    }
}

impl std::fmt::Display for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
            Self::Metal => f.write_str("metal"),
        }
    }
}

crate::spelled!(Device, ConfigError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for text in ["cpu", "cuda:0", "cuda:3", "metal"] {
            assert_eq!(text.parse::<Device>().unwrap().to_string(), text);
        }
        assert_eq!("cuda".parse::<Device>().unwrap(), Device::Cuda(0));
        for text in ["gpu", "cuda:x", "cpu:1", ""] {
            let expected = format!("`{text}` is not a device, expected cpu, cuda, cuda:INDEX or metal");
            assert_eq!(text.parse::<Device>().unwrap_err().to_string(), expected);
        }
    }
}
