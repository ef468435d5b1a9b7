//! The environment that training works best in. Libraries read it once, at their start, so it has to be there before.

use std::env;

/// One thread, unless asked for more (RAYON_NUM_THREADS): a second one gains what a second run beside this one gains, or
/// less; and candle's own, which wait for each other, cost many times what they save on busy cores. And glibc keeps freed memory, without which large tensors cost a third more
/// time in page faults.
const WANTED: [(&str, &str); 4] = [
    ("RAYON_NUM_THREADS", "1"),
    ("CANDLE_NUM_THREADS", "1"),
    ("MALLOC_MMAP_THRESHOLD_", "4294967296"),
    ("MALLOC_TRIM_THRESHOLD_", "4294967296"),
];

/// Starts the program anew, as the same process, if one of these variables is not set; one that is set stays as it is.
/// Where that cannot be done, it goes on as it was started: slower, with the same result.
pub(crate) fn settle() {
    let missing: Vec<_> = WANTED.into_iter().filter(|(name, _)| env::var_os(name).is_none()).collect();
    if missing.is_empty() {
        return;
    }
    #[cfg(unix)]
    if let Ok(program) = env::current_exe() {
        use std::os::unix::process::CommandExt;
        let _ = std::process::Command::new(program).args(env::args_os().skip(1)).envs(missing).exec();
    }
}
