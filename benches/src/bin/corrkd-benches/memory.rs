//! The most memory that a process has held so far.

use std::fs;

/// In bytes, where the system tells (Linux) and the process has not ended.
pub(super) fn peak_memory(process: u32) -> Option<u64> {
    peak(&fs::read_to_string(format!("/proc/{process}/status")).ok()?)
}

/// From the text of /proc/PID/status.
fn peak(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peak_memory_is_the_high_water_mark() {
        let status = "Name:\tsh\nVmPeak:\t    4000 kB\nVmHWM:\t    1536 kB\nVmRSS:\t    1000 kB\n";
        assert_eq!(peak(status), Some(1536 * 1024));
        assert_eq!(peak("Name:\tsh\n"), None);
    }
}
