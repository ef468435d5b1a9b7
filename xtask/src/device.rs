//! What building the program for a device takes.

use anyhow::anyhow;
use corrkd_config::{Device, Exit, Failure};
use std::{env, path::PathBuf};

/// The cargo feature of `corrkd` that a device needs.
pub(crate) const fn feature(device: Device) -> Option<&'static str> {
    match device {
        Device::Cpu => None,
        Device::Cuda(_) => Some("cuda"),
        Device::Metal => Some("metal"),
    }
}

/// Whether the program can be built for a device on this machine.
///
/// # Errors
/// Exit code 2, saying what was looked for.
pub(crate) fn require_toolchain(device: Device) -> Result<(), Failure> {
    let missing = match device {
        Device::Cuda(_) if !on_path("nvcc") => {
            let path = env::var_os("PATH").unwrap_or_default();
            anyhow!(
                "--device {device} needs a build with the feature `cuda`, which needs NVIDIA's compiler; looked for \
                 `nvcc` in PATH ({}); install the CUDA toolkit, add its bin folder to PATH, or use --device cpu",
                path.display()
            )
        }
        Device::Metal if !cfg!(target_os = "macos") => anyhow!(
            "--device metal needs a build with the feature `metal`, which needs macOS; this is {}; use --device cpu",
            env::consts::OS
        ),
        _ => return Ok(()),
    };
    Err(Failure::new(Exit::Input, missing))
}

fn on_path(name: &str) -> bool {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    let found = |folder: PathBuf| folder.join(&file).is_file();
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(found))
}
