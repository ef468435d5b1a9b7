//! Opening the device that a run asks for.

use crate::TrainError;
use candle_core as candle;
use corrkd_config::Device;

/// Opens the device.
///
/// # Errors
/// [`TrainError::NoDevice`] says what was looked for: the program's feature, or the hardware.
pub fn open_device(device: Device) -> Result<candle::Device, TrainError> {
    let missing = |reason: String| TrainError::NoDevice { device, reason };
    let unbuilt =
        |feature: &str| missing(format!("this program was built without the feature `{feature}`; build it with it"));
    match device {
        Device::Cpu => Ok(candle::Device::Cpu),
        Device::Cuda(_) if !cfg!(feature = "cuda") => Err(unbuilt("cuda")),
        Device::Cuda(index) => {
            candle::Device::new_cuda(index).map_err(|e| missing(format!("looked for NVIDIA card {index}: {e}")))
        }
        Device::Metal if !cfg!(feature = "metal") => Err(unbuilt("metal")),
        Device::Metal => candle::Device::new_metal(0).map_err(|e| missing(format!("looked for a Metal device: {e}"))),
    }
}
