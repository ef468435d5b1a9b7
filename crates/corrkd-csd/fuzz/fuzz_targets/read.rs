//! Any bytes as a file: opened, listed, checked entry by entry, and read as plain arrays.
//!
//! Needs a nightly compiler and `cargo install cargo-fuzz`. In `crates/corrkd-csd`, with the fixtures as seeds:
//!
//! ```console
//! $ mkdir -p fuzz/corpus/read
//! $ cargo +nightly fuzz run read fuzz/corpus/read tests/fixtures -- -max_len=65536 -timeout=20 -rss_limit_mb=1024
//! ```
//!
//! Checksums are made right before reading (`tests/sign`), which the fuzzer could never do.

#![no_main]

use std::io::Write;
use std::path::Path;

use corrkd_csd::{Arrays, check_file};
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/sign/mod.rs"]
mod sign;

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = bytes.to_vec();
    sign::sign(&mut bytes);
    // In memory where the system has such a folder.
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let mut file = tempfile::NamedTempFile::new_in(folder).expect("a temporary file");
    file.write_all(&bytes).expect("room for a small file");
    let _ = check_file(file.path());
    if let Ok(arrays) = Arrays::open(file.path()) {
        for name in arrays.names() {
            let _ = arrays.read(name);
        }
    }
});
