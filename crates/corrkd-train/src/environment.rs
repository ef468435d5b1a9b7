//! The machine a run was made on, as far as it explains a difference in numbers or time, and what the run took of it.

use corrkd_config::{Device, Kernels};
use corrkd_record::Environment;
use std::fs;

/// Reads the processor's name where Linux tells it; the threads are those of the matrix products.
#[must_use]
pub fn here(device: Device, kernels: Kernels) -> Environment {
    let cpu = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    Environment {
        cpu,
        threads: candle_core::utils::get_num_threads(),
        device: device.to_string(),
        kernels,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// The most memory that this process has held so far, in bytes, where Linux tells it.
pub(crate) fn most_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}
