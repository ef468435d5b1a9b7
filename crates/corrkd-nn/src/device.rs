//! Where tensors live: `cpu`, `cuda`, `cuda:INDEX` or `metal`.

use crate::NnError;
use std::str::FromStr;

pub use candle_core::Device;

/// A device by name, not opened yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceName {
    /// The processor.
    Cpu,
    /// An NVIDIA card by index.
    Cuda(usize),
    /// Apple's graphics processor.
    Metal,
}

impl FromStr for DeviceName {
    type Err = NnError;

    fn from_str(text: &str) -> Result<Self, NnError> {
        match text.split_once(':') {
            None if text == "cpu" => Some(Self::Cpu),
            None if text == "cuda" => Some(Self::Cuda(0)),
            None if text == "metal" => Some(Self::Metal),
            Some(("cuda", index)) => index.parse().ok().map(Self::Cuda),
            _ => None,
        }
        .ok_or_else(|| NnError::DeviceName { got: text.to_owned() })
    }
}

impl std::fmt::Display for DeviceName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
            Self::Metal => f.write_str("metal"),
        }
    }
}

impl DeviceName {
    /// Opens the device.
    ///
    /// # Errors
    /// [`NnError::NoDevice`] says what was looked for: the program's feature, or the hardware.
    pub fn open(self) -> Result<Device, NnError> {
        let missing = |reason: String| NnError::NoDevice { device: self.to_string(), reason };
        match self {
            Self::Cpu => Ok(Device::Cpu),
            Self::Cuda(_) if !cfg!(feature = "cuda") => Err(missing(
                "this program was built without the feature `cuda`; build it with `--features cuda`".into(),
            )),
            Self::Cuda(index) => {
                Device::new_cuda(index).map_err(|e| missing(format!("looked for NVIDIA card {index}: {e}")))
            }
            Self::Metal if !cfg!(feature = "metal") => Err(missing(
                "this program was built without the feature `metal`; build it with `--features metal` on macOS".into(),
            )),
            Self::Metal => Device::new_metal(0).map_err(|e| missing(format!("looked for a Metal device: {e}"))),
        }
    }
}
