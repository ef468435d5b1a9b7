//! Signals that a program was started to ignore, as `nohup` has it.

/// Whether the process ignores a signal; to be asked before a handler is set, which would end that. Where the system does not
/// tell, it is not ignored.
#[must_use]
pub fn ignored(signal: i32) -> bool {
    let mask = || {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(line.trim(), 16).ok()
    };
    let bit = u32::try_from(signal - 1).ok().and_then(|place| 1u64.checked_shl(place));
    bit.zip(mask()).is_some_and(|(bit, mask)| bit & mask != 0)
}

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    #[test]
    fn what_rust_ignores() {
        // Rust's runtime ignores SIGPIPE, 13, and a test's parent no SIGTERM.
        assert!(super::ignored(13) && !super::ignored(15) && !super::ignored(0) && !super::ignored(65));
    }
}
