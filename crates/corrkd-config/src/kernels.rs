//! In which form a network's layers compute.

use crate::{ConfigError, Device};
use serde::{Deserialize, Serialize};

/// A form of the layers. Both mean the same, and round differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kernels {
    /// Plain tensor operations, on every device.
    Composed,
    /// One operation for a whole layer: faster, on the processor only.
    Fused,
}

crate::named!(Kernels { Composed: "composed", Fused: "fused" }, ConfigError, |got| ConfigError::Kernels { got });

impl Kernels {
    /// The form asked for; if none is, the fastest that the device has.
    ///
    /// # Errors
    /// [`ConfigError::NotFused`] where the device lacks the form asked for.
    pub const fn on(device: Device, asked: Option<Self>) -> Result<Self, ConfigError> {
        match (device, asked) {
            (Device::Cpu, None) => Ok(Self::Fused),
            (Device::Cuda(_) | Device::Metal, None) => Ok(Self::Composed),
            (Device::Cuda(_) | Device::Metal, Some(Self::Fused)) => Err(ConfigError::NotFused { device }),
            (_, Some(asked)) => Ok(asked),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for text in ["composed", "fused"] {
            let kernels: Kernels = text.parse().unwrap();
            assert_eq!(kernels.to_string(), text);
            assert_eq!(toml::Value::try_from(kernels).unwrap().as_str(), Some(text));
        }
        for text in ["Fused", "fast", ""] {
            let expected = format!("`{text}` is no form of kernels, expected composed or fused");
            assert_eq!(text.parse::<Kernels>().unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn only_the_processor_has_fused_ones() {
        let on = |device, asked| Kernels::on(device, asked).ok();
        assert_eq!(on(Device::Cpu, None), Some(Kernels::Fused));
        for kernels in [Kernels::Composed, Kernels::Fused] {
            assert_eq!(on(Device::Cpu, Some(kernels)), Some(kernels));
        }
        for device in [Device::Cuda(1), Device::Metal] {
            assert_eq!(on(device, None), Some(Kernels::Composed));
            assert_eq!(on(device, Some(Kernels::Composed)), Some(Kernels::Composed));
            let expected = format!("--device {device} has no fused kernels, only cpu has; use --kernels composed");
            assert_eq!(Kernels::on(device, Some(Kernels::Fused)).unwrap_err().to_string(), expected);
        }
    }
}
