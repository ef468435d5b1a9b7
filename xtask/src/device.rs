//! The device of the runs, and the feature that the program needs for it.

use crate::exit::{Failure, INPUT};
use anyhow::anyhow;
use std::{env, fmt, path::PathBuf, str::FromStr};

/// Where the runs compute. `cuda` means `cuda:0`, so that both name the same runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    Cpu,
    Cuda(usize),
    Metal,
}

impl Device {
    /// The cargo feature of `corrkd` that this device needs.
    pub(crate) const fn feature(self) -> Option<&'static str> {
        match self {
            Self::Cpu => None,
            Self::Cuda(_) => Some("cuda"),
            Self::Metal => Some("metal"),
        }
    }

    /// Whether the program can be built for this device on this machine.
    ///
    /// # Errors
    /// Exit code 2, saying what was looked for.
    pub(crate) fn require_toolchain(self) -> Result<(), Failure> {
        let missing = match self {
            Self::Cuda(_) if !on_path("nvcc") => {
                let path = env::var_os("PATH").unwrap_or_default();
                anyhow!(
                    "--device {self} needs a build with the feature `cuda`, which needs NVIDIA's compiler; looked for \
                     `nvcc` in PATH ({}); install the CUDA toolkit, add its bin folder to PATH, or use --device cpu",
                    path.display()
                )
            }
            Self::Metal if !cfg!(target_os = "macos") => anyhow!(
                "--device metal needs a build with the feature `metal`, which needs macOS; this is {}; use --device cpu",
                env::consts::OS
            ),
            _ => return Ok(()),
        };
        Err(Failure::new(INPUT, missing))
    }
}

fn on_path(name: &str) -> bool {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    let found = |folder: PathBuf| folder.join(&file).is_file();
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(found))
}

impl FromStr for Device {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "cpu" => Ok(Self::Cpu),
            None if text == "cuda" => Ok(Self::Cuda(0)),
            None if text == "metal" => Ok(Self::Metal),
            Some(("cuda", index)) => index
                .parse()
                .map(Self::Cuda)
                .map_err(|_| format!("`{index}` is not a device number, expected one from 0, as in `cuda:0`")),
            _ => Err("expected cpu, cuda, cuda:INDEX or metal".to_owned()),
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
            Self::Metal => f.write_str("metal"),
        }
    }
}
