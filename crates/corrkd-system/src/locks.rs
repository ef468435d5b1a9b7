//! File systems that know no locks.

use std::io::{Error, ErrorKind};

/// `ENOLCK`: what NFS says where its lock service is not there.
const NO_LOCKS: i32 = 37;

/// Whether the file system has no locks, as disks shared over a network often have not: whoever asks has to do without.
#[must_use]
pub fn knows_no_locks(error: &Error) -> bool {
    error.kind() == ErrorKind::Unsupported || (cfg!(target_os = "linux") && error.raw_os_error() == Some(NO_LOCKS))
}
